"""Two phones on a table: what one taps, the other shows."""

import re
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from server.actions import sessions, settings
from server.store import members
from tests import make
from tests.browser.moments import a_moment_later
from tests.browser.person import Person
from tests.browser.server import Running, running

KEPT = "Mark ‘Home for dinner’ kept"
WITHIN = 1.0
LONG_ENOUGH = 900
"""Milliseconds, three times as long as a page waits for further hints: that nothing has come, only time can show."""
LOOKED_AT = """(isSeen) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => !isSeen });
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (isSeen ? "visible" : "hidden") });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def weft(tmp_path: Path) -> Iterator[Running]:
    """A Weft of today: what the phones measure is not moved."""
    with running(tmp_path / "data", datetime.now(UTC)) as server:
        yield server


@pytest.fixture
def couple(weft: Running) -> make.Couple:
    with weft.desk.database.write() as session:
        return make.couple(session, now=weft.clock.at)


@pytest.fixture
def dinner(weft: Running, couple: make.Couple) -> Any:
    """Sam's promise, due at the end of the day, so that it is not late whenever this runs."""
    with weft.desk.database.write() as session:
        return make.promise(session, couple.sam, due_time=None, now=weft.clock.at)


@pytest.fixture
def noor(meet: Callable[[str], Person], couple: make.Couple, dinner: Any) -> Person:
    noor = meet("Noor")
    noor.is_signed_in(couple.noor)
    listens(noor)
    return noor


@pytest.fixture
def sam(meet: Callable[[str], Person], couple: make.Couple, dinner: Any) -> Person:
    sam = meet("Sam")
    sam.is_signed_in(couple.sam)
    listens(sam)
    return sam


def listens(person: Person, path: str = "/") -> None:
    """Open a page and wait until it listens."""
    with person.page.expect_response("**/live?age=*"):
        person.open(path)


def changes_the_day(weft: Running, couple: make.Couple) -> None:
    """Something that both hear of, and that shows on the page of the bond alone."""
    with weft.desk.database.write() as session:
        settings.choose_review(session, couple.bond.id, weekday="SA", at="18:30", member_id=couple.sam.id, now=weft.clock.at)


def test_what_sam_taps_shows_on_noors_open_page_within_a_second(noor: Person, sam: Person) -> None:
    took = []
    for label, text in ((KEPT, "1 of 1 kept"), ("Undo", "0 of 1 kept"), (KEPT, "1 of 1 kept")):
        began = time.perf_counter()
        sam.taps(label)
        noor.sees(text)
        took.append(time.perf_counter() - began)
        sam.sees(text)
        a_moment_later(sam.page)
    assert statistics.median(took) < WITHIN
    expect(noor.page.locator("[data-moved]")).to_have_text("Updated.")
    expect(sam.page.locator("[data-moved]")).to_have_text("")
    assert (noor.trouble, sam.trouble) == ([], [])


def test_a_page_that_was_cut_off_comes_back_and_catches_up(weft: Running, noor: Person, dinner: Any) -> None:
    with weft.out_of_reach(), weft.desk.database.write() as session:
        make.check_in(session, dinner, now=weft.clock.at)
    noor.sees("1 of 1 kept")
    with weft.desk.database.write() as session:
        make.promise(session, make_of(weft, dinner), "Water the plants", due_time=None, now=weft.clock.at)
    noor.sees("Water the plants")


def make_of(weft: Running, promise: Any) -> Any:
    with weft.desk.database.read() as session:
        return members.get(session, promise.member_id)


def test_a_page_that_is_not_looked_at_hears_nothing_and_catches_up_when_it_is(weft: Running, noor: Person, dinner: Any) -> None:
    noor.page.evaluate(LOOKED_AT, False)
    with weft.desk.database.write() as session:
        make.check_in(session, dinner, now=weft.clock.at)
    noor.page.wait_for_timeout(LONG_ENOUGH)
    noor.sees("0 of 1 kept")
    with noor.page.expect_response("**/live?age=*"):
        noor.page.evaluate(LOOKED_AT, True)
    noor.sees("1 of 1 kept")


def test_words_that_are_being_written_stay_and_the_page_follows_afterwards(weft: Running, noor: Person, couple: make.Couple) -> None:
    listens(noor, "/us")
    field = noor.page.locator("main input[name=time]")
    before = field.input_value()
    field.fill("04:05")
    changes_the_day(weft, couple)
    noor.page.wait_for_timeout(LONG_ENOUGH)
    expect(field).to_have_value("04:05")
    field.fill(before)
    field.blur()
    expect(field).to_have_value("18:30")


def test_an_action_that_stands_open_is_not_exchanged_under_the_finger(
    weft: Running, noor: Person, couple: make.Couple, dinner: Any
) -> None:
    with weft.desk.database.write() as session:
        make.promise(session, couple.noor, "Call mum", due_time=None, now=weft.clock.at)
    noor.sees("Call mum")
    noor.page.locator("details:has(form) > summary").first.tap()
    with weft.desk.database.write() as session:
        make.check_in(session, dinner, now=weft.clock.at)
    noor.page.wait_for_timeout(LONG_ENOUGH)
    expect(noor.page.locator("details[open] form").first).to_be_visible()
    expect(noor.page.get_by_text("1 of 1 kept")).to_have_count(0)
    noor.page.locator("details[open] > summary").first.tap()
    noor.sees("1 of 1 kept")


def test_what_was_unfolded_to_be_read_stays_unfolded(weft: Running, noor: Person, couple: make.Couple, dinner: Any) -> None:
    listens(noor, f"/promises/{dinner.id}")
    fold = noor.page.locator("details:not(:has(form))").first
    fold.locator("summary").tap()
    expect(fold).to_have_attribute("open", "")
    with weft.desk.database.write() as session:
        make.check_in(session, dinner, now=weft.clock.at)
    expect(noor.page.locator("[data-moved]")).to_have_text("Updated.")
    expect(fold).to_have_attribute("open", "")


def test_a_lost_phone_shows_nothing_once_it_is_signed_out(weft: Running, noor: Person, couple: make.Couple) -> None:
    with weft.desk.database.write() as session:
        sessions.end_others(session, couple.noor.id, but=None, now=weft.clock.at)
    expect(noor.page).to_have_url(re.compile("/sign-in"))


def test_a_server_that_stumbles_is_asked_again(weft: Running, noor: Person, dinner: Any) -> None:
    stumbles = [503]

    def stumble(route: Any) -> None:
        route.fulfill(status=stumbles.pop(), body="") if stumbles else route.continue_()

    noor.page.route(lambda url: url == f"{weft.url}/", stumble)
    with weft.desk.database.write() as session:
        make.check_in(session, dinner, now=weft.clock.at)
    expect(noor.page.get_by_text("1 of 1 kept")).to_be_visible(timeout=10_000)
    assert stumbles == []
