from datetime import date, time, timedelta

import pytest
from sqlalchemy import update

from server.actions.notices import tell
from server.db import tables
from server.domain import notices
from server.domain.notices import Notice, NoticeKind
from server.store import bonds, ids, members, promises
from server.store.promises import Pause
from tests import make
from tests.make import NOW
from tests.push import rows
from tests.push.outbox import opened
from tests.pushservice import Answer


@pytest.fixture
def box(database, clock, tmp_path):
    with opened(database, clock, tmp_path) as outbox:
        yield outbox


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session)


def week(member) -> Notice:
    return Notice(member.id, NoticeKind.WEEK, "week", NOW + notices.WEEK_LASTS)


def test_a_phone_that_changed_hands_is_not_told_of_its_former_owner(box, couple):
    phone = box.phone(couple.noor)
    box.tell(week(couple.noor))
    with box.database.write() as session:
        session.execute(update(tables.push_subscriptions).values(member_id=couple.sam.id))
    box.deliver()
    assert (phone.asked, box.states) == ([], ["dropped"])


def test_a_phone_that_was_removed_meanwhile_is_not_told(box, couple):
    phone = box.phone(couple.noor)
    box.tell(week(couple.noor))
    with box.database.write() as session:
        session.execute(update(tables.push_subscriptions).values(ended_at=NOW))
    box.deliver()
    assert (phone.asked, box.states) == ([], ["dropped"])


@pytest.mark.parametrize("who", ["noor", "sam", "the bond"])
@pytest.mark.parametrize(("from_on", "is_told"), [(date(2026, 3, 20), False), (date(2026, 3, 21), True)])
def test_a_pause_stops_what_comes_from_the_other_both_ways(box, couple, who, from_on, is_told):
    phone = box.phone(couple.noor)
    box.keep_word(couple.sam)
    of = {"noor": {"member_id": couple.noor.id}, "sam": {"member_id": couple.sam.id}, "the bond": {"bond_id": couple.bond.id}}
    with box.database.write() as session:
        promises.insert_pause(session, ids.new(), Pause(from_on, date(2026, 3, 25), **of[who]), now=NOW)
    box.deliver()
    assert len(phone.received) == is_told


def test_a_pause_holds_by_the_date_where_people_live(box, couple):
    phone = box.phone(couple.noor)
    with box.database.write() as session:
        session.execute(update(tables.members).values(zone="Pacific/Auckland"))
        promises.insert_pause(session, ids.new(), Pause(date(2026, 3, 21), date(2026, 3, 21), member_id=couple.noor.id), now=NOW)
    box.keep_word(couple.sam)
    box.deliver()
    assert phone.asked == []


@pytest.mark.parametrize("how", ["closed", "left"])
def test_who_left_hears_nothing_more(box, couple, how):
    phone = box.phone(couple.noor)
    box.keep_word(couple.sam)
    with box.database.write() as session:
        if how == "closed":
            bonds.update(session, couple.bond.id, closed_at=NOW)
        else:
            mine = tables.bond_members.c.member_id == couple.noor.id
            session.execute(update(tables.bond_members).where(mine).values(left_at=NOW))
    box.deliver()
    assert (phone.asked, box.states) == ([], ["dropped"])


def remind(box, couple):
    """Remind Noor of something that she promised."""
    day, ends = NOW.date(), NOW + timedelta(hours=9)
    with box.database.write() as session:
        promise = make.promise(session, couple.noor)
        about = {"bond_id": couple.bond.id, "last_day": day, "title": promise.title, "due_time": time(18, 30)}
        tell(session, [notices.reminder(couple.noor.id, promise.id, day, **about, expires_at=ends)], now=NOW)
    return promise


@pytest.mark.parametrize("is_done", [False, True])
def test_nobody_is_reminded_of_what_is_done(box, couple, is_done):
    phone = box.phone(couple.noor)
    promise = remind(box, couple)
    if is_done:
        with box.database.write() as session:
            make.check_in(session, promise)
    box.deliver()
    assert len(phone.received) == (not is_done)


def rest(box, member, begin, end):
    with box.database.write() as session:
        members.update(session, member.id, quiet_from=begin, quiet_until=end)


def test_quiet_hours_chosen_meanwhile_hold_too(box, couple):
    phone = box.phone(couple.noor)
    box.tell(week(couple.noor))
    rest(box, couple.noor, time(16), time(18))
    assert (box.deliver(), box.deliver(), phone.asked) == (1, 0, [])
    assert (box.deliver(after=timedelta(hours=1)), len(phone.received)) == (1, 1)


def test_what_is_tried_again_waits_for_the_end_of_quiet_hours_which_is_no_try(box, couple):
    phone = box.phone(couple.noor)
    phone.answers = [Answer(503)]
    rest(box, couple.noor, time(17, 1), time(18))
    box.tell(week(couple.noor))
    box.deliver()
    box.deliver(after=timedelta(minutes=2))
    assert [(one.tries, one.next_at) for one in rows.deliveries(box.database)] == [(1, NOW + timedelta(hours=1))]
    assert (box.deliver(after=timedelta(minutes=58)), len(phone.received)) == (1, 1)


def test_a_reminder_of_ones_own_is_sent_in_quiet_hours(box, couple):
    phone = box.phone(couple.noor)
    rest(box, couple.noor, time(16), time(20))
    remind(box, couple)
    box.deliver()
    assert len(phone.received) == 1
