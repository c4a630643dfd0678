from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import event, select

from jobs import settle, summaries
from server.actions import settings as choices
from server.actions import summaries as drafts
from server.db import Database
from server.db.tables import notices
from server.store import bonds
from server.store import weeks as store
from tests import make

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
SUNDAY = datetime(2026, 3, 22, 17, tzinfo=UTC)


def _counting(database: Database) -> list[str]:
    """The statements that a database is sent from now on."""
    sent: list[str] = []
    for engine in {database.reader, database.writer}:
        event.listen(engine, "before_cursor_execute", lambda *said: sent.append(said[2]))
    return sent


def _couples(database: Database, count: int) -> None:
    with database.write() as session:
        for _ in range(count):
            couple = make.couple(session, now=SUNDAY - 6 * DAY)
            for by, area in ((couple.noor, "time"), (couple.sam, "home")):
                make.check_in(session, make.promise(session, by, area=area, due_time=time(20), now=SUNDAY - 6 * DAY), now=SUNDAY - 6 * DAY)


@pytest.mark.parametrize("job", [summaries.summarise, summaries.refresh], ids=["summarise", "refresh"])
def test_how_many_statements_it_takes_is_not_for_the_number_of_bonds_to_say(store, job):
    took = []
    for count in (3, summaries.AT_ONCE - 1):
        database = Database(url := store.copy(), make.SEALER).everything()
        _couples(database, count)
        if job is summaries.refresh:
            summaries.summarise(database, SUNDAY)
            settle.open_ahead(database, SUNDAY + SECOND)
            settle.settle(database, SUNDAY + SECOND)
        sent = _counting(database)
        assert job(database, SUNDAY + timedelta(minutes=1)) == count
        took.append(len(sent))
        database.close()
        store.drop(url)
    assert took[0] == took[1] < 25


def test_two_that_summarise_at_once_make_and_tell_every_week_once(database):
    many = 2 * summaries.AT_ONCE + 7
    _couples(database, many)
    made, ready = [], Barrier(2)

    def work() -> None:
        ready.wait(10)
        made.append(summaries.summarise(database, SUNDAY))

    both = [Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    with database.read() as session:
        told = session.execute(select(notices).where(notices.c.kind == "week")).all()
        assert [len(store.of_bond(session, bond.id)) for bond in bonds.every(session)] == [1] * many
    assert (sum(made), len(told)) == (many, 2 * many)


def test_while_a_page_is_drawn_up_others_write_and_what_they_say_is_on_it_after_the_next_look(database):
    _couples(database, 1)
    with database.read() as session:
        found = drafts.draft(session, now=SUNDAY, limit=10)
    with database.write() as session:
        (bond,) = bonds.every(session)
        noor = bonds.members_of(session, bond.id)[0]
        make.check_in(session, make.promise(session, noor, now=SUNDAY - SECOND), now=SUNDAY - SECOND)
    with database.write() as session:
        assert drafts.publish(session, found, now=SUNDAY) == 1
    assert _kept(database, noor) == 1
    assert summaries.refresh(database, SUNDAY + timedelta(minutes=1)) == 1
    assert _kept(database, noor) == 2
    assert summaries.refresh(database, SUNDAY + timedelta(minutes=2)) == 0


def test_a_review_that_is_moved_while_its_page_is_drawn_up_waits_for_its_new_moment(database):
    _couples(database, 1)
    with database.read() as session:
        found = drafts.draft(session, now=SUNDAY, limit=10)
    with database.write() as session:
        (bond,) = bonds.every(session)
        by = bonds.members_of(session, bond.id)[0].id
        choices.choose_review(session, bond.id, weekday="TU", at="18:00", member_id=by, now=SUNDAY)
    with database.write() as session:
        assert drafts.publish(session, found, now=SUNDAY) == 0
        assert store.of_bond(session, bond.id) == []


@pytest.mark.parametrize(
    ("weekday", "pages"),
    [
        ("FR", [(16, 22), (23, 27), (28, 34)]),
        ("TU", [(16, 22), (23, 24), (25, 31)]),
        ("SU", [(16, 22), (23, 29), (30, 36)]),
    ],
)
def test_where_the_review_is_moved_one_page_is_shorter_and_every_day_is_on_one(database, weekday, pages):
    """Moved on Wednesday the 25th: days are those of March, the last ones those of April."""
    _couples(database, 1)
    summaries.summarise(database, SUNDAY)
    with database.write() as session:
        (bond,) = bonds.every(session)
        by = bonds.members_of(session, bond.id)[0].id
        choices.choose_review(session, bond.id, weekday=weekday, at="18:00", member_id=by, now=SUNDAY + 3 * DAY)
    for n in range(15):
        summaries.summarise(database, SUNDAY + n * DAY)
    with database.read() as session:
        made = store.of_bond(session, bond.id)[::-1]
    first = date(2026, 3, 1)
    assert [((one.from_on - first).days + 1, (one.to_on - first).days + 1) for one in made][:3] == pages


def _kept(database: Database, member: Any) -> int:
    with database.read() as session:
        (bond,) = bonds.every(session)
        return store.of_bond(session, bond.id)[0].summary["members"][str(member.id)]["all"]["kept"]
