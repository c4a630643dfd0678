import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from jobs import outbox
from jobs.outbox import LEASE
from server.db import haste
from server.domain import notices
from server.domain.notices import MOST_TRIES, Notice, NoticeKind
from server.store import deliveries as store
from server.store.notices import State
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


@pytest.fixture
def noor(couple):
    return couple.noor


def week(member, subject="week") -> Notice:
    return Notice(member.id, NoticeKind.WEEK, subject, NOW + notices.WEEK_LASTS)


def test_a_word_kept_reaches_the_others_phone(box, couple):
    noors, sams = box.phone(couple.noor), box.phone(couple.sam)
    box.keep_word(couple.sam)
    assert (box.deliver(), box.deliver()) == (1, 0)
    assert [one.notification["title"] for one in noors.received] == ["Something new"]
    assert (sams.received, box.states, box.service.refused) == ([], ["sent"], [])


def test_each_phone_shows_as_much_as_its_owner_chose(box, couple):
    shown, neutral = box.phone(couple.noor, shows_details=True), box.phone(couple.noor)
    box.keep_word(couple.sam)
    box.deliver()
    assert [one.received[0].notification["body"] for one in (shown, neutral)] == ["Sam: Home for dinner", "Open it when you like."]
    assert len({len(one.received[0].plaintext) for one in (shown, neutral)}) == 1


def test_while_taps_arrive_messages_give_way_and_all_of_them_arrive(box, database, noor, monkeypatch):
    monkeypatch.setattr(outbox, "GIVES_WAY", 0.5)
    monkeypatch.setattr(haste, "LASTS", 60)
    phone = box.phone(noor)
    for number in range(outbox.AT_ONCE_EACH + 1):
        box.tell(week(noor, f"week {number}"))
    database.haste.note()
    began = time.monotonic()
    assert box.deliver() == len(phone.received) == outbox.AT_ONCE_EACH + 1
    assert time.monotonic() - began > 2 * outbox.GIVES_WAY


def test_more_than_fits_at_once_goes_batch_by_batch(box, noor):
    phone = box.phone(noor)
    box.tell(*(week(noor, f"{n}") for n in range(5)))
    assert box.deliver(limit=2) == 5
    assert len(phone.received) == 5


def test_two_workers_at_once_send_nothing_twice(box, noor):
    phones = [box.phone(noor) for _ in range(3)]
    box.tell(*(week(noor, f"{n}") for n in range(20)))
    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(lambda _: box.deliver(limit=5), range(2)))
    assert sum(counts) == 60
    assert [len({one.headers["Topic"] for one in phone.received}) for phone in phones] == [20] * 3
    assert [len(phone.received) for phone in phones] == [20] * 3


def test_what_one_worker_holds_no_other_gets_before_the_lease_ends(box, noor):
    box.phone(noor)
    box.tell(week(noor))
    with box.database.write() as session:
        first, second = (store.claim(session, uuid4(), until=NOW + LEASE, now=NOW, limit=9) for _ in range(2))
        later = store.claim(session, uuid4(), until=NOW + 2 * LEASE, now=NOW + LEASE, limit=9)
    assert (len(first), second, later) == (1, [], first)


def test_a_worker_that_comes_back_too_late_changes_nothing(box, noor):
    box.phone(noor)
    box.tell(week(noor))
    late, quick = uuid4(), uuid4()
    with box.database.write() as session:
        mine = store.claim(session, late, until=NOW, now=NOW, limit=9)
        store.claim(session, quick, until=NOW + LEASE, now=NOW, limit=9)
        store.finish(session, late, mine, State.DROPPED)
        store.put_off(session, late, dict.fromkeys(mine, (NOW, 0)))
    assert [(one.state, one.leased_by, one.next_at) for one in rows.deliveries(box.database)] == [("waits", quick, NOW + LEASE)]


def test_a_worker_that_was_killed_loses_nothing(box, noor):
    phone = box.phone(noor)
    box.tell(week(noor))
    with box.database.write() as session:
        store.claim(session, uuid4(), until=NOW + LEASE, now=NOW, limit=9)
    assert (box.deliver(), box.deliver(after=LEASE)) == (0, 1)
    assert len(phone.received) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_its_service_forgot_is_told_no_more(box, noor, status):
    gone, other = box.phone(noor), box.phone(noor)
    gone.answers = [Answer(status)]
    box.tell(week(noor, "now"))
    box.deliver()
    box.tell(week(noor, "next"))
    box.deliver()
    assert (len(gone.asked), len(other.received)) == (1, 2)
    assert [one.ended_at for one in rows.phones(box.database)] == [NOW, None]


