"""A day of a town settled and its week summarised, against the same done row by row, and what those who check in meanwhile notice."""

import gc
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from jobs import populate, settle, summaries
from server import config
from server.cli import COLLECT_AFTER, data
from server.clock import SystemClock
from server.db import Database, sqlite_url, upgrade
from server.db.sealing import Sealer
from tests import postgres
from tests.bench import by_row, town
from tests.bench.load import Shot, fire
from tests.bench.table import Line, interleaved, line, peak_memory, ratio
from tests.served import served

UNTIL = datetime(2026, 3, 18, 12, tzinfo=UTC)
"""A Wednesday: until then something was said, and then nothing more."""
SETTLED_AT, SETTLES_AT, REVIEWED_AT = UNTIL + timedelta(hours=36), UNTIL + timedelta(hours=60), UNTIL + timedelta(days=5)
CLIENTS = 32
TAKEN = 201
SEALER = Sealer({"be7c0000": bytes(range(32))})
JOBS: Mapping[str, Callable[[Database, datetime], int]] = {"settle": settle.settle, "summarise": summaries.summarise}
BY_ROW: Mapping[str, Callable[[Database, datetime, int], int]] = {"settle": by_row.settle, "summarise": by_row.summarise}
DUE = {"settle": SETTLES_AT, "summarise": REVIEWED_AT}
WANTED = {"settle": "≥ 30", "summarise": "≥ 25"}
NAMED = {"settle": "occurrences settled", "summarise": "weeks summarised"}


@dataclass(frozen=True, slots=True)
class Alone:
    """What a job came to in a process of its own: how much it did, in how many seconds, with how much memory."""

    count: int
    seconds: float
    megabytes: float


class Files:
    """Databases that are files on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._kept, self._number = folder, folder / "kept.sqlite3", 0

    def empty(self) -> str:
        """The address of one that is not there yet."""
        return sqlite_url(self._kept)

    def keep(self, url: str) -> None:
        """Let copies be made of it."""

    def copy(self) -> str:
        """One of one's own."""
        self._number += 1
        return sqlite_url(Path(shutil.copy(self._kept, self._folder / f"{self._number}.sqlite3")))

    def drop(self, url: str) -> None:
        """Take it away."""
        Path(url.removeprefix("sqlite:///")).unlink()


def tables(scratch: Path, small: bool) -> Iterator[tuple[str, list[Line]]]:
    """Both jobs on both databases, and check-ins beside them."""
    bonds, most, count = (4, 8, 1) if small else (1000, 200, 3)
    stores = {"SQLite": nullcontext(Files(scratch))} | ({"PostgreSQL": postgres.cluster(forgets=False)} if postgres.is_here() else {})
    for name, opening in stores.items():
        with opening as store:
            store.keep(build(store.empty(), bonds))
            for job in JOBS:
                yield f"{name}: {NAMED[job]}, {bonds} bonds", _against(store, job, bonds=bonds, most=most, count=count)
    yield f"Check-ins while {bonds} bonds' days settle, {CLIENTS} clients", _beside(scratch, bonds=bonds, count=2 * count - 1)


def build(url: str, bonds: int) -> str:
    """A town of which all that is due before is done."""
    with opened(url) as database:
        upgrade.upgrade(database)
        _live(database, UNTIL, bonds)
        town.do_what_is_due(database, SETTLED_AT)
    return url


def _live(database: Database, until: datetime, bonds: int) -> None:
    """Let bonds live for some days, and do what is due until then."""
    populate.populate(database, until, populate.Amount(bonds, 6, 4, seed=1), lambda *_: None)
    town.do_what_is_due(database, until)


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """One of these databases."""
    database = Database(url, SEALER)
    try:
        yield database.everything()
    finally:
        database.close()


def _against(store: Files | postgres.Cluster, job: str, *, bonds: int, most: int, count: int) -> list[Line]:
    alone: list[Alone] = []

    def ours() -> float:
        with _copied(store) as url, ProcessPoolExecutor(1, get_context("spawn")) as process:
            alone.append(process.submit(_run, url, job).result())
        return alone[-1].count / alone[-1].seconds

    def theirs() -> float:
        with _copied(store) as url, opened(url) as database:
            begun = perf_counter()
            done = BY_ROW[job](database, DUE[job], most)
            return done / (perf_counter() - begun)

    found = interleaved(count, {"ours": ours, "theirs": theirs})
    return [
        line(f"{NAMED[job]}, a second", found["ours"]),
        line("row by row through the ORM, each committed, a second", found["theirs"]),
        ratio("the one by the other", found["ours"], found["theirs"], WANTED[job]),
        line("all of it for 100,000 such bonds, seconds", [100_000 * one.seconds / bonds for one in alone]),
        line("peak memory, MB", [one.megabytes for one in alone], "≤ 400"),
    ]


def _run(url: str, job: str) -> Alone:
    gc.set_threshold(*COLLECT_AFTER)
    with opened(url) as database:
        begun = perf_counter()
        done = JOBS[job](database, DUE[job])
        return Alone(done, perf_counter() - begun, peak_memory())


@contextmanager
def _copied(store: Files | postgres.Cluster) -> Iterator[str]:
    url = store.copy()
    try:
        yield url
    finally:
        store.drop(url)


def _beside(scratch: Path, *, bonds: int, count: int) -> list[Line]:
    """The same taps at a server whose jobs are off, and at one whose jobs have a day and a half to settle."""
    now = datetime.now(UTC)
    settings = config.from_environment({"WEFT_DATA": str(scratch / "town")})
    with data.opened(settings, SystemClock(), migrates=True) as database:
        _live(database, now - timedelta(hours=36), bonds)
        people = town.read(database, now)
    shots: dict[str, list[Shot]] = {"off": [], "on": []}
    turned: list[tuple[int, float]] = []
    for number in range(count):
        for jobs, fired in shots.items():
            folder = Path(shutil.copytree(settings.data, scratch / f"{jobs}-{number}"))
            with served(folder, WEFT_JOBS=jobs) as weft:
                taps = people.requests()
                fire(weft.port, taps[: len(taps) // 10], CLIENTS)
                fired.append(fire(weft.port, taps[len(taps) // 10 :], CLIENTS))
                turned += [_settled(folder)] if jobs == "on" else []
            shutil.rmtree(folder)
    return [
        line("p99 without jobs, ms", [one.within(0.99) * 1000 for one in shots["off"]]),
        line("p99 while they run, ms", [one.within(0.99) * 1000 for one in shots["on"]]),
        ratio("the one by the other", [one.within(0.99) for one in shots["on"]], [one.within(0.99) for one in shots["off"]], "≤ 1.5"),
        line("check-ins without jobs, a second", [one.rate for one in shots["off"]]),
        line("check-ins while they run, a second", [one.rate for one in shots["on"]]),
        line("occurrences settled meanwhile", [settled for settled, _ in turned]),
        line("in seconds", [seconds for _, seconds in turned]),
        line("share of errors", [one.errors(TAKEN) for one in shots["on"]], "0"),
    ]


def _settled(folder: Path) -> tuple[int, float]:
    """How many days settled in the server's first run of that job, and in how many seconds; none where it is still at it."""
    with sqlite3.connect(folder / "weft.sqlite3") as session:
        found = session.execute("SELECT count, seconds FROM job_runs WHERE name = 'settle'").fetchone()
    return found or (0, 0.0)
