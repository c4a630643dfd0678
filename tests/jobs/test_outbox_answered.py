"""What was answered on one phone leaves the others."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta

import pytest
from sqlalchemy import update

from jobs.reminders import remind
from server.actions import sessions
from server.db import tables
from server.domain.notices import ANSWERED_AFTER
from server.store import members, reminders
from server.store.notices import State
from tests import make
from tests.make import NOW
from tests.push import rows
from tests.push.outbox import opened
from tests.pushservice import Answer

HOURS_AGO = NOW - timedelta(hours=5)
ANSWERED = "Answered on another phone"


@pytest.fixture
def box(database, clock, tmp_path):
    with opened(database, clock, tmp_path) as outbox:
        yield outbox


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session, now=HOURS_AGO)


@pytest.fixture
def dinner(database, couple):
    """Due in ten minutes, and so to be reminded of now."""
    with database.write() as session:
        return make.promise(session, couple.noor, due_time=time(17, 10), now=HOURS_AGO)


def device(box, member):
    """Sign a member in on one more device."""
    with box.database.write() as session:
        before = {one.id for one in sessions.devices(session, member.id, now=NOW)}
        sessions.begin(session, member.id, device="A phone", now=NOW)
        (found,) = {one.id for one in sessions.devices(session, member.id, now=NOW)} - before
        return found


def reminded(box):
    assert remind(box.database, box.clock.now()) == 1
    box.deliver()


def answer(box, promise, kind="kept", **parts):
    with box.database.write() as session:
        to = {"to": NOW + timedelta(minutes=20)} if kind == "heads_up" else {}
        return make.check_in(session, promise, kind, now=box.clock.now(), **to, **parts)


def titles(phone):
    return [one.notification["title"] for one in phone.received]


@pytest.mark.parametrize("kind", ["kept", "missed", "heads_up", "reserve"])
def test_a_reminder_that_was_answered_leaves_the_other_phone_once(box, couple, dinner, kind):
    here = device(box, couple.noor)
    mine, other = box.phone(couple.noor, session_id=here), box.phone(couple.noor, session_id=device(box, couple.noor))
    reminded(box)
    answer(box, dinner, kind, session_id=here)
    assert [box.deliver(), box.deliver(after=ANSWERED_AFTER), box.deliver(after=ANSWERED_AFTER)] == [0, 1, 0]
    assert (titles(mine), titles(other)) == (["A small reminder"], ["A small reminder", ANSWERED])
    first, second = (one.headers for one in other.received)
    assert (second["Topic"], second["Urgency"]) == (first["Topic"], "low")
    assert int(second["TTL"]) == int(first["TTL"]) - ANSWERED_AFTER.total_seconds()


def test_what_no_phone_said_leaves_every_phone(box, couple, dinner):
    phones = [box.phone(couple.noor) for _ in range(2)]
    reminded(box)
    answer(box, dinner)
    box.deliver(after=ANSWERED_AFTER)
    assert [titles(one)[1:] for one in phones] == [[ANSWERED]] * 2


def test_two_words_are_one_answer(box, couple, dinner):
    phone = box.phone(couple.noor)
    reminded(box)
    answer(box, dinner, "heads_up")
    answer(box, dinner)
    box.deliver(after=ANSWERED_AFTER)
    assert titles(phone) == ["A small reminder", ANSWERED]


def test_a_phone_of_apples_would_show_both_and_is_left_alone(box, couple, dinner):
    box.phone(couple.noor)
    reminded(box)
    with box.database.write() as session:
        session.execute(update(tables.push_subscriptions).values(endpoint="https://web.push.apple.com/QGuQyavXutnMH"))
    answer(box, dinner)
    assert (box.deliver(after=ANSWERED_AFTER), len(rows.told(box.database))) == (0, 2)


def test_who_was_not_reminded_hears_nothing_of_the_answer(box, couple, dinner):
    phone = box.phone(couple.noor)
    answer(box, dinner)
    box.deliver(after=ANSWERED_AFTER)
    assert phone.asked == []


def test_a_phone_that_came_after_the_reminder_hears_nothing_of_the_answer(box, couple, dinner):
    box.phone(couple.noor)
    reminded(box)
    new = box.phone(couple.noor)
    answer(box, dinner)
    box.deliver(after=ANSWERED_AFTER)
    assert new.asked == []


def test_a_reminder_that_did_not_arrive_is_not_answered_there(box, couple, dinner):
    away = box.phone(couple.noor)
    away.answers = [Answer(503)]
    reminded(box)
    answer(box, dinner)
    box.deliver(after=timedelta(minutes=1))
    assert (away.received, sorted(box.states)) == ([], ["dropped", "dropped"])


def test_one_that_was_on_its_way_when_it_was_answered_leaves_too(box, couple, dinner):
    phone = box.phone(couple.noor)
    remind(box.database, NOW)
    with box.database.read() as session:
        assert len(reminders.reached(session, [(dinner.id, NOW.date())])) == 1
    answer(box, dinner)
    with box.database.write() as session:
        session.execute(update(tables.deliveries).where(tables.deliveries.c.next_at <= NOW).values(state=State.SENT))
    box.deliver(after=ANSWERED_AFTER)
    assert titles(phone) == [ANSWERED]


def test_a_word_taken_back_at_once_was_no_answer(box, couple, dinner):
    phone = box.phone(couple.noor)
    reminded(box)
    said = answer(box, dinner)
    answer(box, dinner, "undo", target=said)
    box.deliver(after=ANSWERED_AFTER)
    assert titles(phone) == ["A small reminder"]


def test_what_the_other_says_comes_to_nobodys_phone_as_an_answer(box, couple, dinner):
    phone = box.phone(couple.noor)
    reminded(box)
    answer(box, dinner, by=couple.sam)
    box.deliver(after=ANSWERED_AFTER)
    assert titles(phone) == ["A small reminder"]


def test_it_comes_in_quiet_hours_for_it_makes_no_sound(box, couple, dinner):
    phone = box.phone(couple.noor)
    with box.database.write() as session:
        members.update(session, couple.noor.id, quiet_from=time(16), quiet_until=time(20))
    reminded(box)
    answer(box, dinner)
    box.deliver(after=ANSWERED_AFTER)
    assert [one.notification["silent"] for one in phone.received] == [False, True]


def test_two_workers_at_once_say_it_once(box, couple, dinner):
    phones = [box.phone(couple.noor) for _ in range(3)]
    reminded(box)
    answer(box, dinner)
    box.clock.at += ANSWERED_AFTER
    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(lambda _: box.deliver(limit=1), range(2)))
    assert sum(counts) == 3
    assert [titles(one).count(ANSWERED) for one in phones] == [1] * 3


def test_who_says_later_before_a_reminder_leaves_is_not_reminded(box, couple, dinner):
    phone = box.phone(couple.noor)
    remind(box.database, NOW)
    answer(box, dinner, "heads_up")
    box.deliver(after=ANSWERED_AFTER)
    assert phone.received == []


def test_the_icon_counts_what_is_still_due_of_ones_own_today(box, couple, dinner):
    phone = box.phone(couple.noor)
    with box.database.write() as session:
        for title in ("Walk", "Read"):
            make.promise(session, couple.noor, title, due_time=None, now=HOURS_AGO)
        make.promise(session, couple.noor, "Alone", due_time=None, personal=True, now=HOURS_AGO)
        make.promise(session, couple.sam, "Sam's own", due_time=None, now=HOURS_AGO)
        make.promise(session, couple.noor, "Twice a week", rule="FREQ=WEEKLY", times=2, due_time=None, now=HOURS_AGO)
    reminded(box)
    answer(box, dinner)
    box.deliver(after=ANSWERED_AFTER)
    assert [one.notification["app_badge"] for one in phone.received] == ["4", "3"]
