"""Taps that wait on a phone: for a network, for their owner, for a server that has time, and behind each other."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from jobs import settle
from server.domain.outcomes import Outcome
from server.store import events, ids, milestones, occurrences
from tests import make
from tests.browser.faults import Fault
from tests.browser.moments import a_moment_later
from tests.browser.waiting import A_MOMENT, CHANGE, DAWN, DINNER, LONG_AGO, PUT, READY, SAVED, WALK, Story

HOLDS = """() => new Promise((held) => {
  navigator.locks.request("outbox", () => new Promise((letGo) => { window.letGo = letGo; held(); }));
})"""


def test_what_waits_is_said_counted_and_sent_in_its_order(story: Story) -> None:
    story.goes_offline()
    before = datetime.now(UTC)
    story.phone.taps(f"Mark ‘{DINNER}’ kept")
    expect(story.page.locator("#say")).to_have_text("Waiting to be sent: 1")
    story.page.locator(f"li:has-text('{WALK}') summary").first.tap()
    story.phone.taps("Let it go this time")
    expect(story.page.locator("#say")).to_have_text("Waiting to be sent: 2")
    for words in ("Kept. " + SAVED, "Let go. " + SAVED):
        expect(story.page.locator("[data-queued-note]", has_text=words)).to_be_visible()
    assert story.log() == []
    story.comes_back()
    story.is_empty()
    assert story.kinds() == ["kept", "excuse"]
    assert [at for _, at in story.log()] == sorted(at for _, at in story.log())
    assert all(before - A_MOMENT < at < datetime.now(UTC) + A_MOMENT for _, at in story.log())
    expect(story.page.locator("#say")).to_have_text("")
    expect(story.page.locator("[data-queued-note]")).to_have_count(0)


@pytest.mark.parametrize(("label", "kind"), [("Use a spare day", "reserve"), ("It won’t happen, I own it", "missed")])
def test_a_spare_day_and_a_miss_wait_too(story: Story, label: str, kind: str) -> None:
    story.goes_offline()
    story.page.locator(f"li:has-text('{DINNER}') summary").first.tap()
    story.phone.taps(label)
    story.phone.sees(SAVED)
    story.comes_back()
    story.is_empty()
    assert story.kinds() == [kind]


def test_a_thank_you_in_ones_own_words_waits_too(story: Story) -> None:
    with story.weft.desk.database.write() as session:
        make.check_in(session, story.walk, now=story.weft.clock.at)
    story.phone.open("/")
    story.phone.taps("Say thank you")
    story.page.locator("summary", has_text="Add a line").wait_for()
    story.goes_offline()
    story.page.locator("summary", has_text="Add a line").tap()
    story.page.get_by_label("In your words").fill("That was kind.")
    story.page.wait_for_timeout(750)
    story.page.locator("form.asked button", has_text="Add a line").tap()
    story.phone.sees("Thank you. " + SAVED)
    story.comes_back()
    story.is_empty()
    with story.weft.desk.database.read() as session:
        thanks = [one.sent.get("line") for one in events.history(session, story.walk.id, since=DAWN) if one.kind == "seen"]
    assert thanks == [None, "That was kind."]


def test_a_heads_up_waits_too(story: Story) -> None:
    with story.weft.desk.database.write() as session:
        late = story.weft.clock.at.astimezone(ZoneInfo(make.ZONE)) + timedelta(minutes=10)
        call = make.promise(
            session, story.couple.noor, "Call", due_time=late.time().replace(microsecond=0, second=0), now=story.weft.clock.at - LONG_AGO
        )
    story.phone.open("/")
    story.goes_offline()
    story.page.locator("summary", has_text="Running late").tap()
    story.phone.taps("20 min")
    story.phone.sees("Running late. " + SAVED)
    story.comes_back()
    story.is_empty()
    assert story.kinds(call) == ["heads_up"]


def test_an_answer_to_a_milestone_waits_and_is_said_once(story: Story) -> None:
    reached = story.is_celebrated()
    story.phone.open(f"/milestones/{reached.id}")
    story.goes_offline()
    words = story.page.locator("main .acts button").first.inner_text()
    story.phone.taps(words)
    story.phone.sees(SAVED)
    story.line.fault = Fault.TWICE
    story.comes_back()
    story.phone.sees(f"“{words}”")
    story.is_empty()
    with story.weft.desk.database.read() as session:
        assert milestones.answers(session, reached.id) == {story.couple.noor.id: words}


def test_what_waits_can_be_taken_back_and_was_never_made(story: Story) -> None:
    story.goes_offline()
    story.phone.taps(f"Mark ‘{DINNER}’ kept")
    story.phone.sees(SAVED)
    story.phone.taps("Take it back")
    story.phone.does_not_see(SAVED)
    expect(story.page.locator(".is-filling")).to_have_count(0)
    assert story.outbox() == []
    story.comes_back()
    assert story.log() == []


@pytest.mark.parametrize("fault", [Fault.NO_ANSWER, Fault.BROKEN])
def test_what_may_have_reached_the_server_is_taken_back_there(story: Story, fault: Fault) -> None:
    story.line.fault = fault
    story.phone.taps(f"Mark ‘{DINNER}’ kept")
    story.phone.sees(SAVED)
    story.phone.taps("Take it back")
    story.phone.does_not_see(SAVED)
    story.line.fault = Fault.NONE
    story.tries_again()
    story.is_empty()
    assert story.kinds() == ["kept", "undo"]
    story.phone.sees("0 of 1 kept")


def test_a_tap_that_never_arrived_is_taken_back_without_a_word(story: Story) -> None:
    with story.weft.out_of_reach():
        story.phone.taps(f"Mark ‘{DINNER}’ kept")
        story.phone.sees(SAVED)
        story.phone.taps("Take it back")
        story.phone.does_not_see(SAVED)
    story.tries_again()
    story.is_empty()
    assert (story.log(), story.outbox("refused")) == ([], [])


def test_a_second_tap_on_what_waits_says_nothing_new(story: Story) -> None:
    story.goes_offline()
    story.phone.taps(f"Mark ‘{DINNER}’ kept")
    story.phone.sees(SAVED)
    a_moment_later(story.page)
    story.phone.taps(f"Mark ‘{DINNER}’ kept")
    expect(story.page.locator("[data-queued-note]")).to_have_count(1)
    assert len(story.outbox()) == 1


def test_two_tabs_send_what_waits_once_and_both_show_it(story: Story) -> None:
    other = story.phone.context.new_page()
    other.goto(story.weft.url)
    other.wait_for_function(READY)
    story.goes_offline()
    other.get_by_role("button", name=f"Mark ‘{DINNER}’ kept").tap()
    story.phone.sees(SAVED)
    story.line.posted.clear()
    story.comes_back()
    for page in (story.page, other):
        expect(page.get_by_text("1 of 1 kept")).to_be_visible()
    story.is_empty()
    assert (story.kinds(), len(story.line.posted)) == (["kept"], 1)


def test_two_workers_never_send_the_same_at_the_same_time(story: Story) -> None:
    story.goes_offline()
    story.phone.taps(f"Mark ‘{DINNER}’ kept")
    story.phone.sees(SAVED)
    story.line.posted.clear()
    story.page.evaluate(HOLDS)
    story.comes_back()
    story.page.evaluate("() => navigator.serviceWorker.controller.postMessage({ type: 'flush' })")
    expect(story.page.locator("[data-queued-note]")).to_have_count(1)
    assert story.line.posted == []
    story.page.evaluate("() => window.letGo()")
    story.is_empty()
    assert (story.kinds(), len(story.line.posted)) == (["kept"], 1)


def test_what_waits_is_kept_for_its_owner_and_not_shown_to_another(story: Story) -> None:
    story.goes_offline()
    story.phone.taps(f"Mark ‘{DINNER}’ kept")
    story.phone.sees(SAVED)
    story.phone.is_signed_in(story.couple.sam)
    story.phone.context.set_offline(False)
    story.phone.open("/")
    story.phone.sees(", Sam")
    story.phone.taps(f"Mark ‘{WALK}’ kept")
    story.phone.sees("1 of 1 kept")
    story.phone.does_not_see(SAVED)
    expect(story.page.locator("#say")).to_have_text("")
    assert ([one["by"] for one in story.bodies()], story.kinds()) == ([str(story.couple.noor.id)], ["kept"])
    story.phone.is_signed_in(story.couple.noor)
    story.phone.open("/")
    story.is_empty()
    assert story.kinds(story.dinner) == ["kept"]


def test_a_refusal_stays_on_its_card_until_it_is_read(story: Story) -> None:
    story.goes_offline()
    story.phone.taps(f"Mark ‘{DINNER}’ kept")
    story.phone.sees(SAVED)
    story.page.evaluate(CHANGE, {"at": (datetime.now(UTC) - timedelta(hours=73)).isoformat()})
    story.page.goto("about:blank")
    story.phone.context.set_offline(False)
    story.tries_again()
    story.phone.open("/")
    card = story.page.locator(f"li:has-text('{DINNER}')")
    expect(card.locator("[data-refused-note]")).to_contain_text("more than three days ago")
    assert (story.outbox(), story.log()) == ([], [])
    story.phone.open("/")
    expect(card.locator("[data-refused-note]")).to_be_visible()
    story.phone.taps("All right")
    expect(card.locator("[data-refused-note]")).to_have_count(0)
    assert story.outbox("refused") == []


def test_a_refusal_on_a_page_without_its_card_leads_there(story: Story) -> None:
    story.goes_offline()
    story.phone.taps(f"Mark ‘{DINNER}’ kept")
    story.phone.sees(SAVED)
    story.page.evaluate(CHANGE, {"kind": "vouch"})
    story.phone.context.set_offline(False)
    story.phone.open("/promises/new")
    expect(story.page.locator("[data-refused-note]")).to_contain_text("Only the one to whom it was promised can say that.")
    story.phone.follows("Show it")
    expect(story.page).to_have_url(re.compile(f"/promises/{story.dinner.id}$"))


def test_a_tap_made_in_time_counts_two_days_later(story: Story) -> None:
    story.goes_offline()
    story.phone.taps(f"Mark ‘{DINNER}’ kept")
    story.phone.sees(SAVED)
    tapped, today, later = datetime.now(UTC), story.today(story.dinner), story.weft.clock.at + timedelta(hours=48)
    settle.open_ahead(story.weft.desk.database, later)
    settle.settle(story.weft.desk.database, later)
    story.weft.clock.at = later
    story.comes_back()
    story.is_empty()
    ((kind, at),) = story.log()
    assert (kind, abs(at - tapped) < A_MOMENT) == ("kept", True)
    with story.weft.desk.database.read() as session:
        rows = occurrences.of_promise(session, story.dinner.id, first=DAWN, last=today)
    assert [row.outcome for row in rows if row.settles_at > at] == [Outcome.KEPT]


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(story: Story) -> None:
    story.line.fault = Fault.BUSY
    story.phone.taps(f"Mark ‘{DINNER}’ kept")
    story.phone.sees(SAVED)
    story.line.fault = Fault.NONE
    story.line.posted.clear()
    assert story.worker().evaluate("() => flush().then(() => 'sent', String)") == "Error: later"
    assert story.line.posted == []
    expect(story.page.get_by_text("1 of 1 kept")).to_be_visible(timeout=15_000)
    assert (story.kinds(), len(story.line.posted), story.outbox()) == (["kept"], 1, [])


def test_one_tap_that_a_server_breaks_on_does_not_hold_up_the_others(story: Story) -> None:
    story.goes_offline()
    story.phone.taps(f"Mark ‘{DINNER}’ kept")
    story.page.locator(f"li:has-text('{WALK}') summary").first.tap()
    story.phone.taps("Let it go this time")
    expect(story.page.locator("[data-queued-note]")).to_have_count(2)
    story.line.choose = lambda body: Fault.BROKEN if b"kind=kept" in body else Fault.NONE
    story.comes_back()
    story.holds(1)
    assert story.kinds() == ["excuse"]
    story.line.choose = lambda body: Fault.NONE
    story.tries_again()
    story.is_empty()
    assert story.kinds() == ["excuse", "kept"]


def test_an_entry_of_an_older_worker_is_still_sent(story: Story) -> None:
    tap, at = str(ids.new()), datetime.now(UTC).isoformat(timespec="milliseconds")
    url = f"/promises/{story.dinner.id}/check-ins"
    body = urlencode({"id": tap, "at": at, "kind": "kept", "by": str(story.couple.noor.id)})
    story.page.evaluate(PUT, {"id": tap, "at": at, "kind": "kept", "url": url, "body": body, "card": None})
    story.phone.open("/")
    story.is_empty()
    assert story.log() == [("kept", datetime.fromisoformat(at))]


def test_a_phone_that_dies_while_it_sends_has_the_tap(story: Story) -> None:
    story.line.fault = Fault.SLOW
    story.page.evaluate("document.querySelector('form.tap').requestSubmit()")
    story.holds(1)
    story.phone.devtools.send("ServiceWorker.enable")
    story.phone.devtools.send("ServiceWorker.stopAllWorkers")
    story.line.fault = Fault.NONE
    story.phone.open("/")
    story.is_empty()
    assert story.kinds() == ["kept"]
