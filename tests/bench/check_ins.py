"""Check-ins over HTTP, each authenticated, judged, folded and committed before it is answered."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import process_time, sleep

from sqlalchemy import select

from server import config
from server.cli import data
from server.clock import SystemClock
from server.db import Database
from server.db.tables import promises
from server.domain.check_ins import Tap
from server.gathering import take_all
from tests import postgres
from tests.bench import bare, town
from tests.bench.load import HOST, Shot, fire, request
from tests.bench.table import Line, interleaved, line, ratio
from tests.bench.town import Town
from tests.postgres import Cluster
from tests.served import free_port, served

TAKEN = 201
AT_ONCE = 32
YOUNG, OLD, AMONG = 10, 3650, 60


@dataclass(frozen=True, slots=True)
class House:
    """A town, where its kept data folder lies, and its kept database where that is one of a cluster."""

    folder: Path
    town: Town
    cluster: Cluster | None = None
    url: str = ""

    def copy(self, into: Path) -> Path:
        """A data folder of one's own."""
        return Path(shutil.copytree(self.folder, into))

    @contextmanager
    def lent(self, into: Path) -> Iterator[tuple[Path, str]]:
        """A data folder and, where there is a cluster, a database of one's own, for as long."""
        folder, url = self.copy(into), self.cluster.copy(self.url) if self.cluster else ""
        try:
            yield folder, url
        finally:
            shutil.rmtree(folder)
            if self.cluster:
                self.cluster.drop(url)


def tables(scratch: Path, small: bool) -> Iterator[tuple[str, list[Line]]]:
    """Check-ins of a town by few clients and by many, on both databases, and after ten years."""
    bonds, count = (20, 1) if small else (500, 5)
    house = _house(scratch / "sqlite", bonds=bonds, days=YOUNG)
    for clients in (32, 256):
        lines = measured(house, scratch, count=count, clients=clients, wanted="≥ 0.5")
        yield f"Check-ins on SQLite, {clients} clients", lines
    if postgres.is_here():
        with postgres.cluster(forgets=False) as cluster:
            house = _house(scratch / "postgresql", bonds=bonds, days=YOUNG, cluster=cluster)
            for clients in (32, 256):
                yield f"Check-ins on PostgreSQL, {clients} clients", measured(house, scratch, count=count, clients=clients, wanted="≥ 0.4")
    bonds, old = (3, 60) if small else (16, OLD)
    yield f"Check-ins after {old} days by check-ins after {YOUNG}, on SQLite", aged(scratch, bonds=bonds, old=old, count=count)


def _house(folder: Path, *, bonds: int, days: int, cluster: Cluster | None = None) -> House:
    url = cluster.empty() if cluster else ""
    settings = config.from_environment({"WEFT_DATA": str(folder)} | ({"WEFT_DATABASE": url} if url else {}))
    with data.opened(settings, SystemClock(), migrates=True) as database:
        return House(settings.data, town.build(database, bonds=bonds, days=days, now=datetime.now(UTC)), cluster, url)


def rounds(house: House, scratch: Path, *, count: int, clients: int) -> Iterator[tuple[Shot, Shot]]:
    """The bare framework's empty POST and Weft's check-in, one after the other, each time."""
    nothing = request("POST", "/")
    with _bare() as port:
        for number in range(count):
            taps = house.town.requests()
            theirs = fire(port, [nothing] * len(taps), clients)
            with house.lent(scratch / f"{clients}-{number}") as (folder, url), served(folder, url, WEFT_JOBS="off") as weft:
                warm = len(taps) // 10
                fire(weft.port, taps[:warm], clients)
                yield theirs, fire(weft.port, taps[warm:], clients)


def aged(scratch: Path, *, bonds: int, old: int, count: int) -> list[Line]:
    """What a check-in costs where much was said before, by what it costs where little was: the processor's time, so many at once.

    In a small file all who tap share a few pages, as they do nowhere else; among others who do not tap each has pages of their own, as
    after many years.
    """
    young, among, aged = (f"after {YOUNG} days", f"after {YOUNG} days, among {AMONG} times as many", f"after {old} days")
    houses = {
        young: _house(scratch / "young", bonds=bonds, days=YOUNG),
        among: _house(scratch / "among", bonds=AMONG * bonds, days=YOUNG),
        aged: _house(scratch / "aged", bonds=bonds, days=old),
    }
    found = interleaved(2 * count, {name: _cost(house, scratch / f"{name} copied", bonds) for name, house in houses.items()})
    return [
        *(line(f"{name}: CPU of a check-in in process, µs", [one * 1e6 for one in seconds]) for name, seconds in found.items()),
        ratio(f"{aged} by {among}", found[aged], found[among], "≤ 1.1"),
        ratio(f"{aged} by {young}", found[aged], found[young]),
    ]


def _cost(house: House, copy: Path, bonds: int) -> Callable[[], float]:
    """Of so many bonds that tap, taken evenly from all of them."""

    def cost() -> float:
        with house.lent(copy) as (folder, _), data.opened(config.from_environment({"WEFT_DATA": str(folder)}), SystemClock()) as database:
            taps = _of_some(database, house.town.taps(), bonds)
            begun, now = process_time(), datetime.now(UTC)
            for at in range(0, len(taps), AT_ONCE):
                answers = take_all(database, taps[at : at + AT_ONCE], now=now)
                if any(isinstance(one, Exception) for one in answers):
                    raise next(one for one in answers if isinstance(one, Exception))
            return (process_time() - begun) / len(taps)

    return cost


def _of_some(database: Database, taps: Sequence[Tap], bonds: int) -> list[Tap]:
    with database.read() as session:
        found = {row.id: row.bond_id for row in session.execute(select(promises.c.id, promises.c.bond_id))}
    all_of_them = sorted(set(found.values()))
    some = set(all_of_them[:: len(all_of_them) // bonds])
    return [one for one in taps if found[one.promise_id] in some]


def measured(house: House, scratch: Path, *, count: int, clients: int, wanted: str) -> list[Line]:
    """What one number of clients came to."""
    shots = list(rounds(house, scratch, count=count, clients=clients))
    theirs, ours = [one for one, _ in shots], [one for _, one in shots]
    bare_rates = [_inserted(house, scratch) for _ in range(count)]
    who = f"{clients} clients"
    return [
        line(f"{who}: empty POST of the bare framework, a second", [one.rate for one in theirs]),
        line(f"{who}: check-ins, a second", [one.rate for one in ours]),
        ratio(f"{who}: check-ins by empty POSTs", [one.rate for one in ours], [one.rate for one in theirs], wanted),
        ratio(f"{who}: check-ins by bare inserts, {AT_ONCE} a commit", [one.rate for one in ours], bare_rates),
        line(f"{who}: p50, ms", [one.within(0.5) * 1000 for one in ours]),
        line(f"{who}: p99, ms", [one.within(0.99) * 1000 for one in ours]),
        ratio(f"{who}: p99 by that of the empty POST", [one.within(0.99) for one in ours], [one.within(0.99) for one in theirs], "≤ 3"),
        line(f"{who}: share of errors", [one.errors(TAKEN) for one in ours], "0"),
    ]


def _inserted(house: House, scratch: Path) -> float:
    if house.cluster is None:
        return bare.inserts_on_sqlite(scratch, AT_ONCE * 100, AT_ONCE)
    url = house.cluster.empty()
    try:
        return bare.inserts_on_postgresql(url, AT_ONCE * 100, AT_ONCE)
    finally:
        house.cluster.drop(url)


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
