"""From every earlier version up to this one, interrupted at any moment: the old one goes on, going up again ends it, nothing is lost."""

import os
import signal
from time import monotonic, sleep

import pytest
from sqlalchemy import event

from server.db import upgrade
from tests.faults import levels
from tests.faults.conftest import LONG
from tests.faults.opening import opened

KILLS, STOPS = (20, 40) if LONG else (2, 2)
LEVELS = levels.levels() if LONG else levels.levels()[::4]


class StoppedError(Exception):
    """Something in the middle of a migration that nobody foresaw."""


@pytest.fixture
def old(store):
    """Makes a database as an earlier version left it."""
    made = []

    def make_one(level):
        url = store.empty()
        database = opened(url)
        made.append((url, database))
        levels.bring_to(database, level)
        return url, database, levels.fill(database)

    yield make_one
    for url, database in made:
        database.close()
        store.drop(url)


def begun(url):
    """A process of its own that goes up."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        upgrade.upgrade(opened(url))
        code = 0
    finally:
        os._exit(code)


def level_of(database):
    with database.read() as session:
        return upgrade.revision(session)


def is_up_and_whole(database, rows):
    """It has gone up by now, or goes up; and everything is there and can be read."""
    upgrade.upgrade(database)
    assert level_of(database) == upgrade.head()
    assert levels.missing(rows, levels.readable(database)) == []


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_who_is_killed_on_the_way_up_stays_as_they_were_and_goes_up_again(old, report, level):
    told = report(f"{KILLS} kills on the way up from {level}")
    url, database, rows = old(level)
    database.close()
    began = monotonic()
    assert os.waitstatus_to_exitcode(os.waitpid(begun(url), 0)[1]) == 0
    takes, stayed = monotonic() - began, 0
    is_up_and_whole(database, rows)
    url, database, _ = old(level)
    before = levels.contents(database)
    for _ in range(KILLS):
        database.close()
        child = begun(url)
        sleep(told.chance.random() * takes)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if level_of(database) == level:
            stayed += 1
            assert levels.contents(database) == before
        else:
            is_up_and_whole(database, rows)
            url, database, _ = old(level)
            before = levels.contents(database)
    is_up_and_whole(database, rows)
    told.tell(rows=sum(map(len, rows.values())), tables=len(rows), takes=f"{takes * 1000:.0f} ms", stayed=stayed, lost=0)


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_what_breaks_on_the_way_up_leaves_everything_as_it_was(old, report, level):
    told = report(f"{STOPS} failures on the way up from {level}")
    _, database, _ = old(level)
    statements = run(database, stop_at=None)
    _, database, rows = old(level)
    before = levels.contents(database)
    for at in sorted({told.chance.randrange(2, statements) for _ in range(STOPS)}):
        with pytest.raises(StoppedError):
            run(database, stop_at=at)
        assert (level_of(database), levels.contents(database)) == (level, before)
    is_up_and_whole(database, rows)
    told.tell(statements=statements, lost=0)


def run(database, *, stop_at):
    """Go up, and break at a statement; return how many there were."""
    seen = 0

    def count(*_):
        nonlocal seen
        seen += 1
        if seen == stop_at:
            raise StoppedError

    event.listen(database.writer, "before_cursor_execute", count)
    try:
        upgrade.upgrade(database)
    finally:
        event.remove(database.writer, "before_cursor_execute", count)
    return seen
