"""How many statements a job takes is not for the number of bonds to say."""

from contextlib import contextmanager
from datetime import time, timedelta

import pytest
from sqlalchemy import event

from jobs import reminders
from server.actions import milestones, settling, summaries
from tests import make, standing
from tests.make import NOW
from tests.push import rows

DAY = timedelta(days=1)
MIDNIGHT = NOW.replace(hour=2) + DAY
"""When the day of NOW ends in Berlin."""
FEW, MANY, ALL = 4, 40, 100_000


@pytest.fixture
def session(database):
    with database.write() as session:
        yield session


def couples(session, count):
    """Noor keeps, Sam misses; of what else they promised nothing is said."""
    for _ in range(count):
        couple = make.couple(session)
        for by, kind in ((couple.noor, "kept"), (couple.sam, "missed")):
            make.check_in(session, make.promise(session, by), kind)
            make.promise(session, by, "Run", rule="FREQ=WEEKLY", times=2, due_time=None)
        make.promise(session, couple.noor, "Walk", due_time=time(21))
        rows.subscription(session, couple.noor)


@contextmanager
def _told(database):
    """The statements that a database is sent meanwhile."""
    told = []
    engines = {database.reader, database.writer}

    def note(*said):
        told.append(said[2])

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield told
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def settle(at):
    return lambda session: settling.settle(session, now=at, limit=ALL)


@pytest.mark.parametrize(
    ("before", "work"),
    [
        (None, settle(MIDNIGHT + DAY)),
        (settle(MIDNIGHT + DAY), settle(MIDNIGHT + 4 * DAY)),
        (None, settle(MIDNIGHT + 5 * DAY)),
        (None, lambda session: settling.open_ahead(session, now=NOW + 8 * DAY, limit=ALL)),
        (None, lambda session: milestones.celebrate(session, now=NOW, limit=ALL)),
        (None, lambda session: summaries.summarise(session, now=NOW + 7 * DAY, limit=ALL)),
    ],
    ids=["settle", "close", "settle and close at once", "open ahead", "celebrate", "summarise"],
)
def test_it_takes_as_many_for_forty_couples_as_for_four(session, before, work):
    taken = []
    for count in (FEW, MANY):
        couples(session, count)
        if before:
            before(session)
        with standing.watched(session) as watched:
            assert work(session) >= count
        taken.append(len(watched.asked))
    assert taken[0] == taken[1]


def test_reminding_of_forty_days_takes_as_many_as_of_four(database, monkeypatch):
    monkeypatch.setattr(reminders, "AT_ONCE", ALL)
    taken = []
    for count, days in ((FEW, 0), (MANY, 1)):
        with database.write() as session:
            for _ in range(count):
                couple = make.couple(session)
                rows.subscription(session, couple.noor)
                make.promise(session, couple.noor, starts_on=NOW.date() + days * DAY)
        with _told(database) as told:
            assert reminders.remind(database, NOW.replace(hour=17, minute=20) + days * DAY) >= count
        taken.append(len(told))
    assert taken[0] == taken[1]
