"""Messages to phones: out of the real outbox, sealed, signed, posted over TLS and settled, beside what does less, or the same."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

from server.push.message import SIZE
from server.push.sender import AT_ONCE_EACH
from tests.bench import peers, sending, street
from tests.bench.check_ins import TAKEN
from tests.bench.load import Shot, fire
from tests.bench.sending import Took
from tests.bench.sink import Sink, open_sink
from tests.bench.street import Street
from tests.bench.table import Line, line, ratio
from tests.served import environment, served

CLIENTS, LOOK_UP_EVERY, PATIENCE = 32, 0.02, 60


@dataclass(frozen=True, slots=True)
class Sent:
    """What all of an outbox took, what sealing alone takes, and the share of its messages that did not arrive once."""

    took: Took
    sealing: Took
    astray: float


@dataclass(frozen=True, slots=True)
class Beside:
    """Check-ins alone, and while messages are sent, with how many of these a second meanwhile."""

    alone: Shot
    beside: Shot
    messages: float


def tables(scratch: Path, small: bool) -> Iterator[tuple[str, list[Line]]]:
    """Messages out of the outbox, then check-ins beside them: sent by a process of its own, and by the server itself."""
    bonds, messages, count = (4, 100, 1) if small else (500, 12_000, 5)
    with open_sink(scratch) as sink:
        there = street.build(scratch, sink, bonds=bonds, messages=messages)
        yield "Messages to phones, out of the outbox", _of_messages(there, sink, scratch, count=count, compares=not small)
        for title, inside in (("by a process of its own", False), ("by the server itself", True)):
            rounds = [beside(there, sink, scratch / f"{inside}-{number}", inside=inside) for number in range(count)]
            yield f"Check-ins while messages are sent {title}", _of_check_ins(rounds)


def send(there: Street, sink: Sink, folder: Path) -> Sent:
    """Send all that waits on the street, from a copy of it."""
    with _sender(there.copy(folder), sink) as process:
        took, sealing = _took(process)
    shutil.rmtree(folder)
    arrived = Counter(sink.taken())
    astray = sum(abs(arrived[path] - there.waiting[path]) for path in arrived | there.waiting)
    return Sent(took, sealing, astray / there.waiting.total())


def by_its_sender(there: Street, sink: Sink, count: int) -> Took:
    """So many messages by Weft's sender alone, which reads and settles nothing."""
    command, env = [sys.executable, "-m", sending.__name__, "alone"], environment(there.folder, "", **street.settings(sink))
    asked = json.dumps({"phones": [one.as_json() for one in there.phones.values()], "count": count})
    found = subprocess.run(command, env=env, input=f"{asked}\n", capture_output=True, text=True, check=True, timeout=PATIENCE)
    if sum(sink.taken().values()) != count:
        raise AssertionError("not all of the messages arrived")
    return Took(**json.loads(found.stdout))


def by_pywebpush(there: Street, sink: Sink, count: int) -> Took:
    """The same by pywebpush."""
    phones = [one.as_json() for one in there.phones.values()]
    asked = {"key": there.keys.private.decode(), "phones": phones, "count": count, "payload": " " * SIZE, "at_once": AT_ONCE_EACH}
    took = Took(**peers.ask("pywebpush", asked, SSL_CERT_FILE=str(sink.certificate)))
    if sum(sink.taken().values()) != count:
        raise AssertionError("not all of pywebpush's messages arrived")
    return took


def beside(there: Street, sink: Sink, folder: Path, *, inside: bool) -> Beside:
    """Half of the town's check-ins while nothing is sent, the other half while the street is told what waits for it."""
    taps = there.town.requests()
    warm, half = len(taps) // 10, len(taps) // 2
    data, others = there.copy(folder), street.settings(sink)
    with served(data, WEFT_JOBS="off", **others) as weft:
        fire(weft.port, taps[:warm], CLIENTS)
        alone = fire(weft.port, taps[warm:half], CLIENTS)
        if not inside:
            with _sender(data, sink) as process:
                _go(process)
                found = _meanwhile(sink, alone, weft.port, taps[half:])
    if inside:
        with served(data, **others) as weft:
            found = _meanwhile(sink, alone, weft.port, taps[half:])
    sink.taken()
    shutil.rmtree(data)
    return found


