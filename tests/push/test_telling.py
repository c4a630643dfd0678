from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import event

from server.actions import milestones, sessions
from server.actions.notices import tell
from server.domain import notices
from server.domain.notices import Notice, NoticeKind
from server.store import members, push
from tests import make
from tests.make import NOW
from tests.push import rows


@pytest.fixture
def noor(database):
    with database.write() as session:
        return make.member(session)


@pytest.fixture
def resting(database, noor):
    """Noor, who has quiet hours from four to six and now it is five."""
    with database.write() as session:
        members.update(session, noor.id, quiet_from=time(16), quiet_until=time(18))
        rows.subscription(session, noor)
    return noor


def week(member):
    return Notice(member.id, NoticeKind.WEEK, "week", NOW + notices.WEEK_LASTS)


def tell_all(database, *told):
    with database.write() as session:
        return tell(session, told, now=NOW)


def test_each_of_a_members_phones_is_told(database, noor):
    with database.write() as session:
        mine = {rows.subscription(session, noor), rows.subscription(session, noor)}
        rows.subscription(session, make.member(session, "Sam"))
    assert tell_all(database, week(noor)) == 1
    assert {one.subscription_id for one in rows.deliveries(database)} == mine
    assert {(one.state, one.tries, one.next_at) for one in rows.deliveries(database)} == {("waits", 0, NOW)}


def test_twice_told_is_told_once(database, noor):
    with database.write() as session:
        rows.subscription(session, noor)
    assert (tell_all(database, week(noor), week(noor)), tell_all(database, week(noor))) == (1, 0)
    assert (len(rows.told(database)), len(rows.deliveries(database))) == (1, 1)


def test_nothing_to_tell_is_nothing(database):
    assert tell_all(database) == 0


def test_a_new_phone_is_told_nothing_old(database, noor):
    tell_all(database, week(noor))
    with database.write() as session:
        rows.subscription(session, noor)
    assert (tell_all(database, week(noor)), rows.deliveries(database)) == (0, [])


def test_a_phone_that_takes_no_more_is_not_told(database, noor):
    with database.write() as session:
        rows.subscription(session, noor, ended_at=NOW)
    tell_all(database, week(noor))
    assert rows.deliveries(database) == []


def test_a_phone_that_was_signed_out_is_not_told(database, noor):
    with database.write() as session:
        sessions.begin(session, noor.id, device="Lost", now=NOW)
        (device,) = sessions.devices(session, noor.id, now=NOW)
        rows.subscription(session, noor, session_id=device.id)
        assert [one.device for one in push.of_member(session, noor.id)] == ["Lost"]
        sessions.end(session, device.id, member_id=noor.id, now=NOW)
        assert push.of_member(session, noor.id) == []
    tell_all(database, week(noor))
    assert rows.deliveries(database) == []


def test_in_quiet_hours_it_waits_for_their_end(database, resting):
    tell_all(database, week(resting))
    assert [one.next_at for one in rows.deliveries(database)] == [datetime.fromisoformat("2026-03-20T18:00+01:00")]


def test_what_is_past_when_quiet_hours_end_is_not_told(database, resting):
    assert tell_all(database, replace(week(resting), expires_at=NOW + timedelta(minutes=45))) == 0
    assert rows.told(database) == []


def test_a_reminder_of_ones_own_comes_in_quiet_hours(database, resting):
    tell_all(database, replace(week(resting), kind=NoticeKind.REMINDER))
    assert [one.next_at for one in rows.deliveries(database)] == [NOW]


def test_many_are_told_with_as_many_statements_as_one(database):
    with database.write() as session:
        people = [make.member(session, f"Noor {n}") for n in range(40)]
        for one in people:
            rows.subscription(session, one)
    assert statements(database, people[:1]) == statements(database, people[1:])
    assert len(rows.deliveries(database)) == 40


def test_a_failed_transaction_tells_nothing(database, noor):
    with database.write() as session:
        rows.subscription(session, noor)
        tell(session, [week(noor)], now=NOW)
        session.rollback()
    assert (rows.told(database), rows.deliveries(database)) == ([], [])


def test_a_word_kept_is_told_to_the_other_and_to_nobody_else(database):
    with database.write() as session:
        couple = make.couple(session)
        make.other_couple(session)
        promise = make.promise(session, couple.noor)
        make.check_in(session, promise)
    (notice,) = rows.told(database)
    assert (notice.member_id, notice.kind, notice.promise_id, notice.day) == (couple.sam.id, "kept", promise.id, NOW.date())
    assert notice.about == {"title": "Home for dinner", "name": "Noor"}


def test_a_milestone_is_told_to_who_reached_it_as_their_own(database):
    with database.write() as session:
        couple = make.couple(session)
        make.check_in(session, make.promise(session, couple.noor))
        milestones.celebrate(session, now=NOW, limit=9)
    told = {one.member_id: one.about.get("own", 0) for one in rows.told(database) if one.kind == "milestone"}
    assert told == {couple.noor.id: 1, couple.sam.id: 0}


@pytest.mark.parametrize("kind", ["missed", "reserve"])
def test_nobody_is_told_of_anothers_miss(database, kind):
    with database.write() as session:
        couple = make.couple(session)
        make.check_in(session, make.promise(session, couple.noor), kind)
    assert rows.told(database) == []


def statements(database, people) -> int:
    """How many statements it takes to tell these people."""
    counted = []

    def count(*_):
        counted.append(1)

    event.listen(database.writer, "before_cursor_execute", count)
    tell_all(database, *map(week, people))
    event.remove(database.writer, "before_cursor_execute", count)
    return len(counted)
