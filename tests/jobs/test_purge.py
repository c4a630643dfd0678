"""A space that is over goes with every row of it, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from jobs import demo, purge
from server.actions import deleting, leaving
from server.db import Database
from server.db.tables import bonds, events, metadata
from server.store import closings
from server.store import erasing as store
from tests import going, make
from tests.going import DAY, SUNDAY, delete, places


@pytest.fixture
def cast(database: Database) -> demo.Cast:
    return going.short(database)


@pytest.fixture
def story(database: Database) -> demo.Cast:
    return going.long(database)


def test_a_space_that_both_deleted_is_purged_at_the_next_run_with_the_stones(database, story):
    for member_id in story.members.values():
        delete(database, member_id)
    assert purge.purge(database, SUNDAY + DAY) == 1
    assert places(database, story.bond_id, *story.members.values()) == set()
    with database.read() as session:
        counts = {table.name: session.scalar(select(func.count()).select_from(table)) for table in metadata.sorted_tables}
    assert {name for name, count in counts.items() if count} <= {"job_runs", "buckets"}


@pytest.mark.parametrize(("seen_after", "stays"), [(None, 30), (0, 30), (12, 42), (29, 59)])
def test_a_closed_space_is_purged_thirty_days_after_it_was_seen_closed_or_was_closed(database, cast, seen_after, stays):
    sam = cast.members["Sam"]
    with database.write() as session:
        leaving.leave(session, cast.bond_id, member_id=cast.members["Noor"], now=SUNDAY)
    if seen_after is not None:
        with database.write() as session:
            deleting.tell_closed(session, sam, today=(SUNDAY + seen_after * DAY).date())
            deleting.tell_closed(session, sam, today=(SUNDAY + (seen_after + 9) * DAY).date())
            assert deleting.exported_until(session, sam) == (SUNDAY + stays * DAY).date()
    assert purge.purge(database, SUNDAY + stays * DAY - timedelta(minutes=1)) == 0
    with database.read() as session:
        ours = session.scalars(select(events.c.promise_id).where(events.c.bond_id == cast.bond_id)).all()
    assert purge.purge(database, SUNDAY + (stays + 4) * DAY) == 1
    assert places(database, cast.bond_id, *set(ours)) == set()
    assert purge.purge(database, SUNDAY + (stays + 5) * DAY) == 0
    with database.read() as session:
        assert closings.is_past(session, sam)
        assert not closings.is_past(session, cast.members["Noor"])


def test_a_purge_that_was_interrupted_goes_on_where_it_stood(database, cast, monkeypatch):
    with database.write() as session:
        leaving.leave(session, cast.bond_id, member_id=cast.members["Noor"], now=SUNDAY)
    whole, broke = store.drop, [3]

    def breaks(*args: Any) -> int:
        broke[0] -= 1
        if broke[0] == 0:
            raise RuntimeError("the power went")
        return whole(*args)

    monkeypatch.setattr(store, "drop", breaks)
    with pytest.raises(RuntimeError):
        purge.purge(database, SUNDAY + 31 * DAY)
    monkeypatch.setattr(store, "drop", whole)
    assert purge.purge(database, SUNDAY + 31 * DAY) == 1
    assert places(database, cast.bond_id) == set()


def test_others_are_not_touched_by_a_purge(database, cast):
    with database.write() as session:
        other = make.other_couple(session, now=SUNDAY)
        theirs = make.promise(session, other.cleo, "Call at nine", now=SUNDAY)
        make.check_in(session, theirs, now=SUNDAY)
        leaving.leave(session, cast.bond_id, member_id=cast.members["Noor"], now=SUNDAY)
    before = places(database, other.bond.id)
    purge.purge(database, SUNDAY + 31 * DAY)
    assert places(database, other.bond.id) == before
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(bonds)) == 1
