"""Two phones that go through a week together, one of them through a tunnel in the middle; and one phone between two."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from server.domain import schedule
from server.domain.reviews import STEPS
from server.store import moments, promises, reviews
from tests import make
from tests.browser.person import Person
from tests.browser.server import Running, running

MONDAY = datetime(2026, 3, 16, 6, tzinfo=UTC)
SUNDAY = datetime(2026, 3, 22, 17, tzinfo=UTC)
TO_ON = date(2026, 3, 22)
PATH = f"/weeks/{TO_ON}/review"
LOOKS_AGAIN = "document.dispatchEvent(new Event('visibilitychange'))"


@pytest.fixture
def weft(tmp_path: Path) -> Iterator[Running]:
    """A Weft on a Sunday evening."""
    with running(tmp_path / "data", SUNDAY) as server:
        yield server


@pytest.fixture
def couple(weft: Running) -> make.Couple:
    """Noor and Sam, a week of theirs, and the page of it."""
    with weft.desk.database.write() as session:
        couple = make.couple(session, now=MONDAY)
        dinner = make.promise(session, couple.noor, now=MONDAY)
        make.promise(session, couple.sam, "Text when leaving", due_time=None, now=MONDAY)
        make.check_in(session, dinner, now=MONDAY + timedelta(hours=11))
    weft.let_jobs_run(MONDAY + timedelta(days=1))
    with weft.desk.database.write() as session:
        make.check_in(session, dinner, "missed", now=MONDAY + timedelta(days=1, hours=12))
    weft.let_jobs_run(SUNDAY)
    return couple


@pytest.fixture
def noor(meet: Callable[[str], Person], couple: make.Couple) -> Person:
    noor = meet("Noor")
    noor.is_signed_in(couple.noor)
    return noor


@pytest.fixture
def sam(meet: Callable[[str], Person], couple: make.Couple) -> Person:
    sam = meet("Sam")
    sam.is_signed_in(couple.sam)
    return sam


def begins(person: Person, how: str = "on a phone each, live") -> None:
    person.open("/week")
    person.follows("Go through it together")
    person.page.get_by_text(how).tap()
    with person.page.expect_response("**/live?age=*"):
        person.taps("Begin")


def joins(person: Person) -> None:
    person.open(PATH)
    with person.page.expect_response("**/live?age=*"):
        person.taps("Join")


def stands_at(person: Person, label: str) -> None:
    expect(person.page.locator("[aria-current=step]")).to_have_text(label)


def review(weft: Running, couple: make.Couple) -> Any:
    with weft.desk.database.read() as session:
        return reviews.get(session, couple.bond.id, TO_ON)


def test_two_phones_go_through_a_whole_review_and_one_of_them_through_a_tunnel(
    weft: Running, couple: make.Couple, noor: Person, sam: Person
) -> None:
    begins(noor)
    joins(sam)
    noor.sees("Sam is here")
    sam.sees("Noor is here")
    _thanks(noor, sam)
    _tunnel(weft, noor, sam)
    _frayed(noor, sam)
    _adjust(weft, couple, noor, sam)
    _plan(weft, couple, noor, sam)
    assert noor.trouble == []
    assert review(weft, couple).closed_at is not None


def _thanks(noor: Person, sam: Person) -> None:
    sam.page.get_by_label("Something you noticed").fill("You waited with the soup.")
    sam.taps("Say it")
    noor.sees("“You waited with the soup.”")
    expect(sam.page.get_by_label("Something you noticed")).to_have_value("")
    noor.taps("Next: what held")
    noor.sees("You are ready. Sam is still looking.")
    sam.sees("Noor is ready.")
    sam.taps("Next: what held")
    for one in (noor, sam):
        stands_at(one, "What held")
        one.sees("Where it held")


def _tunnel(weft: Running, noor: Person, sam: Person) -> None:
    """Sam's phone loses its network: a tap is refused kindly, Noor goes on after a while, and back in the light it is where she is."""
    sam.context.set_offline(True)
    sam.taps("Next: what frayed")
    sam.sees("That did not arrive. Please tap once more.")
    noor.taps("Next: what frayed")
    noor.sees("You are ready. Sam is still looking.")
    stands_at(noor, "What held")
    weft.clock.at += timedelta(minutes=4)
    noor.page.evaluate(LOOKS_AGAIN)
    noor.sees("Sam can join at any time.")
    noor.taps("Next: what frayed")
    stands_at(noor, "What frayed")
    stands_at(sam, "What held")
    sam.context.set_offline(False)
    stands_at(sam, "What frayed")
    noor.sees("Sam is here")


