"""How much the pages ask of the database: no more after ten years than at first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from server.actions import settling
from server.db import Database
from server.routes.showing import looking
from server.store.today import BACK
from tests import make
from tests.make import NOW
from tests.standing import Work

DAY = timedelta(days=1)
TODAY = NOW.date()
TEN_YEARS = 3650
MOST = 5
"""Who is signed in, and four for the page."""


@contextmanager
def asked(database: Database) -> Iterator[Work]:
    """What is asked of a database meanwhile, but for its transactions' beginnings and ends."""
    work = Work()

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        if not statement.startswith("BEGIN"):
            work.asked.append((statement, values))

    engines = {database.writer, database.reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield work
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def lived(database: Database, couple: Any, days: int) -> None:
    """Let two promises, of each of them one, be so old, with nothing said of them until three days ago."""
    with database.write() as session:
        both = [make.promise(session, one, starts_on=TODAY - days * DAY, now=NOW - days * DAY) for one in couple]
        settling.open_ahead(session, now=NOW, limit=5000)
        while settling.settle(session, now=NOW, limit=20_000):
            pass
        for day in range(-3, 0):
            for one in both:
                make.check_in(session, one, day=TODAY + day * DAY)


@pytest.fixture
def work(open_client: Any, desk: Any, database: Database) -> Callable[[str, int], tuple[int, int]]:
    """How many statements a page takes of a pair who have been here so many days, and how many rows they find."""

    def work(path: str, days: int) -> tuple[int, int]:
        with database.write() as session:
            noor, sam = make.member(session, "Noor", now=NOW - days * DAY), make.member(session, "Sam", now=NOW - days * DAY)
            make.bond(session, noor, sam, now=NOW - days * DAY)
        lived(database, (noor, sam), days)
        client = make.sign_in(open_client(), desk, noor)
        client.get(path)
        with asked(database) as found:
            answer = client.get(path)
        assert answer.status_code == 200
        with database.everything().read() as session:
            return len(found.asked), found.rows_read(session)

    return work


@pytest.mark.slow
def test_today_asks_four_things_and_reads_as_much_after_ten_years_as_after_ten_days(work: Any) -> None:
    first, then = work("/", 10), work("/", TEN_YEARS)
    assert first == then
    assert first[0] <= MOST


@pytest.mark.slow
def test_what_is_read_for_today_takes_the_database_no_more_steps_after_ten_years(database: Database) -> None:
    """A strip is one row however long it is, so the steps of SQLite's own machine are counted."""
    if not database.is_sqlite:
        pytest.skip("counts what SQLite does")
    steps = {}
    for days in (60, TEN_YEARS):
        with database.write() as session:
            couple = make.couple(session, now=NOW - days * DAY)
        lived(database, (couple.noor, couple.sam), days)
        counted: list[int] = []
        with database.read() as session:
            machine: Any = session.connection.driver_connection
            machine.set_progress_handler(lambda counted=counted: counted.append(10), 10)
            found = looking.look(session, couple.noor.id, now=NOW).sight
            machine.set_progress_handler(None, 0)
        steps[days] = sum(counted)
        assert {len(strip) for strip in found.days.values()} == {(BACK + 2 * DAY).days}
    assert steps[TEN_YEARS] <= 1.1 * steps[60]
    assert steps[60] > 1000


def test_what_today_asks_does_not_grow_with_the_promises(open_client: Any, desk: Any, database: Database) -> None:
    found = []
    for promises in (1, 20):
        with database.write() as session:
            couple = make.couple(session)
            for n in range(promises):
                make.promise(session, couple.noor if n % 2 else couple.sam, f"Promise {n}")
        client = make.sign_in(open_client(), desk, couple.noor)
        with asked(database) as asks:
            assert client.get("/").text.count('class="card ') == promises
        found.append(len(asks.asked))
    assert found[0] == found[1] <= MOST


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/week", "/promises", "/us"])
def test_a_page_that_is_often_opened_reads_no_more_after_ten_years(work: Any, path: str) -> None:
    assert work(path, 60) == work(path, TEN_YEARS)
