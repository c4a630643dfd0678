"""Push services that answer everything that they may answer, or nothing: what comes of each message, and that none holds up another."""

import threading
from collections import Counter
from datetime import timedelta
from time import monotonic, sleep

import pytest

from server.domain import notices
from server.domain.notices import FIRST_WAIT, MOST_TRIES, Notice, NoticeKind
from server.push import sender
from tests import make
from tests.faults.conftest import LONG
from tests.faults.report import crowding, middle_and_most
from tests.faults.sick import services
from tests.make import NOW
from tests.push import rows
from tests.pushservice import Answer

LARGE = b"x" * 100_000
SLOW, PATIENCE = timedelta(seconds=4), 60
ASKED = timedelta(hours=3)
WAITS = [FIRST_WAIT * 4**n for n in range(MOST_TRIES - 1)]
PHONES, HEALTHY, SICK_OF_A_KIND = (40, 40, 240) if LONG else (6, 10, 210)
ENDS = {
    "taken": (Answer(201), "sent", 1),
    "taken with many words": (Answer(201, body=LARGE), "sent", 1),
    "not there": (Answer(404), "dropped", 1),
    "gone": (Answer(410), "dropped", 1),
    "too large": (Answer(413), "dropped", 1),
    "not readable, with many words": (Answer(400, body=LARGE), "dropped", 1),
    "too many": (Answer(429, {"Retry-After": str(int(ASKED.total_seconds()))}), "gave_up", MOST_TRIES),
    "broken": (Answer(500), "gave_up", MOST_TRIES),
    "broken with many words": (Answer(503, body=LARGE), "gave_up", MOST_TRIES),
    "nothing": (Answer(hangs_up=True), "gave_up", MOST_TRIES),
    "slow": (Answer(waits=1), "gave_up", MOST_TRIES),
    "not who it says": (None, "gave_up", MOST_TRIES),
}


@pytest.fixture
def noor(database):
    with database.write() as session:
        return make.couple(session).noor


@pytest.fixture
def all_three(database, clock, tmp_path):
    with services(database, clock, tmp_path) as found:
        yield found


def week(member, subject="week"):
    return Notice(member.id, NoticeKind.WEEK, subject, NOW + notices.WEEK_LASTS)


def live_through(found, clock):
    """Let the worker come back for as long as something waits; return how long each message waited, try by try."""
    waits = {}
    while waiting := [one for one in rows.deliveries(found.outbox.database) if one.state == "waits"]:
        clock.at = min(one.next_at for one in waiting)
        found.outbox.deliver()
        for one in rows.deliveries(found.outbox.database):
            if one.state == "waits" and one.next_at > clock.at and one.tries:
                waits.setdefault(one.id, {}).setdefault(one.tries, one.next_at - clock.at)
    return waits


@pytest.mark.slow
@pytest.mark.parametrize("answers", ENDS)
def test_what_comes_of_a_message(all_three, noor, clock, monkeypatch, report, answers):
    monkeypatch.setattr(sender, "PATIENCE", timedelta(seconds=0.5))
    answer, end, tries = ENDS[answers]
    ill = [all_three.phone(noor, all_three.sick if answer else all_three.false) for _ in range(PHONES)]
    well = all_three.phone(noor, all_three.well)
    for phone in ill:
        phone.answers = [answer] * 2 * MOST_TRIES
    all_three.outbox.tell(week(noor))
    waits = live_through(all_three, clock)
    found = rows.deliveries(all_three.outbox.database)
    asked = [len(phone.asked) for phone in ill]
    report(f"push: {answers}").tell(phones=PHONES, asked=sum(asked), ends=dict(Counter(one.state for one in found)))
    assert Counter(one.state for one in found) == Counter({"sent": 1}) + Counter({end: PHONES})
    assert {one.tries for one in found} == {1, tries}
    assert len(well.received) == 1
    assert [len(phone.received) for phone in ill] == [int(end == "sent")] * PHONES
    assert {one.ended_at is not None for one in rows.phones(all_three.outbox.database)} == (
        {True, False} if answers in ("not there", "gone") else {False}
    )
    least = ASKED if answers == "too many" else timedelta(0)
    for one in waits.values():
        assert [*one] == [*range(1, MOST_TRIES)]
        assert all(max(least, wait / 2) <= one[n] <= max(least, wait * 1.5) for n, wait in enumerate(WAITS, 1))
    assert answers == "too many" or len({one[1] for one in waits.values()}) == len(waits), "all of them come back at once"


@pytest.mark.slow
def test_a_phone_at_a_service_that_is_well_waits_for_no_other(all_three, noor, clock, monkeypatch, report):
    """Hundreds of messages to services that stay silent or break come first; and news comes while they still keep the worker waiting."""
    monkeypatch.setattr(sender, "PATIENCE", SLOW)
    told = report(f"push: {HEALTHY} well, {2 * SICK_OF_A_KIND} not")
    silent = [all_three.phone(noor, all_three.sick) for _ in range(SICK_OF_A_KIND)]
    broken = [all_three.phone(noor, all_three.false) for _ in range(SICK_OF_A_KIND)]
    for phone in silent:
        phone.answers = [Answer(waits=SLOW.total_seconds() * 2)]
    all_three.outbox.tell(week(noor))
    clock.at += timedelta(seconds=1)
    with all_three.outbox.database.write() as session:
        sam = make.member(session, "Sam")
    well = [all_three.phone(sam, all_three.well) for _ in range(HEALTHY)]
    all_three.outbox.tell(week(sam))
    clock.at += timedelta(seconds=1)
    began, arrived = monotonic(), []
    worker = threading.Thread(target=all_three.outbox.deliver)
    worker.start()
    for number, subject in enumerate(("first", "later"), 1):
        while min(len(phone.received) for phone in well) < number:
            assert monotonic() - began < PATIENCE
            sleep(0.01)
        arrived.append(monotonic() - began)
        if subject == "first":
            began = monotonic()
            all_three.outbox.tell(week(sam, "later"))
    worker.join(60)
    told.tell(well=middle_and_most(arrived), silent_asked=sum(len(phone.asked) for phone in silent), certificates_refused=len(broken))
    assert max(arrived) < SLOW.total_seconds() * 0.8 * crowding()
    assert [len(phone.received) for phone in well] == [2] * HEALTHY
    assert sum(len(phone.asked) for phone in silent) <= 2 * sender.AT_ONCE_EACH
    assert sum(len(phone.asked) for phone in broken) == 0
