"""Notices that are answered where they stand: on the lock screen, with and without a signal, on one phone of several."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from server.domain import notices
from server.domain.milestones import MilestoneKind
from server.store import ids, milestones
from server.store.milestones import Milestone
from tests import make
from tests.browser import lockscreen
from tests.browser.lockscreen import (
    badge,
    comes,
    kinds,
    nothing_shown,
    occurrence_of,
    presses,
    reminder,
    said,
    shown,
    stays_only,
    waits_for,
    words,
)
from tests.browser.person import Person
from tests.browser.server import Running, running


@pytest.fixture
def weft(tmp_path: Path) -> Iterator[Running]:
    """A Weft of today: a service worker's clock cannot be moved."""
    with running(tmp_path / "data", datetime.now(UTC)) as server:
        yield server


@pytest.fixture
def couple(weft: Running) -> make.Couple:
    with weft.desk.database.write() as session:
        return make.couple(session, now=weft.clock.at)


@pytest.fixture
def dinner(weft: Running, couple: make.Couple) -> Any:
    """Due as late as a day can have it, so that it is ahead whenever this runs."""
    with weft.desk.database.write() as session:
        return make.promise(session, couple.noor, due_time=(couple.noor.day_start.replace(hour=2, minute=59)), now=weft.clock.at)


@pytest.fixture
def noor(meet: Callable[[str], Person], couple: make.Couple, dinner: Any) -> Person:
    person = meet("Noor")
    person.context.add_init_script(lockscreen.BADGES)
    person.is_signed_in(couple.noor)
    person.open("/")
    person.page.evaluate("navigator.serviceWorker.ready")
    person.open("/")
    return person


def test_kept_is_said_where_the_reminder_stands(weft: Running, noor: Person, dinner: Any) -> None:
    (told,) = noor.is_pushed(words(weft, reminder(weft, dinner)))
    assert (told["title"], told["actions"]) == ("A small reminder", ["kept", "late"])
    presses(noor, "kept")
    nothing_shown(noor)
    assert kinds(weft, dinner) == ["kept"]
    noor.open("/")
    noor.sees("1 of 1 kept")


def test_running_late_asks_by_how_much_and_one_more_tap_says_it(weft: Running, noor: Person, dinner: Any) -> None:
    (told,) = noor.is_pushed(words(weft, reminder(weft, dinner)))
    presses(noor, "late")
    asked = waits_for(noor, "How much later?")
    assert (asked["tag"], asked["actions"], len(shown(noor))) == (told["tag"], ["10", "30"], 1)
    presses(noor, "10")
    nothing_shown(noor)
    assert kinds(weft, dinner) == ["heads_up"]
    (late,) = said(weft, dinner)
    assert late.to == occurrence_of(weft, dinner).due_at + timedelta(minutes=10)


def test_a_phone_offers_as_many_minutes_as_it_has_buttons(weft: Running, noor: Person, dinner: Any) -> None:
    noor.is_pushed(words(weft, reminder(weft, dinner)))
    noor.context.service_workers[0].evaluate("() => { Object.defineProperty(Notification, 'maxActions', { get: () => 1 }); }")
    presses(noor, "late")
    assert waits_for(noor, "How much later?")["actions"] == ["10"]


def test_a_tap_on_the_question_opens_the_card_where_the_minutes_are(weft: Running, noor: Person, dinner: Any) -> None:
    noor.is_pushed(words(weft, reminder(weft, dinner)))
    presses(noor, "late")
    where = waits_for(noor, "How much later?")["data"]["navigate"]
    assert where == f"{weft.url}/?late#card-{dinner.id}-{occurrence_of(weft, dinner).day}"
    noor.page.goto(where)
    expect(noor.page.get_by_role("button", name="20 min")).to_be_visible()
    assert kinds(weft, dinner) == []


def test_what_is_due_already_runs_late_no_more_and_its_card_is_opened(weft: Running, noor: Person, dinner: Any) -> None:
    past = notices.may_run_late(reminder(weft, dinner), weft.clock.at - timedelta(minutes=1))
    noor.is_pushed(words(weft, past))
    presses(noor, "late")
    nothing_shown(noor)
    assert kinds(weft, dinner) == []


