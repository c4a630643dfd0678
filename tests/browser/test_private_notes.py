"""What Noor keeps for herself is read on her own phones alone: nobody who looks into the server, its copies or its logs finds a word."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from structlog.testing import capture_logs

from server.logs import RequestLog
from tests import make
from tests.browser import private
from tests.browser.conftest import FRIDAY
from tests.browser.keys import Keys
from tests.browser.person import Person
from tests.browser.private import Ear, Meet, note, opens, opens_again, parks, places_of, taps_on, where_it_is, writes
from tests.browser.server import Running, running

LILAC, HARBOUR, ASKED = "The lilac key lies under the third stone", "Was the harbour ever true?", "How was it at the harbour?"
WORDS = (LILAC, HARBOUR)
LAID_DOWN = """Object.defineProperty(document, "hidden", { value: true, configurable: true });
document.dispatchEvent(new Event("visibilitychange"));"""


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def weft(tmp_path: Path, ear: Ear) -> Iterator[Running]:
    """A Weft that hears itself, on a Friday at five."""
    with running(tmp_path / "data", FRIDAY, line=lambda app: ear(RequestLog(app))) as server:
        yield server


@pytest.fixture
def noor(meet: Meet) -> Person:
    """On a phone whose passkey can make keys."""
    noor = meet("Noor")
    private.carries_passkey(noor, makes_keys=True)
    private.begins(noor)
    return noor


def test_what_she_writes_stands_nowhere_but_under_her_eyes(weft: Running, ear: Ear, noor: Person) -> None:
    """SAFETY 8: server, copies, logs and what her browser keeps hold ciphertext alone."""
    with capture_logs() as lines:
        opens(noor)
        writes(noor, LILAC)
        parks(noor, HARBOUR, "Might hurt")
    places = [*places_of(weft, ear, noor), ("log", repr(lines))]
    assert {name for name, _ in places} >= {"weft.sqlite3", "requests", "log", "kept by Noor’s browser"}
    assert any(name.endswith("-wal") for name, _ in places)
    assert any(name.startswith("weft-2026") for name, _ in places)
    assert [where_it_is(words, *places) for words in WORDS] == [[], []]
    assert where_it_is('"kind":"journal"', *places) == ["requests"]
    assert where_it_is('"results":', *places) == []
    assert lines
    assert noor.trouble == []


def test_closed_it_shows_nothing_and_opened_again_all_of_it(weft: Running, noor: Person) -> None:
    opens(noor)
    writes(noor, LILAC)
    noor.taps("Close it")
    assert LILAC not in noor.page.content()
    opens_again(noor)
    expect(note(noor, LILAC)).to_be_visible()
    weft.clock.at += timedelta(minutes=10)
    noor.now_is(weft.clock.at)
    expect(noor.page.locator("[data-shut]")).to_be_visible()
    assert LILAC not in noor.page.content()
    noor.open("/me")
    noor.page.go_back()
    assert LILAC not in noor.page.content()
    assert noor.page.evaluate("fetch('/notes/sealed', { headers: { Accept: 'application/json' } }).then(({ status }) => status)") == 401


def test_left_in_a_hurry_it_is_gone_from_the_page_and_what_was_begun_is_kept_when_the_phone_is_laid_down(noor: Person) -> None:
    """SAFETY 11: "leave this page" replaces it."""
    opens(noor)
    noor.page.get_by_label("What was today like?").fill(LILAC)
    with noor.page.expect_response("**/notes/sealed"):
        noor.page.evaluate(LAID_DOWN)
    noor.follows("Leave this page")
    expect(noor.page).to_have_url(re.compile("/leave$"))
    assert LILAC not in noor.page.content()
    opens(noor)
    expect(note(noor, LILAC)).to_be_visible()


def test_a_second_phone_reads_it_after_the_hand_over(weft: Running, ear: Ear, noor: Person, meet: Meet) -> None:
    opens(noor)
    writes(noor, LILAC)
    tablet = private.given_to(noor, meet, makes_keys=True)
    opens(tablet)
    expect(note(tablet, LILAC)).to_be_visible()
    writes(tablet, HARBOUR)
    assert "held" not in tablet.page.evaluate(private.KEPT_BY_BROWSER).splitlines()
    opens(tablet)
    expect(note(tablet, LILAC)).to_be_visible()
    opens(noor)
    expect(note(noor, HARBOUR)).to_be_visible()
    assert [where_it_is(words, *places_of(weft, ear, noor, tablet)) for words in WORDS] == [[], []]


def test_a_phone_without_keys_of_its_own_reads_by_the_key_that_it_was_given(noor: Person, meet: Meet) -> None:
    opens(noor)
    writes(noor, LILAC)
    tablet = private.given_to(noor, meet, makes_keys=False)
    opens(tablet)
    tablet.sees("this phone keeps the key that another phone gave it")
    expect(note(tablet, LILAC)).to_be_visible()
    kept = tablet.page.evaluate(private.KEPT_BY_BROWSER)
    assert {"held", "key that cannot be taken out"} <= {*kept.splitlines()}
    assert not private.is_in(LILAC, kept)
    tablet.open("/me")
    tablet.taps("Sign out on this phone")
    expect(tablet.page).to_have_url(re.compile("/sign-in"))
    assert "held" not in tablet.page.evaluate(private.KEPT_BY_BROWSER).splitlines()


def test_a_passkey_that_she_adds_opens_them_too_once_they_were_open(noor: Person) -> None:
    opens(noor)
    writes(noor, LILAC)
    first = noor.page.evaluate("fetch('/notes/keys').then((answer) => answer.json())")["keys"]
    second = private.holds_security_key(noor)
    noor.open("/me")
    with noor.page.expect_navigation():
        noor.taps("Add a passkey")
    private.touches(noor, second, touches=False)
    opens(noor)
    private.touches(noor, second, touches=True)
    noor.page.get_by_text("Keys and copies").tap()
    noor.taps("Use it once")
    expect(noor.page.locator("[data-keys]")).to_be_hidden()
    private.has_only(noor, second)
    opens(noor)
    expect(note(noor, LILAC)).to_be_visible()
    kept = noor.page.evaluate("fetch('/notes/keys').then((answer) => answer.json())")
    assert (len(first), len(kept["keys"]), kept["others"]) == (1, 2, [])


def test_without_a_network_what_was_being_written_stays_on_the_phone(noor: Person) -> None:
    opens(noor)
    noor.page.get_by_label("What was today like?").fill(LILAC)
    noor.goes_offline()
    noor.taps("Keep it")
    expect(noor.page.get_by_role("alert").filter(visible=True)).to_contain_text("Your words still stand here")
    noor.page.evaluate(LAID_DOWN)
    expect(noor.page.locator("[data-cancel]")).to_be_hidden()
    noor.context.set_offline(False)
    noor.open("/me")
    opens(noor)
    expect(note(noor, LILAC)).to_contain_text("on this phone only")


def test_open_it_is_read_out_seen_and_reached_by_keys_in_both_themes(noor: Person, weft: Running) -> None:
    with weft.desk.database.write() as session:
        make.bond(session, private.member_of(session, "Noor"), make.member(session, "Sam", now=weft.clock.at), now=weft.clock.at)
    for path in ("/notes", "/help"):
        noor.open(path)
        assert private.hindrances(noor) == [], path
    opens(noor)
    expect(noor.page.get_by_role("radio", name="Journal")).to_be_focused()
    writes(noor, LILAC)
    expect(noor.page.locator("#say")).to_have_text("Kept, for you alone.")
    parks(noor, HARBOUR, "Might hurt")
    assert private.hindrances(noor) == []
    keys = Keys(noor.page)
    keys.reach(note(noor, HARBOUR).get_by_role("button", name="Move to the week’s page"))
    noor.page.keyboard.press("Enter")
    expect(noor.page.get_by_label("In these words")).to_be_focused()
    assert private.hindrances(noor) == []
    keys.reach(noor.page.get_by_role("button", name="Keep it to myself"))
    noor.page.keyboard.press("Enter")
    expect(note(noor, HARBOUR).get_by_role("button", name="Move to the week’s page")).to_be_focused()


def test_a_phone_that_was_given_no_key_reads_nothing(noor: Person, meet: Meet, weft: Running) -> None:
    """Also with her session and a passkey of hers: the words are not the server's to give."""
    opens(noor)
    writes(noor, LILAC)
    thief = meet("thief")
    private.carries_passkey(thief, makes_keys=True)
    thief.context.add_cookies(noor.context.cookies(weft.url))
    thief.open("/me")
    with thief.page.expect_navigation():
        thief.taps("Add a passkey")
    opens(thief)
    thief.sees("Your notes were written with another passkey.")
    expect(note(thief, LILAC)).to_have_count(0)