def _meanwhile(sink: Sink, alone: Shot, port: int, taps: Sequence[bytes]) -> Beside:
    """Check-ins from when the first messages have come."""
    began = perf_counter()
    while not sink.taken():
        if perf_counter() - began > PATIENCE:
            raise TimeoutError("no message came")
        sleep(LOOK_UP_EVERY)
    began = perf_counter()
    shot = fire(port, taps, CLIENTS)
    return Beside(alone, shot, sum(sink.taken().values()) / (perf_counter() - began))


@contextmanager
def _sender(data: Path, sink: Sink) -> "Iterator[subprocess.Popen[str]]":
    """A process that is ready to send; it is ended where it has not ended itself."""
    command, env = [sys.executable, "-m", sending.__name__], environment(data, "", **street.settings(sink))
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def _go(process: "subprocess.Popen[str]") -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def _took(process: "subprocess.Popen[str]") -> tuple[Took, Took]:
    _go(process)
    assert process.stdout
    took, sealing = (Took(**one) for one in json.loads(process.stdout.readline()))
    return took, sealing


def _of_messages(there: Street, sink: Sink, scratch: Path, *, count: int, compares: bool) -> list[Line]:
    sent, bare, others = [], [], []
    for number in range(count):
        sent.append(send(there, sink, scratch / f"sent-{number}"))
        bare.append(by_its_sender(there, sink, there.waiting.total() // 3))
        if compares:
            others.append(by_pywebpush(there, sink, there.waiting.total() // 3))
    rates, alone = [one.took.rate for one in sent], [one.sealing.rate for one in sent]
    lines = [
        line("messages from the outbox, a second", rates, "≥ 2,000"),
        line("sealed alone, a second", alone),
        ratio("messages by sealing alone", rates, alone),
        line("processor a message, µs", [one.took.cpu_each for one in sent]),
        ratio("processor a message by that of sealing alone", [one.took.cpu_each for one in sent], [one.sealing.cpu_each for one in sent]),
        line("most memory of the sending process, MB", [one.took.mb for one in sent]),
        line("share that did not arrive once", [one.astray for one in sent], "0"),
        line("messages by its sender alone, nothing read or settled, a second", [one.rate for one in bare]),
    ]
    if others:
        theirs = [one.rate for one in others]
        lines += [
            line("pywebpush's async sender, nothing read or settled, a second", theirs),
            ratio("messages by its sender alone by pywebpush's", [one.rate for one in bare], theirs, "≥ 1.4"),
            ratio("messages from the outbox by pywebpush's", rates, theirs, "≥ 1.4"),
            ratio("processor a message by pywebpush's", [one.took.cpu_each for one in sent], [one.cpu_each for one in others]),
        ]
    return lines


def _of_check_ins(rounds: Sequence[Beside]) -> list[Line]:
    alone, meanwhile = [one.alone for one in rounds], [one.beside for one in rounds]
    return [
        line("check-ins alone, a second", [one.rate for one in alone]),
        line("check-ins while messages are sent, a second", [one.rate for one in meanwhile]),
        ratio("check-ins while messages are sent by alone", [one.rate for one in meanwhile], [one.rate for one in alone], "≥ 0.67"),
        line("messages meanwhile, a second", [one.messages for one in rounds]),
        line("p99 while messages are sent, ms", [one.within(0.99) * 1000 for one in meanwhile]),
        line("share of errors", [one.errors(TAKEN) for one in (*alone, *meanwhile)], "0"),
    ]
