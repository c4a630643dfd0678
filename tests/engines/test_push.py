"""A reminder's whole way: the job, the outbox, a push service, a stock Firefox that decrypts it, its worker, its window, the tap on it."""

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from jobs import outbox, reminders, settle
from server.domain.notices import Subscription, Urgency
from server.push import keys, sealing
from server.push.message import Message
from server.push.sender import Sender, Sent
from tests import make
from tests.browser.server import Running
from tests.engines.autopush import DECRYPTED, UNREADABLE, Autopush
from tests.engines.conftest import promised
from tests.engines.firefox import Firefox
from tests.engines.handset import said_of
from tests.engines.lock_screen import LockScreen
from tests.engines.patience import until
from tests.push import rows

A_WHILE = timedelta(minutes=2)
HALF_A_SECOND, TIMES = 0.5, 5
KEPT = "Mark ‘Home for dinner’ kept"
SEEN = """void (window.seenAt = (async () => {
  const worker = await navigator.serviceWorker.ready;
  while ((await worker.getNotifications()).length < %d) await new Promise((wait) => setTimeout(wait, 5));
  return Date.now() / 1000;
})())"""


@pytest.fixture
def noor(firefox: Firefox, weft: Running, couple: make.Couple, dinner: Any) -> Iterator[LockScreen]:
    """Somebody who is signed in, has promised something for ten minutes from now, and takes reminders."""
    person = LockScreen(firefox, weft)
    person.is_signed_in(couple.noor)
    person.turns_reminders_on()
    yield person
    person.is_put_away()


@pytest.fixture(autouse=True)
def _nobody_else(push_service: Autopush) -> Iterator[None]:
    push_service.acknowledged.clear()
    push_service.refused.clear()
    yield
    until(lambda: not push_service.channels)


def phones(weft: Running) -> list[Any]:
    """The subscriptions to which Weft sends."""
    return [phone for phone in rows.phones(weft.desk.database) if phone.ended_at is None]


def test_kept_on_the_lock_screen_counts_once_with_no_page_open(weft: Running, noor: LockScreen, dinner: Any) -> None:
    assert [phone.vapid_key for phone in phones(weft)] == [weft.desk.push_key]
    weft.let_jobs_run(weft.clock.at)
    assert noor.reads() == ["A small reminder", "Something you said you would do."]
    assert until(noor.shown)[0]["actions"][0] == "kept"
    noor.browser.open("about:blank")
    noor.presses("kept")
    assert until(lambda: said_of(weft, dinner)) == ["kept"]
    noor.open("/")
    noor.sees("1 of 1 kept")
    assert said_of(weft, dinner) == ["kept"]


@pytest.mark.timed
def test_a_reminder_stands_there_half_a_second_after_weft_sent_it(weft: Running, couple: make.Couple, noor: LockScreen) -> None:
    took = []
    for time_ in range(TIMES):
        if time_:
            promised(weft, couple.noor, f"A walk, {time_}")
        settle.open_ahead(weft.desk.database, weft.clock.at)
        reminders.remind(weft.desk.database, weft.clock.at)
        noor.browser.run(SEEN % (time_ + 1))
        began = time.time()
        assert outbox.deliver(weft.desk.database, weft.sender, weft.clock) == 1
        took.append(noor.browser.run("window.seenAt") - began)
    assert median(took) <= HALF_A_SECOND, took


def test_kept_on_the_lock_screen_in_a_tunnel_counts_once_later(weft: Running, noor: LockScreen, dinner: Any) -> None:
    noor.open("/")
    weft.let_jobs_run(weft.clock.at)
    noor.reads()
    noor.browser.open("about:blank")
    with noor.without_a_network():
        noor.presses("kept")
        noor.open("/")
        noor.sees("Saved on this phone.")
        assert said_of(weft, dinner) == []
    noor.sees("1 of 1 kept")
    assert said_of(weft, dinner) == ["kept"]


def test_thank_you_on_the_lock_screen_is_said_once_with_no_page_open(weft: Running, couple: make.Couple, noor: LockScreen) -> None:
    noor.wants_to_hear_more()
    call = promised(weft, couple.sam, "Call when leaving")
    with weft.desk.database.write() as session:
        make.check_in(session, call, now=weft.clock.at)
    assert outbox.deliver(weft.desk.database, weft.sender, weft.clock) == 1
    assert noor.reads() == ["Kept", "Sam: Call when leaving"]
    assert until(noor.shown)[0]["actions"] == ["thanks"]
    noor.browser.open("about:blank")
    noor.presses("thanks")
    assert until(lambda: said_of(weft, call)[1:]) == ["seen"]
    noor.open("/")
    noor.sees("Call when leaving")
    assert said_of(weft, call) == ["kept", "seen"]


def test_the_notification_itself_opens_the_card_and_says_nothing(weft: Running, noor: LockScreen, dinner: Any) -> None:
    noor.open("/help")
    weft.let_jobs_run(weft.clock.at)
    noor.presses()
    until(lambda: noor.browser.look("document.querySelector(':target')?.dataset.promise") == str(dinner.id))
    assert said_of(weft, dinner) == []