@pytest.mark.parametrize("action", ["kept", "late"])
def test_without_a_signal_it_waits_on_the_phone_and_counts_once(weft: Running, noor: Person, dinner: Any, action: str) -> None:
    noor.is_pushed(words(weft, reminder(weft, dinner)))
    noor.goes_offline()
    presses(noor, action)
    if action == "late":
        waits_for(noor, "How much later?")
        presses(noor, "30")
    noor.sees("Saved on this phone.")
    nothing_shown(noor)
    assert kinds(weft, dinner) == []
    noor.comes_back()
    expect(noor.page.get_by_text("Saved on this phone.")).to_have_count(0)
    assert kinds(weft, dinner) == [{"kept": "kept", "late": "heads_up"}[action]]


def test_a_tap_for_one_is_never_sent_as_anothers(weft: Running, noor: Person, couple: make.Couple, dinner: Any) -> None:
    noor.is_pushed(words(weft, reminder(weft, dinner)))
    noor.is_signed_in(couple.sam)
    presses(noor, "kept")
    assert kinds(weft, dinner) == []
    noor.is_signed_in(couple.noor)
    noor.open("/")
    noor.sees("1 of 1 kept")


def news(weft: Running, couple: make.Couple) -> tuple[Any, bytes]:
    """What Sam has kept, and the message that tells Noor so."""
    now = weft.clock.at
    with weft.desk.database.write() as session:
        call = make.promise(session, couple.sam, "Call when leaving", due_time=None, now=now)
        make.check_in(session, call, now=now)
    day = occurrence_of(weft, call).day
    told = notices.kept(couple.noor.id, call.id, day, bond_id=couple.bond.id, title=call.title, name="Sam", now=now)
    return call, words(weft, told, shows_details=True)


def test_thanks_are_given_where_the_news_stand(weft: Running, noor: Person, couple: make.Couple) -> None:
    call, message = news(weft, couple)
    (told,) = noor.is_pushed(message)
    assert (told["body"], told["actions"]) == ("Sam: Call when leaving", ["thanks"])
    presses(noor, "thanks")
    nothing_shown(noor)
    assert kinds(weft, call) == ["kept", "seen"]


def test_thanks_on_the_page_take_the_news_from_the_lock_screen(weft: Running, noor: Person, couple: make.Couple) -> None:
    _, message = news(weft, couple)
    noor.open("/")
    badge(noor, "1")
    comes(noor, message)
    noor.page.evaluate("document.querySelector('form:has([name=kind][value=seen])').requestSubmit()")
    nothing_shown(noor)


def reached(weft: Running, couple: make.Couple) -> UUID:
    """Something that Sam has reached."""
    one = Milestone(
        MilestoneKind.KEPT_IN_ALL, couple.sam.id, 10, str(couple.bond.id), weft.clock.at, bond_id=couple.bond.id, member_id=couple.sam.id
    )
    with weft.desk.database.write() as session:
        (found,) = milestones.insert_new(session, [one])
    return found.id


def test_a_milestone_is_thanked_for_without_a_signal_too(weft: Running, noor: Person, couple: make.Couple) -> None:
    milestone_id = reached(weft, couple)
    news = notices.milestone(
        couple.noor.id, milestone_id, kind=MilestoneKind.KEPT_IN_ALL, count=10, bond_id=couple.bond.id, name="Sam", now=weft.clock.at
    )
    noor.is_pushed(words(weft, news, shows_details=True))
    noor.context.set_offline(True)
    presses(noor, "thanks")
    noor.context.set_offline(False)
    for _ in range(2):
        noor.context.service_workers[0].evaluate("() => flush()")
    with weft.desk.database.read() as session:
        assert milestones.answers(session, milestone_id) == {couple.noor.id: "Thank you"}


def test_whatever_comes_something_is_shown(noor: Person) -> None:
    broken = ["not json", "null", "[]", '"text"', '{"notification": null}', '{"notification": {"title": "Weft", "actions": 5}}', "{}"]
    noor.is_pushed(broken[0].encode())
    # It is handed over until it shows, and what was handed over last may come a moment later.
    noor.page.wait_for_timeout(1000)
    for number, payload in enumerate(broken[1:], len(shown(noor)) + 1):
        comes(noor, payload.encode())
        stays_only(noor, *["Weft"] * number)


