"""Of a day that both let go no phone says anything more."""

from datetime import time, timedelta

import pytest

from server.actions import letting_go, milestones, repairs, settling
from server.domain.repairs import Repair
from server.store import members
from tests import make
from tests.make import NOW
from tests.push import rows
from tests.push.outbox import opened

TODAY, DAY = NOW.date(), timedelta(days=1)
QUIET = {"quiet_from": time(16), "quiet_until": time(20)}


@pytest.fixture
def box(database, clock, tmp_path):
    with opened(database, clock, tmp_path) as outbox:
        yield outbox


@pytest.fixture
def couple(database):
    """Sam wants quiet at this hour, so that what is told waits."""
    with database.write() as session:
        couple = make.couple(session, now=NOW - DAY)
        members.update(session, couple.sam.id, **QUIET)
    return couple


def let_go(session, promise, couple, day, now):
    letting_go.propose(session, promise.id, day, member_id=couple.noor.id, now=now)
    letting_go.agree(session, promise.id, day, member_id=couple.sam.id, now=now)


def mend(session, couple, *, keeps=3):
    """Noor missed today, repaired it, and kept the next days."""
    promise = make.promise(session, couple.noor, due_time=None)
    make.check_in(session, promise, "missed")
    repairs.repair(session, promise.id, TODAY, Repair(prevent="An alarm at five"), member_id=couple.noor.id, now=NOW)
    for n in range(1, keeps + 1):
        settling.open_ahead(session, now=NOW + n * DAY, limit=100)
        make.check_in(session, promise, now=NOW + n * DAY)
    return promise


def told_of_mends(database):
    return [one for one in rows.told(database) if one.about.get("reached") == "mend"]


def test_what_still_waits_about_it_is_dropped(box, couple):
    phone = box.phone(couple.sam)
    with box.database.write() as session:
        promise = make.promise(session, couple.noor)
        make.check_in(session, promise)
        make.check_in(session, promise, "differs", by=couple.sam)
        let_go(session, promise, couple, TODAY, NOW)
    assert box.states == ["dropped"]
    box.deliver(after=5 * timedelta(hours=1))
    assert phone.asked == []


def test_what_is_said_of_it_afterwards_reaches_nobody(box, couple):
    phone = box.phone(couple.sam)
    with box.database.write() as session:
        promise = make.promise(session, couple.noor)
        make.check_in(session, promise, "missed")
        let_go(session, promise, couple, TODAY, NOW)
        make.check_in(session, promise)
    box.deliver(after=5 * timedelta(hours=1))
    assert (phone.asked, box.states) == ([], ["dropped"])


def test_its_mend_that_waits_to_be_told_is_dropped(box, couple):
    box.phone(couple.sam)
    with box.database.write() as session:
        promise = mend(session, couple)
        milestones.celebrate(session, now=NOW + 3 * DAY, limit=100)
    (mended,) = {one.id for one in told_of_mends(box.database) if one.member_id == couple.sam.id}
    with box.database.write() as session:
        let_go(session, promise, couple, TODAY, NOW + 3 * DAY)
    states = {one.notice_id: one.state for one in rows.deliveries(box.database)}
    assert states.pop(mended) == "dropped"
    assert set(states.values()) == {"waits"}


def test_a_mend_that_is_found_afterwards_is_told_to_nobody(box, couple):
    with box.database.write() as session:
        promise = mend(session, couple, keeps=2)
        let_go(session, promise, couple, TODAY, NOW + 2 * DAY)
        settling.open_ahead(session, now=NOW + 3 * DAY, limit=100)
        make.check_in(session, promise, now=NOW + 3 * DAY)
        milestones.celebrate(session, now=NOW + 3 * DAY, limit=100)
    assert told_of_mends(box.database) == []
    assert rows.told(box.database) != []