def test_all_that_waited_for_a_forgotten_phone_is_dropped(box, noor):
    gone = box.phone(noor)
    gone.answers = [Answer(410)]
    box.tell(week(noor, "a"), week(noor, "b"))
    assert box.deliver(limit=1) == 1
    assert (box.states, len(gone.asked)) == (["dropped", "dropped"], 1)


@pytest.mark.parametrize("status", [400, 413, 307])
def test_what_a_push_service_will_never_take_is_dropped(box, noor, status):
    phone = box.phone(noor)
    phone.answers = [Answer(status)]
    box.tell(week(noor))
    with capture_logs() as logs:
        box.deliver()
    assert (box.states, box.deliver(after=LEASE)) == (["dropped"], 0)
    assert [(one["log_level"], one["status"], one["service"]) for one in logs] == [("warning", status, box.service.origin[7:])]
    assert rows.phones(box.database)[0].ended_at is None


@pytest.mark.parametrize("answer", [Answer(429), Answer(500), Answer(503), Answer(hangs_up=True), Answer(401), Answer(403)])
def test_what_could_not_be_taken_now_comes_later(box, noor, answer):
    phone = box.phone(noor)
    phone.answers = [answer]
    box.tell(week(noor))
    box.deliver()
    (waiting,) = rows.deliveries(box.database)
    assert (waiting.state, waiting.tries, waiting.leased_by) == ("waits", 1, None)
    assert timedelta(seconds=15) <= waiting.next_at - NOW <= timedelta(seconds=45)
    assert box.deliver(after=timedelta(minutes=1)) == 1
    assert (len(phone.received), box.states) == (1, ["sent"])


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_for_the_operator_and_costs_no_phone(box, noor, status):
    box.phone(noor).answers = [Answer(status)]
    box.tell(week(noor))
    with capture_logs() as logs:
        box.deliver()
    assert [(one["log_level"], one["event"], one["status"]) for one in logs] == [("error", "push key refused", status)]
    assert rows.phones(box.database)[0].ended_at is None


def test_a_push_service_that_asks_to_wait_is_left_alone_that_long(box, noor):
    phone = box.phone(noor)
    phone.answers = [Answer(429, {"Retry-After": "3600"})]
    box.tell(week(noor))
    box.deliver()
    assert (box.deliver(after=timedelta(minutes=59)), box.deliver(after=timedelta(minutes=1))) == (0, 1)
    assert len(phone.received) == 1


def test_after_six_tries_it_is_given_up(box, noor):
    phone = box.phone(noor)
    phone.answers = [Answer(503)] * 9
    box.tell(week(noor))
    assert [box.deliver(after=timedelta(hours=4)) for _ in range(8)] == [1] * MOST_TRIES + [0, 0]
    assert (len(phone.asked), box.states) == (MOST_TRIES, ["gave_up"])


def test_workers_that_are_killed_again_and_again_count_as_tries(box, noor):
    phone = box.phone(noor)
    box.tell(week(noor))
    for _ in range(MOST_TRIES):
        with box.database.write() as session:
            store.claim(session, uuid4(), until=NOW, now=NOW, limit=9)
    box.deliver()
    assert (phone.asked, box.states) == ([], ["dropped"])


def test_what_nobody_needs_any_more_is_not_sent(box, noor):
    phone = box.phone(noor)
    box.tell(week(noor))
    assert box.deliver(after=notices.WEEK_LASTS) == 1
    assert (phone.asked, box.states) == ([], ["dropped"])


def test_what_would_come_too_late_is_given_up_at_once(box, noor):
    box.phone(noor).answers = [Answer(503, {"Retry-After": "3600"})]
    box.tell(replace(week(noor), expires_at=NOW + timedelta(minutes=30)))
    box.deliver()
    assert box.states == ["gave_up"]


def test_one_that_cannot_be_worded_does_not_hold_up_the_others(box, noor):
    phone = box.phone(noor, shows_details=True)
    box.tell(Notice(noor.id, NoticeKind.KEPT, "without a name", NOW + notices.NEWS_LASTS), week(noor))
    with capture_logs() as logs:
        box.deliver()
    assert (sorted(box.states), len(phone.received)) == (["dropped", "sent"], 1)
    assert [one["event"] for one in logs] == ["push not sendable"]


def test_when_nothing_is_due_no_line_is_opened(box, monkeypatch):
    monkeypatch.setattr(outbox.asyncio, "Runner", None)
    assert box.deliver() == 0
