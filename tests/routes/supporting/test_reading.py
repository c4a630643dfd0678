"""What a supporter reads: what both have opened, one area at a time, and never more (M50, SAFETY 6)."""

import re
from datetime import date, timedelta
from html import unescape

import pytest

from server.actions import asks, letting_go, moments, repairs, settling
from server.domain.repairs import Giving, Repair, Way
from server.domain.reviews import LineKind
from server.store import ids, supporters
from server.store import reviews as review_store
from server.store.asks import Ask
from server.store.moments import Moment
from server.store.repairs import Mark
from tests import make
from tests.make import NOW

DAY = timedelta(days=1)
YESTERDAY = (NOW - DAY).date()
AREAS = {
    "promises": "Home for dinner",
    "mending": "I set an alarm at five.",
    "reviews": "You waited for me.",
    "asks": "Call me at nine?",
    "moments": "By the lake",
}
"""Something of each area that stands in no other."""


def text(answer) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


@pytest.fixture
def lived(database, couple, supported):
    """Something in every area, and beside it all that is one's own."""
    with database.write() as session:
        noor, sam, bond = couple.noor.id, couple.sam.id, couple.bond.id
        promise = make.promise(session, couple.noor, starts_on=YESTERDAY, now=NOW - DAY)
        settling.settle(session, now=NOW, limit=100)
        make.check_in(session, promise, "missed", day=YESTERDAY)
        repairs.repair(session, promise.id, YESTERDAY, Repair(did="I came late.", prevent=AREAS["mending"]), member_id=noor, now=NOW)
        asks.ask(session, Ask(ids.new(), bond, sam, noor, AREAS["asks"], NOW), now=NOW)
        moments.plan(session, Moment(ids.new(), bond, noor, AREAS["moments"], "", NOW.date(), None, NOW), now=NOW)
        spoken(session, couple)
        make.promise(session, couple.noor, "Water for myself", personal=True)
        repairs.mark(session, promise.id, YESTERDAY, Mark(lets_go=True, relies=True), member_id=sam, now=NOW)
    return promise


def spoken(session, couple):
    """A review of last week that is closed, and one that still runs."""
    for to_on, closed_at, words in ((date(2026, 3, 15), NOW, AREAS["reviews"]), (date(2026, 3, 22), None, "Still being said.")):
        review = review_store.Review(couple.bond.id, to_on, 0, 15, False, NOW, closed_at=closed_at)
        review_store.put(session, review)
        line = review_store.Line(ids.new(), couple.bond.id, to_on, couple.sam.id, LineKind.THANKS, NOW, text=words)
        review_store.put_line(session, line)


@pytest.mark.parametrize("area", AREAS)
def test_an_area_is_shown_once_both_have_opened_it_and_no_other_with_it(lived, opens, couple, idas, page, area):
    opens(area, couple.noor)
    assert AREAS[area] not in text(idas.get(page))
    opens(area, couple.sam)
    shown = text(idas.get(page))
    assert {one for one, words in AREAS.items() if words in shown} == {area} | ({"promises"} if area == "mending" else set())


def test_everything_open_still_holds_nothing_of_ones_own(lived, opens, idas, page):
    for area in AREAS:
        opens(area)
    shown = text(idas.get(page))
    assert all(words in shown for words in AREAS.values())
    assert "Still being said." not in shown
    assert "Water for myself" not in shown
    assert "let go" not in shown


def test_the_supporter_s_page_has_no_minute_and_nothing_to_tap_but_the_end(lived, opens, idas, page):
    for area in AREAS:
        opens(area)
    shown = idas.get(page)
    assert not re.search(r"\b\d\d:\d\d\b", text(shown).replace("by 18:30", ""))
    assert re.findall(r'action="([^"]+)"', shown.text) == [f"{page}/end"]
    assert "data-live" not in shown.text


def test_what_was_let_go_is_not_shown(lived, opens, database, couple, idas, page):
    opens("mending")
    assert AREAS["mending"] in text(idas.get(page))
    with database.write() as session:
        letting_go.propose(session, lived.id, YESTERDAY, member_id=couple.noor.id, now=NOW)
        letting_go.agree(session, lived.id, YESTERDAY, member_id=couple.sam.id, now=NOW)
    assert AREAS["mending"] not in text(idas.get(page))
    assert "Home for dinner" not in text(idas.get(page))