def _frayed(noor: Person, sam: Person) -> None:
    """What Noor still writes when the step moves on under her pen is kept."""
    noor.sees("‘Home for dinner’, Tuesday: you owned it.")
    sam.sees("Noor, ‘Home for dinner’, Tuesday: owned.")
    noor.taps("Next: keep or adjust")
    noor.sees("Sam is still looking.")
    with noor.page.expect_response("**/review/here"):
        noor.page.evaluate(LOOKS_AGAIN)
    noor.page.get_by_label("A line of your own, if you like").press_sequentially("Tuesday was")
    sam.taps("Next: keep or adjust")
    stands_at(noor, "Adjust")
    noor.sees("What you were writing is kept under: What frayed")
    noor.page.get_by_role("list", name="Steps").get_by_role("link", name="What frayed").tap()
    field = noor.page.get_by_label("A line of your own, if you like")
    expect(field).to_have_value("Tuesday was")
    field.press_sequentially(" long.")
    noor.taps("Say it")
    noor.sees("“Tuesday was long.”")
    expect(field).to_have_value("")
    noor.follows("Back to: adjust")
    stands_at(noor, "Adjust")


def _adjust(weft: Running, couple: make.Couple, noor: Person, sam: Person) -> None:
    noor.follows("Adjust: Home for dinner")
    noor.page.get_by_label("By what time").fill("18:45")
    noor.taps("From tomorrow")
    for one in (noor, sam):
        one.sees("from Monday 23 March: every day by 18:45")
    sam.taps("Keep it")
    noor.sees("kept as it is")
    with weft.desk.database.read() as session:
        (dinner,) = promises.made_by(session, couple.noor.id)
    assert [str(schedule.terms_on(dinner.plan, TO_ON + timedelta(days=n)).due_time) for n in (0, 1)] == ["18:30:00", "18:45:00"]
    for one in (noor, sam):
        one.taps("Next: ask and plan")
    for one in (noor, sam):
        stands_at(one, "Ask and plan")


def _plan(weft: Running, couple: make.Couple, noor: Person, sam: Person) -> None:
    noor.page.get_by_label("What you would like Sam to do").fill("Eat without phones")
    noor.taps("Ask it")
    sam.sees("Noor asked you")
    sam.page.get_by_label("What", exact=True).fill("The lake")
    sam.taps("Plan it")
    noor.sees("The lake, Monday 23 March")
    noor.taps("Close it")
    noor.sees("It is done once Sam closes it too")
    sam.taps("Close it")
    for one in (noor, sam):
        expect(one.page.get_by_role("heading", level=1)).to_have_text("What you said together")
        for text in ("You waited with the soup.", "Tuesday was long.", "every day by 18:45", "Eat without phones", "The lake"):
            one.sees(text)
        one.does_not_see("is here")
    with weft.desk.database.read() as session:
        assert [one.what for one in moments.planned(session, [couple.bond.id], since=TO_ON)] == ["The lake"]


def test_who_joins_late_comes_to_where_it_stands_and_either_pauses_it(noor: Person, sam: Person) -> None:
    begins(noor)
    noor.sees("Sam can join at any time.")
    noor.taps("Next: what held")
    stands_at(noor, "What held")
    joins(sam)
    stands_at(sam, "What held")
    noor.sees("Sam is here")
    sam.taps("Pause")
    noor.sees("Paused, for as long as you like.")
    noor.taps("Go on")
    expect(sam.page.get_by_role("button", name="Next: what frayed")).to_be_visible()
    sam.does_not_see("Paused, for as long as you like.")


def test_one_phone_is_passed_between_two(weft: Running, couple: make.Couple, noor: Person) -> None:
    begins(noor, "on one phone, passed between you")
    for label in ("what held", "what frayed", "keep or adjust", "ask and plan"):
        noor.sees("One tap for both of you.")
        noor.taps(f"Next: {label}")
    noor.taps("Close it")
    expect(noor.page.get_by_role("heading", level=1)).to_have_text("What you said together")
    assert review(weft, couple).step == len(STEPS) - 1
    assert noor.trouble == []


def test_a_line_that_was_refused_says_why_and_the_page_still_moves_on(noor: Person, sam: Person) -> None:
    begins(noor)
    joins(sam)
    noor.page.get_by_label("Something you noticed").fill("   ")
    noor.taps("Say it")
    noor.sees("A few words, please.")
    noor.taps("Next: what held")
    noor.sees("Sam is still looking.")
    noor.page.get_by_label("Something you noticed").fill("  ")
    noor.taps("Say it")
    noor.sees("A few words, please.")
    sam.taps("Next: what held")
    for one in (noor, sam):
        stands_at(one, "What held")


def test_a_page_that_is_looked_at_again_resumes_where_it_was(noor: Person, sam: Person) -> None:
    begins(noor)
    joins(sam)
    # Nothing is exchanged while words are being written.
    noor.sees("Sam is here")
    noor.page.get_by_label("Something you noticed").fill("You sang")
    noor.page.reload()
    expect(noor.page.get_by_label("Something you noticed")).to_have_value("You sang")
    stands_at(noor, "Thanks")
    noor.sees("Sam is here")
