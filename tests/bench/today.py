"""Today through the real server, of a pair with twenty promises: after ten days, after ten years, and of many pairs in turn."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from time import process_time, sleep
from uuid import UUID

import uvicorn
from litestar import Litestar, Response, get
from litestar.config.compression import CompressionConfig
from sqlalchemy import Engine, event, select

from jobs import populate
from server import config
from server.actions import sessions
from server.cli import data
from server.clock import SystemClock
from server.db import Database
from server.db.tables import members
from server.routes import pages
from server.routes.showing import looking, today
from server.store import ids
from tests.bench.load import HOST, fire, request
from tests.bench.table import Line, interleaved, line, ratio
from tests.served import free_port, served
from web import views
from web.filters import filled

PROMISES = 20
AT_ONCE, MADE_HERE = 8, 50
BEFORE = timedelta(hours=12)
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Place:
    """A data folder of pairs who have been there so long, one of each pair with their request, and what one page asks of the database."""

    data: Path
    people: Sequence[UUID]
    requests: Sequence[bytes]
    statements: int


def tables(scratch: Path, small: bool) -> Iterator[tuple[str, list[Line]]]:
    """Ten days and ten years of one pair; then many pairs, of whom nothing is remembered from one sight to the next."""
    long, many, pages, rounds = (40, 3, 100, 1) if small else (populate.MOST["days"], 60, 400, 7)
    young, old, others = (_place(scratch / name, *how) for name, how in (("young", (1, 10)), ("old", (1, long)), ("many", (many, 10))))
    with _made_here(young) as now, _made_here(old) as later:
        made = interleaved(rounds + 1, {"young": now, "old": later})
    with _weft(young) as first, _weft(old) as then, _weft(others) as each:
        page, wire = _page(first.port, young.requests[0]), _page(first.port, young.requests[0], gzip=True)
        with _bare(scratch, page) as bare:
            servers = {"bare": (bare, young), "young": (first, young), "old": (then, old), "many": (each, others)}
            ways = {name: _costing(server, place, pages) for name, (server, place) in servers.items()}
            found = interleaved(rounds + 1, ways)
            cpu = {name: some[1:] for name, some in found.items()}
            rates = interleaved(rounds, {name: _rating(server.port, place, pages) for name, (server, place) in servers.items()})
    yield f"Today on SQLite, {PROMISES} promises: made in process", _makings({name: some[1:] for name, some in made.items()})
    yield f"Today on SQLite, {PROMISES} promises: processor time of the server", _costs(cpu)
    yield f"Today on SQLite, {PROMISES} promises: pages", _pages(rates, young, old, len(page), len(wire))


def _makings(cpu: dict[str, list[float]]) -> list[Line]:
    return [
        line("ms of the processor, its queries and its text, after ten days", cpu["young"], "≤ 3"),
        line("ms of the processor, its queries and its text, after ten years", cpu["old"], "≤ 3"),
        ratio("after ten years by after ten days", cpu["old"], cpu["young"], "≤ 1.1"),
    ]


def _costs(cpu: dict[str, list[float]]) -> list[Line]:
    return [
        line("ms a page, the bare framework answering as many bytes", cpu["bare"]),
        line("ms a page after ten days", cpu["young"]),
        line("ms a page after ten years", cpu["old"]),
        ratio("after ten years by after ten days", cpu["old"], cpu["young"], "≤ 1.1"),
        ratio("after ten days by the bare framework", cpu["young"], cpu["bare"]),
        line("ms a page of another pair each time", cpu["many"]),
    ]


def _pages(rates: dict[str, list[float]], young: Place, old: Place, plain: int, wire: int) -> list[Line]:
    return [
        line("a second, the bare framework answering as many bytes", rates["bare"]),
        line("a second after ten days", rates["young"]),
        line("a second after ten years", rates["old"]),
        ratio("by the bare framework", rates["young"], rates["bare"]),
        line("statements of the page after ten days", [young.statements], "4"),
        line("statements of the page after ten years", [old.statements], "4"),
        line("bytes of a page", [plain]),
        line("bytes over the wire", [wire]),
    ]


def _place(folder: Path, bonds: int, days: int) -> Place:
    settings, now = config.from_environment({"WEFT_DATA": str(folder)}), datetime.now(UTC)
    with data.opened(settings, SystemClock(), migrates=True) as database:
        populate.populate(database, now - BEFORE, populate.Amount(bonds, days, PROMISES, seed=1), lambda *_: None)
        with database.write() as session:
            people = list(session.scalars(select(members.c.id).order_by(members.c.id)))[::2]
            cookies = [sessions.begin(session, one, device="Firefox on Android", now=now) for one in people]
        asking = [request("GET", "/", Cookie=f"sid={one}", Accept_Encoding="gzip") for one in cookies]
        return Place(folder, people, asking, _statements(database, lambda session: looking.look(session, people[0], now=now)))


@contextmanager
def _made_here(place: Place) -> Iterator[Callable[[], float]]:
    """Make the page in this process, without a request: what it asks of the database, and its whole text."""
    shell, template = views.Shell(title="Today", build="", tab="today"), pages.templates("").get_template("today/page.html")
    with data.opened(config.from_environment({"WEFT_DATA": str(place.data)}), SystemClock()) as database:

        def cost() -> float:
            before = process_time()
            for _ in range(MADE_HERE):
                with database.read() as session:
                    found = looking.look(session, place.people[0], now=datetime.now(UTC))
                filled(template.render(page=today.page(found), shell=shell), ids.text)
            return (process_time() - before) / MADE_HERE * 1000

        yield cost


def _statements(database: Database, read: Callable[..., object]) -> int:
    """How many statements reading takes."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with database.read() as session:
            read(session)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return sum(not one.startswith("BEGIN") for one in found)