def test_a_later_one_about_the_same_thing_takes_the_place_of_the_earlier(weft: Running, noor: Person, dinner: Any) -> None:
    told = reminder(weft, dinner)
    comes(noor, words(weft, told))
    stays_only(noor, "A small reminder")
    comes(noor, words(weft, told, shows_details=True))
    stays_only(noor, "Home for dinner")


def test_what_was_answered_elsewhere_quietly_takes_the_place_of_the_reminder(weft: Running, noor: Person, dinner: Any) -> None:
    told = reminder(weft, dinner)
    comes(noor, words(weft, told))
    stays_only(noor, "A small reminder")
    comes(noor, words(weft, notices.answered(told)))
    stays_only(noor, "Answered on another phone")
    noor.open("/")
    nothing_shown(noor)


def test_what_was_answered_elsewhere_goes_at_once_where_something_else_stays(
    weft: Running, noor: Person, couple: make.Couple, dinner: Any
) -> None:
    told = reminder(weft, dinner)
    comes(noor, words(weft, notices.week(couple.noor.id, couple.bond.id, weft.clock.at.date(), now=weft.clock.at)))
    comes(noor, words(weft, told))
    stays_only(noor, "Something new", "A small reminder")
    comes(noor, words(weft, notices.answered(told)))
    stays_only(noor, "Something new")


def test_a_tap_on_the_page_takes_the_reminder_from_the_lock_screen(weft: Running, noor: Person, dinner: Any) -> None:
    noor.is_pushed(words(weft, reminder(weft, dinner)))
    noor.taps("Mark ‘Home for dinner’ kept")
    nothing_shown(noor)
    noor.sees("1 of 1 kept")


def test_a_page_takes_away_what_was_answered_on_another_phone(weft: Running, noor: Person, dinner: Any) -> None:
    noor.is_pushed(words(weft, reminder(weft, dinner)))
    weft.clock.at += timedelta(seconds=1)
    noor.open("/")
    noor.page.wait_for_function("() => localStorage.getItem('badge') === '1'")
    assert len(shown(noor)) == 1
    with weft.desk.database.write() as session:
        make.check_in(session, dinner, now=weft.clock.at)
    noor.open("/")
    nothing_shown(noor)


def test_a_page_that_is_older_than_a_reminder_leaves_it_alone(weft: Running, noor: Person, couple: make.Couple) -> None:
    badge(noor, "1")
    unknown = notices.reminder(
        couple.noor.id,
        ids.new(),
        weft.clock.at.date(),
        bond_id=None,
        last_day=weft.clock.at.date(),
        title="Walk",
        due_time=None,
        expires_at=weft.clock.at + timedelta(hours=9),
    )
    noor.is_pushed(words(weft, unknown, now=weft.clock.at + timedelta(minutes=1)))
    noor.context.service_workers[0].evaluate("registration.showNotification('Old', { tag: 'old', data: { kind: 'answered' } })")
    noor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    stays_only(noor, "A small reminder")


def test_who_signs_out_leaves_nothing_on_the_lock_screen(weft: Running, noor: Person, dinner: Any) -> None:
    noor.is_pushed(words(weft, reminder(weft, dinner)))
    noor.open("/me")
    noor.page.wait_for_function("() => document.querySelector('script[src*=later]')")
    noor.taps("Sign out on this phone")
    noor.page.wait_for_url("**/sign-in*")
    nothing_shown(noor)
    badge(noor, "none")


def test_the_icon_says_how_much_of_today_still_waits(weft: Running, noor: Person, couple: make.Couple, dinner: Any) -> None:
    badge(noor, "1")
    with weft.desk.database.write() as session:
        make.promise(session, couple.noor, "Walk", due_time=None, now=weft.clock.at)
        make.promise(session, couple.sam, "Call", due_time=None, now=weft.clock.at)
    noor.open("/")
    badge(noor, "2")
    noor.taps("Mark ‘Walk’ kept")
    badge(noor, "1")
    noor.context.set_offline(True)
    noor.taps("Mark ‘Home for dinner’ kept")
    badge(noor, "none")


def test_a_worker_that_waits_for_no_icon_shows_what_comes(weft: Running, noor: Person, dinner: Any) -> None:
    worker = noor.context.service_workers[0]
    worker.evaluate("() => { navigator.setAppBadge = (count) => { self.badge = count; return new Promise(() => {}); }; }")
    noor.is_pushed(words(weft, reminder(weft, dinner), due=3))
    assert worker.evaluate("self.badge") == 3