def test_words_for_the_ear_are_not_shown(lived, opens, database, couple, idas, page):
    opens("mending")
    with database.write() as session:
        in_person = Repair(did="For your ear.", prevent="For your ear too.")
        repairs.repair(session, lived.id, YESTERDAY, in_person, member_id=couple.noor.id, now=NOW + DAY, given=Giving(Way.IN_PERSON))
        repairs.tell(session, lived.id, YESTERDAY, member_id=couple.noor.id, now=NOW + DAY)
    assert "your ear" not in text(idas.get(page))


@pytest.mark.parametrize("who", ["Noor", "Sam"])
def test_either_closes_an_area_alone_and_at_once(lived, opens, browsers, idas, page, who):
    opens("asks")
    browsers[who].post("/us/supporter/areas", area="asks", says="close")
    assert AREAS["asks"] not in text(idas.get(page))


def test_an_opening_closes_by_itself_after_ninety_days(lived, opens, idas, page, clock):
    opens("moments")
    clock.at = NOW + 90 * DAY - timedelta(minutes=1)
    assert "Moments" in text(idas.get(page))
    clock.at = NOW + 90 * DAY
    assert "Moments" not in text(idas.get(page))


def test_whether_it_goes_on_is_asked_quietly_once_with_equal_answers(supported, opens, noors, clock, database):
    opens("asks")
    assert "Another 90 days?" not in noors.get("/us/supporter").text
    clock.at = NOW + 77 * DAY
    page = noors.get("/us/supporter")
    assert "open from you until 18 June. Another 90 days?" in text(page)
    assert len({look for look, _ in re.findall(r'<button class="([^"]+)">(Yes|No)</button>', page.text)}) == 1
    noors.post("/us/supporter/areas", area="asks", says="lapse")
    page = text(noors.get("/us/supporter"))
    assert "Another 90 days?" not in page
    assert "Open from you until 18 June." in page


def test_a_yes_lets_it_go_on_for_ninety_days_more(supported, opens, noors, clock):
    opens("asks")
    clock.at = NOW + 77 * DAY
    noors.post("/us/supporter/areas", area="asks", says="open")
    assert "Open from you until 3 September." in text(noors.get("/us/supporter"))
    assert "Another 90 days?" not in noors.get("/us/supporter").text


@pytest.mark.parametrize("sent", [{"area": "notes", "says": "open"}, {"area": "asks", "says": "burn"}, {}])
def test_what_is_no_area_opens_nothing(supported, noors, sent):
    assert noors.post("/us/supporter/areas", **sent).status_code == 422


def test_members_see_just_what_their_supporter_sees(lived, opens, noors, idas, page):
    opens("asks")
    theirs, hers = noors.get(page), idas.get(page)
    assert "As Ida sees it" in text(theirs)
    assert re.findall(r"<section>.*?</section>", theirs.text, re.DOTALL) == re.findall(r"<section>.*?</section>", hers.text, re.DOTALL)


def test_reading_writes_nothing_down(lived, opens, idas, page, database, noors):
    opens("asks")
    idas.get(page)
    before = noors.get("/us").text, noors.get("/us/supporter").text
    idas.get(page)
    assert (noors.get("/us").text, noors.get("/us/supporter").text) == before


def test_only_what_its_author_lets_be_is_printed_whoever_prints(lived, noors, sams):
    assert AREAS["moments"] not in re.sub(r"(?s)<form.*?</form>", "", noors.get("/us/print").text)
    own = re.findall(r'name="line" value="([^"]+)" checked', noors.get("/us/print").text)
    assert {one.partition(":")[0] for one in own} == {"promise", "mending", "moment"}
    noors.client.post("/us/print", data={"line": [one for one in own if not one.startswith("mending")]})
    for one in (noors, sams):
        printed = re.sub(r"(?s)<form.*?</form>", "", one.get("/us/print").text)
        assert AREAS["moments"] in printed
        assert AREAS["mending"] not in printed
        assert AREAS["asks"] not in printed
    left = re.findall(r'name="line" value="([^"]+)" checked', noors.get("/us/print").text)
    assert sorted(left) == sorted(one for one in own if not one.startswith("mending"))


def test_nobody_lets_another_s_line_be_printed(lived, noors, sams, database, couple):
    asked = re.findall(r'name="line" value="(ask:[^"]+)"', sams.get("/us/print").text)
    assert asked
    noors.client.post("/us/print", data={"line": asked})
    with database.read() as session:
        assert supporters.printed(session, couple.bond.id) == set()
    assert AREAS["asks"] not in noors.get("/us/print").text