def test_where_the_passkey_makes_no_key_it_stays_on_the_phone(weft: Running, ear: Ear, meet: Meet) -> None:
    noor = meet("Noor")
    private.carries_passkey(noor, makes_keys=False)
    private.begins(noor)
    opens(noor)
    noor.sees("what you write here stays on this phone")
    writes(noor, LILAC)
    parks(noor, HARBOUR, "For the therapist")
    kept = noor.page.evaluate(private.KEPT_BY_BROWSER)
    assert ("key that cannot be taken out" in kept, "key that can be taken out" in kept) == (True, False)
    assert b"/notes/sealed" not in ear.heard
    assert [where_it_is(words, *places_of(weft, ear, noor)) for words in WORDS] == [[], []]
    opens(noor)
    expect(note(noor, LILAC)).to_be_visible()
    taps_on(noor, LILAC, "Change")
    noor.page.get_by_label("What was today like?").fill(f"{LILAC}, still")
    noor.taps("Keep it")
    taps_on(noor, LILAC, "Delete")
    taps_on(noor, LILAC, "Tap again to delete")
    expect(note(noor, LILAC)).to_have_count(0)
    opens(noor)
    expect(note(noor, LILAC)).to_have_count(0)


def test_nothing_is_sent_before_a_question_is_moved_and_then_sam_reads_it_on_the_week_s_page(
    weft: Running, ear: Ear, noor: Person, meet: Meet
) -> None:
    """M43: the preview says who reads it from then on; taken back it is hers alone again."""
    sam = meet("Sam")
    with weft.desk.database.write() as session:
        couple_of = make.member(session, "Sam", now=weft.clock.at)
        make.bond(session, private.member_of(session, "Noor"), couple_of, now=weft.clock.at)
    sam.is_signed_in(couple_of)
    opens(noor)
    parks(noor, HARBOUR, "Need to know")
    taps_on(noor, HARBOUR, "Move to the week’s page")
    noor.sees("It waits for the page of the week to Sunday 22 March. From then on Sam reads it there.")
    taps_on(noor, HARBOUR, "Keep it to myself")
    assert not private.is_in(HARBOUR, ear.heard)
    taps_on(noor, HARBOUR, "Move to the week’s page")
    noor.page.get_by_label("In these words").fill(ASKED)
    taps_on(noor, HARBOUR, "Move it")
    noor.sees("On the page of the week to Sunday 22 March.")
    taps_on(noor, HARBOUR, "Take it back")
    taps_on(noor, HARBOUR, "Move to the week’s page")
    noor.page.get_by_label("In these words").fill(ASKED)
    taps_on(noor, HARBOUR, "Move it")
    noor.sees("On the page of the week to Sunday 22 March.")
    assert (private.is_in(HARBOUR, ear.heard), where_it_is(ASKED, *private.files(weft.desk.settings.data))) == (False, [])
    weft.let_jobs_run(weft.clock.at + timedelta(days=2, hours=3))
    sam.now_is(weft.clock.at)
    sam.open("/week")
    sam.sees(ASKED)
    sam.does_not_see(HARBOUR)
    sam.open("/notes")
    assert ASKED not in sam.page.content()
    noor.now_is(weft.clock.at)
    opens(noor)
    noor.page.get_by_text("Parked questions", exact=True).tap()
    expect(note(noor, HARBOUR).get_by_role("button")).to_have_text(["Delete"])
    note(noor, HARBOUR).get_by_role("link", name="Look there").tap()
    noor.sees(ASKED)


