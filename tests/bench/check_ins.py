"""Check-ins over HTTP, each authenticated, judged, folded and committed before it is answered."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

from server import config
from server.cli import data
from server.clock import SystemClock
from tests.bench import bare, town
from tests.bench.load import HOST, Shot, fire, request
from tests.bench.table import Line, line, ratio
from tests.bench.town import Town
from tests.served import free_port, served

EMPTY, TAKEN = 201, 201
AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class House:
    """A town and where its kept database lies; `url` makes a database of one's own of it, "" for the one in the folder."""

    folder: Path
    town: Town

    def copy(self, into: Path) -> Path:
        """A data folder of one's own."""
        return Path(shutil.copytree(self.folder, into))


def tables(scratch: Path, small: bool) -> Iterator[tuple[str, list[Line]]]:
    """Check-ins of a town on SQLite, by few clients and by many."""
    bonds, count = (20, 1) if small else (500, 5)
    house = _house(scratch, bonds=bonds, days=10)
    for clients in (32, 256):
        yield f"Check-ins on SQLite, {clients} clients", measured(house, scratch, count=count, clients=clients, wanted="≥ 0.5")


def _house(folder: Path, *, bonds: int, days: int) -> House:
    settings = config.from_environment({"WEFT_DATA": str(folder / "town")})
    with data.opened(settings, SystemClock(), migrates=True) as database:
        return House(settings.data, town.build(database, bonds=bonds, days=days, now=datetime.now(UTC)))


def rounds(house: House, scratch: Path, *, count: int, clients: int) -> Iterator[tuple[Shot, Shot]]:
    """The bare framework's empty POST and Weft's check-in, one after the other, each time."""
    nothing = request("POST", "/")
    with _bare() as port:
        for number in range(count):
            taps = house.town.requests()
            theirs = fire(port, [nothing] * len(taps), clients)
            data = house.copy(scratch / f"{clients}-{number}")
            with served(data, WEFT_JOBS="off") as weft:
                warm = len(taps) // 10
                fire(weft.port, taps[:warm], clients)
                yield theirs, fire(weft.port, taps[warm:], clients)
            shutil.rmtree(data)


def measured(house: House, scratch: Path, *, count: int, clients: int, wanted: str) -> list[Line]:
    """What one number of clients came to."""
    shots = list(rounds(house, scratch, count=count, clients=clients))
    theirs, ours = [one for one, _ in shots], [one for _, one in shots]
    inserts = [bare.inserts_on_sqlite(scratch, AT_ONCE * 100, AT_ONCE) for _ in range(count)]
    who = f"{clients} clients"
    return [
        line(f"{who}: empty POST of the bare framework, a second", [one.rate for one in theirs]),
        line(f"{who}: check-ins, a second", [one.rate for one in ours]),
        ratio(f"{who}: check-ins by empty POSTs", [one.rate for one in ours], [one.rate for one in theirs], wanted),
        ratio(f"{who}: check-ins by bare inserts, {AT_ONCE} a commit", [one.rate for one in ours], inserts),
        line(f"{who}: p50, ms", [one.within(0.5) * 1000 for one in ours]),
        line(f"{who}: p99, ms", [one.within(0.99) * 1000 for one in ours]),
        ratio(f"{who}: p99 by that of the empty POST", [one.within(0.99) for one in ours], [one.within(0.99) for one in theirs], "≤ 3"),
        line(f"{who}: share of errors", [one.errors(TAKEN) for one in ours], "0"),
    ]


@contextmanager
def _bare() -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", bare.__name__, str(port)])
    try:
        _wait_for(port)
        yield port
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    import socket

    for _ in range(200):
        with socket.socket() as knocking:
            if knocking.connect_ex((HOST, port)) == 0:
                return
        sleep(0.05)
    raise TimeoutError("the bare framework did not start")
