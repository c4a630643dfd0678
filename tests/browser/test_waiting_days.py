"""Days that wait on a phone: a gap that is answered at once, and a day that is to be moved."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from jobs import settle
from server.actions import moving
from server.store import moves, promises
from server.store.promises import Promise
from tests import make
from tests.browser.faults import Fault
from tests.browser.waiting import A_MOMENT, DINNER, WALK, Story

DAY = timedelta(days=1)


def _asks(story: Story, promise: Promise) -> date:
    """Its promiser asks to move today to the day after tomorrow."""
    day = story.today(promise)
    with story.weft.desk.database.write() as session:
        moving.ask(session, promise.id, day, day + 2 * DAY, member_id=promise.member_id, now=story.weft.clock.at)
    return day


def _moved(story: Story, promise: Promise, day: date) -> Any:
    with story.weft.desk.database.read() as session:
        return moves.of_promises(session, [promise.id], since=day).get((promise.id, day))


def test_several_days_answered_at_once_wait_and_count_once(story: Story) -> None:
    for _ in range(4):
        settle.settle(story.weft.desk.database, story.weft.clock.at)
    story.phone.open("/")
    story.goes_offline()
    before = datetime.now(UTC)
    story.page.locator("summary", has_text="All of these at once").tap()
    story.phone.taps("All of it happened")
    story.waits("Kept.")
    story.phone.open("/")
    story.waits("Kept.")
    story.line.fault = Fault.TWICE
    story.comes_back()
    story.is_empty()
    assert story.kinds(story.dinner) == ["kept"] * len(story.kinds(story.dinner)) != []
    assert all(abs(at - before) < A_MOMENT for _, at in story.log(story.dinner))
    expect(story.page.locator("summary", has_text="All of these at once")).to_have_count(0)


def test_an_ask_to_move_a_day_waits(story: Story) -> None:
    day = story.today(story.dinner)
    story.goes_offline()
    card = story.page.locator("li.card", has_text=DINNER)
    card.locator("summary", has_text="More").tap()
    card.locator("summary", has_text="Ask to move it").tap()
    card.locator("form.asked button", has_text="Ask to move it").tap()
    story.waits("Asked.")
    assert _moved(story, story.dinner, day) is None
    story.line.fault = Fault.TWICE
    story.comes_back()
    story.is_empty()
    story.phone.sees("You asked to move it to")
    assert _moved(story, story.dinner, day).to_on == day + DAY


@pytest.mark.parametrize(("label", "word", "agrees"), [("Yes, move it", "Yes.", True), ("Rather not", "Rather not.", False)])
def test_an_answer_to_it_waits_and_makes_one_promise_at_most(story: Story, label: str, word: str, agrees: bool) -> None:
    day = _asks(story, story.walk)
    story.phone.open("/")
    story.goes_offline()
    story.phone.taps(label)
    story.waits(word)
    story.line.fault = Fault.TWICE
    story.comes_back()
    story.is_empty()
    assert _moved(story, story.walk, day).agreed is agrees
    assert story.kinds(story.walk) == (["excuse"] if agrees else [])
    with story.weft.desk.database.read() as session:
        assert len(promises.made_by(session, story.couple.sam.id)) == 1 + agrees


def test_an_answer_that_came_too_late_comes_back_as_a_sentence_on_its_card(story: Story) -> None:
    day = _asks(story, story.walk)
    story.phone.open("/")
    story.goes_offline()
    story.phone.taps("Yes, move it")
    story.waits("Yes.")
    with story.weft.desk.database.write() as session:
        make.check_in(session, story.walk, now=story.weft.clock.at)
    story.comes_back()
    card = story.page.locator("li.card", has_text=WALK)
    expect(card.locator("[data-refused-note]")).to_contain_text("That day has its answer already.")
    assert (story.kinds(story.walk), _moved(story, story.walk, day).agreed) == (["kept"], None)
    story.phone.taps("All right")
    expect(story.page.locator("[data-refused-note]")).to_have_count(0)