def test_what_two_phones_change_at_once_is_kept_from_both(noor: Person, meet: Meet) -> None:
    opens(noor)
    writes(noor, LILAC)
    tablet = private.given_to(noor, meet, makes_keys=True)
    opens(tablet)
    opens(noor)
    for phone, words in ((tablet, "The stone was moved"), (noor, f"{LILAC}, still")):
        taps_on(phone, LILAC, "Change")
        phone.page.get_by_label("What was today like?").fill(words)
        phone.taps("Keep it")
        expect(note(phone, words)).to_be_visible()
    expect(note(noor, "The stone was moved")).to_be_visible()
    noor.sees("Both are kept.")


def test_she_looks_for_words_and_saves_them_on_the_phone_alone(ear: Ear, noor: Person) -> None:
    opens(noor)
    writes(noor, LILAC)
    writes(noor, HARBOUR)
    before = len(ear.heard)
    noor.page.get_by_label("Look for words").fill("HARBOUR")
    expect(note(noor, LILAC)).to_have_count(0)
    expect(note(noor, HARBOUR)).to_be_visible()
    noor.page.get_by_text("Keys and copies").tap()
    with noor.page.expect_download() as saving:
        noor.taps("Save as text on this phone")
    text = Path(saving.value.path()).read_text()
    assert (LILAC in text, HARBOUR in text) == (True, True)
    assert len(ear.heard) == before