@dataclass(frozen=True, slots=True)
class Served:
    """A server by its port, and the process whose time is counted."""

    port: int
    pid: int

    @property
    def seconds(self) -> float:
        """The processor time that it has used."""
        after_name = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / TICKS


def _costing(server: Served, place: Place, pages: int) -> Callable[[], float]:
    def cost() -> float:
        before = server.seconds
        shot = fire(server.port, _turns(place, pages), AT_ONCE)
        assert not shot.errors(200)
        return (server.seconds - before) / pages * 1000

    return cost


def _rating(port: int, place: Place, pages: int) -> Callable[[], float]:
    return lambda: fire(port, _turns(place, pages), AT_ONCE).rate


def _turns(place: Place, pages: int) -> list[bytes]:
    return [place.requests[n % len(place.requests)] for n in range(pages)]


def _page(port: int, asking: bytes, *, gzip: bool = False) -> bytes:
    """The body of a page as it comes over the wire."""
    cookie = asking.partition(b"Cookie: ")[2].partition(b"\r\n")[0].decode()
    connection = HTTPConnection(HOST, port, timeout=30)
    connection.request("GET", "/", headers={"Cookie": cookie, "Accept-Encoding": "gzip" if gzip else "identity"})
    body = connection.getresponse().read()
    connection.close()
    return body


@contextmanager
def _weft(place: Place) -> Iterator[Served]:
    with served(place.data, WEFT_JOBS="off") as weft:
        yield Served(weft.port, weft.process.pid)


@contextmanager
def _bare(scratch: Path, page: bytes) -> Iterator[Served]:
    """The bare framework, served and compressed as Weft is, with this page as all that it knows."""
    port, file = free_port(), scratch / "page.html"
    file.write_bytes(page)
    process = subprocess.Popen([sys.executable, "-m", __name__, str(port), str(file)])
    try:
        _wait_for(port)
        yield Served(port, process.pid)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        connection = HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise TimeoutError("the bare framework did not start")


def serve(port: int, page: str) -> None:
    """Answer every request with the same page."""

    @get("/", sync_to_thread=False)
    def show() -> Response[str]:
        return Response(page, media_type="text/html")

    compression = CompressionConfig(backend="gzip", gzip_compress_level=6)
    uvicorn.run(Litestar([show], openapi_config=None, compression_config=compression), port=port, log_level="error", access_log=False)


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]).read_text(encoding="utf-8"))
