"""What it takes to have Weft run: seconds to its first answer, and memory while nothing is asked of it and after much was.

Beside it runs the bare framework with SQLAlchemy loaded, started and asked in the same way (tests/bench/empty.py). Memory is that
of the one process that serves and runs the jobs: RSS with all libraries that it has loaded, PSS with its share of those that
other processes have loaded too.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from itertools import chain, islice
from pathlib import Path
from time import monotonic, perf_counter, sleep

from server import config
from server.actions import sessions
from server.cli import data
from server.clock import SystemClock
from server.config import Settings
from server.routes.access import COOKIE
from tests.bench import empty, town
from tests.bench.load import HOST, fire, request
from tests.bench.table import Line, line, ratio
from tests.served import WEFT, environment, free_port

PATIENCE = 60
CLIENTS = 8
ANSWERED = (200, 201)
MB = 1024
BARE, OLD, NEW = "bare", "old", "new"


@dataclass(frozen=True, slots=True)
class Running:
    """A process that has answered: after how many seconds, and how many of a processor's."""

    process: subprocess.Popen[bytes]
    port: int
    seconds: float
    work: float

    def memory(self) -> tuple[float, float]:
        """RSS and PSS in MB."""
        lines = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines()[1:]
        found = {name: int(size.split()[0]) / MB for name, _, size in (one.partition(":") for one in lines)}
        return found["Rss"], found["Pss"]


def tables(scratch: Path, small: bool) -> Iterator[tuple[str, list[Line]]]:
    """How long a start takes, and how much memory is held."""
    rounds, bonds, count, rest = (1, 5, 60, 1.0) if small else (7, 250, 2000, 10.0)
    settings = config.from_environment({"WEFT_DATA": str(scratch / "town")})
    requests = _requests(settings, bonds=bonds, count=count)
    yield "To the first answer", _starts(settings.data, scratch, rounds)
    yield f"Memory, MB, at rest and after {count:,} requests", _memories(settings.data, requests, rest)


def _requests(settings: Settings, *, bonds: int, count: int) -> list[bytes]:
    """Today's page and a check-in by turns, of one member after the other."""
    now = datetime.now(UTC)
    with data.opened(settings, SystemClock(), migrates=True) as database:
        made = town.build(database, bonds=bonds, days=10, now=now)
        with database.write() as session:
            cookies = {one: sessions.begin(session, one, device="Firefox on Android", now=now) for one in made.tokens}
    pages = (_page(cookies[member_id]) for _, member_id in made.promises)
    return [*islice(chain.from_iterable(zip(pages, made.requests(), strict=True)), count)]


def _page(cookie: str) -> bytes:
    return request("GET", "/", Cookie=f"{COOKIE}={cookie}", Accept="text/html")


def _starts(old: Path, scratch: Path, rounds: int) -> list[Line]:
    """Seconds and processor seconds of each way to start, one after the other each round."""
    found: dict[str, list[Running]] = {BARE: [], OLD: [], NEW: []}
    for number in range(rounds):
        for way, folder in ((BARE, None), (OLD, old), (NEW, scratch / f"new-{number}")):
            with _running(folder) as running:
                found[way].append(running)
    seconds = {way: [one.seconds for one in some] for way, some in found.items()}
    work = {way: [one.work for one in some] for way, some in found.items()}
    return [
        line("bare framework and SQLAlchemy, seconds", seconds[BARE]),
        line("Weft where it has been before, seconds", seconds[OLD], "≤ 1.5"),
        line("Weft in a new folder, seconds", seconds[NEW], "≤ 1.5"),
        ratio("Weft where it has been before, by the bare one", seconds[OLD], seconds[BARE]),
        ratio("Weft in a new folder, by the bare one", seconds[NEW], seconds[BARE]),
        line("bare framework, processor seconds", work[BARE]),
        line("Weft where it has been before, processor seconds", work[OLD]),
        line("Weft in a new folder, processor seconds", work[NEW]),
    ]


def _memories(folder: Path, requests: Sequence[bytes], rest: float) -> list[Line]:
    """Memory of both, once every job has run, and after the same number of requests."""
    with _running(None) as bare:
        bare_rest = bare.memory()
        fire(bare.port, [request("GET", "/")] * len(requests), CLIENTS)
        bare_after = bare.memory()
    with _running(folder) as weft:
        sleep(rest)
        weft_rest = weft.memory()
        shot = fire(weft.port, requests, CLIENTS)
        sleep(rest)
        weft_after = weft.memory()
    return [
        *_shown("bare framework and SQLAlchemy, at rest", bare_rest),
        *_shown("bare framework and SQLAlchemy, after", bare_after),
        *_shown("Weft and its jobs, at rest", weft_rest, "≤ 120"),
        *_shown("Weft and its jobs, after", weft_after),
        ratio("Weft and its jobs by the bare framework, at rest (RSS)", weft_rest[:1], bare_rest[:1]),
        line("share of errors", [1 - sum(shot.statuses[status] for status in ANSWERED) / len(shot.waits)], "0"),
    ]


def _shown(what: str, memory: tuple[float, float], wanted: str = "") -> list[Line]:
    return [line(f"{what}, {name}", [value], wanted) for name, value in zip(("RSS", "PSS"), memory, strict=True)]


@contextmanager
def _running(folder: Path | None) -> Iterator[Running]:
    """Weft over a data folder, or the bare framework, from its start to its first answer and on to the end of the block."""
    port = free_port()
    program = [WEFT, "serve"] if folder else [sys.executable, "-m", empty.__name__, str(port)]
    env = environment(folder, "", WEFT_PORT=str(port)) if folder else {**os.environ}
    begun = perf_counter()
    process = subprocess.Popen(program, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(process, port)
        yield Running(process, port, perf_counter() - begun, _work(process.pid))
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    until = monotonic() + PATIENCE
    while monotonic() < until and process.poll() is None:
        knocking = HTTPConnection(HOST, port, timeout=PATIENCE)
        try:
            knocking.request("GET", "/", headers={"Host": f"localhost:{port}"})
            knocking.getresponse().read()
        except ConnectionError:
            sleep(0.005)
        else:
            return
        finally:
            knocking.close()
    raise TimeoutError("what was started did not answer")


def _work(pid: int) -> float:
    """The seconds that processors have worked for a process."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