def test_running_late_asks_by_how_much_and_says_so(weft: Running, noor: LockScreen, dinner: Any) -> None:
    weft.let_jobs_run(weft.clock.at)
    noor.presses("late")
    until(lambda: "10" in until(noor.shown)[0]["actions"])
    assert said_of(weft, dinner) == []
    noor.presses("10")
    assert until(lambda: said_of(weft, dinner)) == ["heads_up"]


def test_a_phone_that_was_off_sends_what_waited_and_shows_one_message_of_a_topic(
    weft: Running, noor: LockScreen, dinner: Any, push_service: Autopush
) -> None:
    noor.open("/")
    with weft.out_of_reach():
        noor.taps(KEPT)
        noor.sees("Saved on this phone.")
        with noor.firefox.off():
            until(lambda: not push_service.is_called)
            push_service.answers_to_lose = 1
            weft.let_jobs_run(weft.clock.at)
            weft.let_jobs_run(weft.clock.at + A_WHILE)
    assert [len(channel.received) for channel in push_service.channels] == [2]
    noor.open("/")
    noor.sees("1 of 1 kept")
    assert said_of(weft, dinner) == ["kept"]
    until(noor.shown)
    assert (len(noor.shown()), push_service.acknowledged) == (1, [DECRYPTED])


def test_a_reminder_of_a_time_without_a_network_comes_with_it(weft: Running, noor: LockScreen, push_service: Autopush) -> None:
    with noor.without_a_network():
        until(lambda: not push_service.is_called)
        weft.let_jobs_run(weft.clock.at)
        assert noor.shown() == []
    assert noor.reads()[0] == "A small reminder"


def test_a_phone_that_is_gone_is_sent_nothing_more(weft: Running, noor: LockScreen, push_service: Autopush) -> None:
    noor.loses_its_subscription()
    until(lambda: not push_service.channels)
    assert len(phones(weft)) == 1
    weft.let_jobs_run(weft.clock.at)
    assert phones(weft) == []


def test_a_subscription_that_the_push_service_lost_heals_itself(weft: Running, noor: LockScreen, push_service: Autopush) -> None:
    (old,) = phones(weft)
    noor.browser.open("about:blank")
    push_service.forget()
    (new,) = until(lambda: [phone for phone in phones(weft) if phone.endpoint != old.endpoint])
    assert phones(weft) == [new]
    weft.let_jobs_run(weft.clock.at)
    assert noor.reads()[0] == "A small reminder"


def test_another_servers_key_is_refused_and_the_right_one_still_arrives(
    weft: Running, noor: LockScreen, push_service: Autopush, tmp_path: Path
) -> None:
    settle.open_ahead(weft.desk.database, weft.clock.at)
    reminders.remind(weft.desk.database, weft.clock.at)
    other = Sender(keys.load(tmp_path / "other"), weft.desk.settings, weft.clock)
    outbox.deliver(weft.desk.database, other, weft.clock)
    assert push_service.refused == ["another key than the subscription's"]
    assert len(phones(weft)) == 1
    weft.let_jobs_run(weft.clock.at + A_WHILE)
    assert noor.reads()[0] == "A small reminder"


def test_the_longest_message_is_read(weft: Running, noor: LockScreen, push_service: Autopush) -> None:
    words: dict[str, Any] = {"web_push": 8030, "notification": {"title": "Home for dinner", "body": "", "navigate": weft.url}}
    words["notification"]["body"] = "x" * (sealing.LARGEST - len(json.dumps(words)))
    message = Message(json.dumps(words).encode(), "A" * 32, 60, Urgency.HIGH)
    (phone,) = phones(weft)
    to = Subscription(phone.endpoint, phone.p256dh, phone.auth)
    assert asyncio.run(_sent(weft.sender, to, message)).status == 201
    assert noor.reads()[0] == "Home for dinner"
    assert until(noor.shown)[0]["body"] == words["notification"]["body"]
    assert push_service.acknowledged == [DECRYPTED]


def test_a_message_that_cannot_be_read_shows_nothing_and_the_next_one_comes(
    weft: Running, couple: make.Couple, noor: LockScreen, push_service: Autopush
) -> None:
    push_service.messages_to_garble = 1
    weft.let_jobs_run(weft.clock.at)
    assert until(lambda: push_service.acknowledged) == [UNREADABLE]
    assert noor.shown() == []
    promised(weft, couple.noor, "A walk")
    weft.let_jobs_run(weft.clock.at)
    assert noor.reads()[0] == "A small reminder"
    assert (push_service.acknowledged, len(until(noor.shown)), len(phones(weft))) == ([UNREADABLE, DECRYPTED], 1, 1)


async def _sent(sender: Sender, to: Subscription, message: Message) -> Sent:
    async with sender.open() as line:
        return await line.send(to, message)
