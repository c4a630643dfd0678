"""What is owned, moved, mended and thanked for in a tunnel waits on the phone as every tap does, and no word of a repair with it."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from jobs import settle
from server.actions import repairs as mending
from server.domain.repairs import Giving, Repair, Way
from server.store import events, let_goes, repairs
from server.store.promises import Promise
from tests import make
from tests.browser.faults import Fault
from tests.browser.waiting import A_MOMENT, CHANGE, DAWN, SAVED, WALK, Story

DAY = timedelta(days=1)
SECRET = "I stayed for one more call."
WORDS = Repair(did=SECRET, prevent="An alarm.")
MAY_WAIT = {"id", "at", "by", "kind", "word", "answer", "day", "waits", "to_on", "target", "back", "line"}


@pytest.fixture
def missed(story: Story) -> date:
    """Both missed today and said so."""
    with story.weft.desk.database.write() as session:
        for promise in (story.dinner, story.walk):
            make.check_in(session, promise, "missed", now=story.weft.clock.at)
    return story.today(story.dinner)


def _repairs(story: Story, promise: Promise, day: date, way: Way = Way.SENT) -> str:
    """Its promiser owns it in words; where its page is."""
    with story.weft.desk.database.write() as session:
        mending.repair(session, promise.id, day, WORDS, member_id=promise.member_id, now=story.weft.clock.at, given=Giving(way))
        if way is Way.IN_PERSON and promise is story.walk:
            mending.tell(session, promise.id, day, member_id=promise.member_id, now=story.weft.clock.at)
    return f"/promises/{promise.id}/repairs/{day}"


def _standing(story: Story, promise: Promise, day: date) -> Any:
    with story.weft.desk.database.read() as session:
        return repairs.of_promise(session, promise.id, since=day)[day]


def test_sorry_waits_and_takes_no_word_with_it(story: Story, missed: date) -> None:
    story.phone.open(f"/promises/{story.dinner.id}/repairs/{missed}")
    story.goes_offline()
    story.page.get_by_label("What happened, plainly").fill(SECRET)
    story.phone.taps("Say sorry, in one word")
    story.waits("Sorry.")
    assert SECRET not in str(story.outbox())
    story.page.get_by_label("What happened, plainly").fill("")
    before = datetime.now(UTC)
    story.comes_back()
    story.is_empty()
    assert abs(_standing(story, story.dinner, missed).sorry_at - before) < A_MOMENT


def test_that_it_was_said_in_person_waits(story: Story, missed: date) -> None:
    story.phone.open(_repairs(story, story.dinner, missed, Way.IN_PERSON))
    story.goes_offline()
    story.phone.taps("I have said it")
    story.waits("Said in person.")
    assert SECRET not in str(story.outbox())
    story.line.fault = Fault.TWICE
    story.comes_back()
    story.phone.sees("You said it in person.")
    story.is_empty()
    assert [one.kind for one in story.history()].count("told") == 1


@pytest.mark.parametrize(
    ("label", "word", "note"),
    [
        ("I heard it", "Heard.", "You answered: “I heard it”."),
        ("I accept it", "Accepted.", "You answered: “I accept it”."),
        ("Not yet", "Not yet.", "You answered: “Not yet”."),
        ("Rather not", "Rather not.", "You answered: “Rather not”."),
    ],
)
def test_an_answer_to_a_repair_waits(story: Story, missed: date, label: str, word: str, note: str) -> None:
    story.phone.open(_repairs(story, story.walk, missed))
    story.goes_offline()
    story.phone.taps(label)
    story.waits(word)
    expect(story.page.locator("#say")).to_have_text("Waiting to be sent: 1")
    story.comes_back()
    story.phone.sees(note)
    story.is_empty()
    assert [member_id for member_id, _ in _standing(story, story.walk, missed).answers] == [story.couple.noor.id]


def test_that_it_was_heard_in_person_waits(story: Story, missed: date) -> None:
    story.phone.open(_repairs(story, story.walk, missed, Way.IN_PERSON))
    story.goes_offline()
    story.phone.taps("It was said, and I heard it")
    story.waits("Heard.")
    story.comes_back()
    story.phone.sees("You have heard it.")
    story.is_empty()


def test_an_answer_that_waits_can_be_taken_back_and_was_never_given(story: Story, missed: date) -> None:
    story.phone.open(_repairs(story, story.walk, missed))
    story.goes_offline()
    story.phone.taps("Rather not")
    story.waits("Rather not.")
    story.phone.taps("Take it back")
    story.phone.does_not_see(SAVED)
    story.comes_back()
    story.is_empty()
    assert (_standing(story, story.walk, missed).answers, story.outbox("refused")) == ((), [])


def test_an_answer_that_is_refused_stands_beside_the_others_until_it_is_read(story: Story, missed: date) -> None:
    story.phone.open(_repairs(story, story.walk, missed))
    story.goes_offline()
    story.phone.taps("Not yet")
    story.waits("Not yet.")
    story.page.evaluate(CHANGE, {"at": (datetime.now(UTC) - timedelta(hours=73)).isoformat()})
    story.comes_back()
    expect(story.page.locator(".answers [data-refused-note]")).to_contain_text("more than three days ago")
    story.phone.open("/promises/new")
    story.phone.follows("Show it")
    expect(story.page).to_have_url(re.compile(f"/promises/{story.walk.id}/repairs/{missed}$"))
    assert _standing(story, story.walk, missed).answers == ()


def test_letting_it_go_waits_too(story: Story, missed: date) -> None:
    story.phone.open(_repairs(story, story.walk, missed))
    story.goes_offline()
    story.page.locator("summary", has_text="Let it go, both of us").tap()
    story.phone.taps("Propose it")
    story.waits("Proposed.")
    story.line.fault = Fault.TWICE
    story.comes_back()
    story.is_empty()
    with story.weft.desk.database.read() as session:
        found = let_goes.get(session, story.walk.id, missed)
    assert found is not None
    assert (found.proposed_by, found.agreed_at) == (story.couple.noor.id, None)


def test_where_it_can_be_sent_a_proposal_leads_back_to_the_promise(story: Story, missed: date) -> None:
    story.phone.open(_repairs(story, story.walk, missed))
    story.page.locator("summary", has_text="Let it go, both of us").tap()
    story.phone.taps("Propose it")
    expect(story.page).to_have_url(re.compile(f"/promises/{story.walk.id}$"))


def test_a_thank_you_is_one_tap_and_waits(story: Story, missed: date) -> None:
    story.phone.open("/")
    story.goes_offline()
    story.phone.taps("Thank you for saying so")
    story.waits("Thank you.")
    story.comes_back()
    story.is_empty()
    expect(story.page.locator("summary", has_text="Add a line")).to_be_visible()
    assert story.kinds(story.walk) == ["missed", "seen"]


def test_a_thank_you_on_a_line_of_the_history_waits_on_that_line(story: Story) -> None:
    for _ in range(4):
        settle.settle(story.weft.desk.database, story.weft.clock.at)
    yesterday = story.today(story.walk) - DAY
    with story.weft.desk.database.write() as session:
        make.check_in(session, story.walk, "missed", day=yesterday, now=story.weft.clock.at)
    story.phone.open(f"/promises/{story.walk.id}")
    story.goes_offline()
    story.page.locator(".history").get_by_role("button", name="Thank you for saying so").tap()
    line = story.page.locator(".history li", has_text="owned")
    expect(line.locator("[data-queued-note]")).to_contain_text(f"Thank you. {SAVED}")
    story.comes_back()
    story.is_empty()
    expect(line).to_contain_text("thanked")
    expect(story.page).to_have_url(re.compile(f"/promises/{story.walk.id}$"))


def test_both_ends_of_a_difference_wait(story: Story) -> None:
    at = story.weft.clock.at
    day = story.today(story.dinner)
    with story.weft.desk.database.write() as session:
        make.check_in(session, story.dinner, now=at)
        make.check_in(session, story.dinner, "differs", by=story.couple.sam, now=at)
        make.check_in(session, story.walk, now=at)
    story.phone.open("/")
    story.goes_offline()
    story.page.locator("li.card", has_text=WALK).locator("summary", has_text="More").tap()
    story.phone.taps("I saw it differently")
    story.waits("Seen differently.")
    story.comes_back()
    story.is_empty()
    story.phone.open(f"/promises/{story.dinner.id}/differences/{day}")
    story.goes_offline()
    story.phone.taps("It was missed, I agree")
    story.waits("Owned.")
    story.comes_back()
    story.phone.sees("Thank you for putting that right.")
    story.is_empty()
    assert story.kinds(story.dinner) == ["kept", "differs", "agree_missed"]
    assert story.kinds(story.walk) == ["kept", "differs"]


def test_what_waits_names_things_and_says_nothing_of_another(story: Story, missed: date) -> None:
    path = _repairs(story, story.walk, missed)
    story.phone.open("/")
    story.goes_offline()
    story.phone.taps("Thank you for saying so")
    story.holds(1)
    story.line.fault = Fault.BROKEN
    story.phone.context.set_offline(False)
    story.phone.open(path)
    story.phone.taps("I accept it")
    story.holds(2)
    assert {name for body in story.bodies() for name in body} <= MAY_WAIT
    assert {name for one in story.outbox() for name in one} <= {"id", "at", "kind", "url", "body", "card", "tried", "until"}
    assert not any(words in str(story.outbox()) for words in (SECRET, WORDS.prevent, "I accept it"))


def test_a_form_of_another_site_is_nobodys_tap(story: Story) -> None:
    story.page.goto("about:blank")
    form = f'<form method="post" action="{story.weft.url}/promises/{story.dinner.id}/check-ins">'
    fields = {"kind": "missed", "at": datetime.now(UTC).isoformat(), "by": str(story.couple.noor.id)}
    hidden = "".join(f'<input name="{name}" value="{value}">' for name, value in fields.items())
    story.page.set_content(f"{form}{hidden}</form>")
    with story.page.expect_navigation():
        story.page.evaluate("document.forms[0].submit()")
    story.phone.sees("That came from another site and was not taken.")
    assert (story.log(), story.outbox()) == ([], [])


def test_the_log_holds_each_of_them_once(story: Story, missed: date) -> None:
    story.phone.open(_repairs(story, story.walk, missed))
    story.line.fault = Fault.TWICE
    story.phone.taps("I heard it")
    story.phone.sees("You answered: “I heard it”.")
    story.is_empty()
    with story.weft.desk.database.read() as session:
        assert [one.kind for one in events.history(session, story.walk.id, since=DAWN)].count("answered") == 1
