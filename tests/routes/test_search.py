"""Looking for words: in one's own and in shared ones, and never in what was let go, waits for the ear, or is somebody else's alone."""

import html
import re
from datetime import time, timedelta

import pytest

from server.actions import answers, leaving, letting_go, milestones, moments, repairs
from server.domain.milestones import MilestoneKind
from server.domain.repairs import Giving, Repair, Way
from server.domain.reviews import LineKind
from server.routes.search import SEARCHES
from server.store import asks, ids, reviews
from server.store import milestones as reached
from server.store.asks import Ask
from server.store.moments import Moment
from tests import make, standing
from tests.make import NOW

TODAY = NOW.date()
DAY = timedelta(days=1)
SUNDAY = TODAY + 2 * DAY


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def open_as(open_client, desk):
    return lambda member: make.sign_in(open_client(), desk, member)


def look(browser, words):
    """What somebody finds, as (what it is, of which promise, its words, where it leads)."""
    answer = browser.post("/search", data={"q": words})
    assert answer.status_code == 200, answer.text
    hits = re.findall(r"(?s)<li>(?:<a href=\"([^\"]+)\">)?\s*<span class=\"about\"><span>(.*?)</span>(.*?)</li>", answer.text)
    return [(html.unescape(label), _words(rest), url) for url, label, rest in hits]


def _words(rest):
    title = re.findall(r"<b>(.*?)</b>", rest)
    text = re.sub(r"<[^>]+>", "", re.findall(r"(?s)<span class=\"text\">(.*)</span>", rest)[0])
    return " | ".join(html.unescape(one) for one in (*title, text))


def missed(session, promise, day=TODAY):
    make.check_in(session, promise, "missed", day=day)
    return promise.id, day


def test_what_was_promised_is_found_by_both(database, couple, open_as):
    with database.write() as session:
        dinner = make.promise(session, couple.noor, "Home for dinner", done_when="At the TÁBLE", cue="When I leave, I write")
    for member, whose in ((couple.noor, "You promised"), (couple.sam, "Noor promised")):
        browser = open_as(member)
        url = f"/promises/{dinner.id}"
        assert look(browser, "DINNER") == [(whose, "Home for dinner", url)]
        assert look(browser, "table at") == [("Done looks like", "Home for dinner | At the TÁBLE", url)]
        assert look(browser, "leave") == [("If and then", "Home for dinner | When I leave, I write", url)]
        assert browser.get(url).status_code == 200


def test_a_line_of_thanks_is_found_until_it_is_taken_back(database, couple, open_as):
    with database.write() as session:
        dinner = make.promise(session, couple.noor)
        make.check_in(session, dinner)
        said = make.check_in(session, dinner, "seen", by=couple.sam, line="You called from the platform")
    noor, sam = open_as(couple.noor), open_as(couple.sam)
    line, url = "Home for dinner | You called from the platform", f"/promises/{dinner.id}"
    assert look(noor, "platform") == [("Thanks from Sam", line, url)]
    assert look(sam, "platform") == [("Thanks from you", line, url)]
    with database.write() as session:
        make.check_in(session, dinner, "undo", by=couple.sam, target=said)
    assert look(noor, "platform") == look(sam, "platform") == []


@pytest.mark.parametrize(("way", "reads"), [(Way.SENT, True), (Way.IN_PERSON, False)])
def test_words_about_a_miss_are_found_by_who_may_read_them(database, couple, open_as, way, reads):
    with database.write() as session:
        key = missed(session, make.promise(session, couple.noor))
        words = Repair(did="I stayed on", landed="You waited", prevent="Keys in the bowl", reason="A long call")
        repairs.repair(session, *key, words, member_id=couple.noor.id, now=NOW, given=Giving(way=way))
        repairs.tell(session, *key, member_id=couple.noor.id, now=NOW) if way is Way.IN_PERSON else None
    url = f"/promises/{key[0]}/repairs/{TODAY}"
    noor, sam = open_as(couple.noor), open_as(couple.sam)
    assert look(noor, "waited") == [("Written by you: What it was like for Sam", "Home for dinner | You waited", url)]
    assert noor.get(url).status_code == 200
    expected = [("Written by Noor: What I will do differently", "Home for dinner | Keys in the bowl", url)]
    assert look(sam, "keys bowl") == (expected if reads else [])


def test_only_the_latest_words_are_found_and_none_once_it_was_kept_after_all(database, couple, open_as):
    with database.write() as session:
        dinner = make.promise(session, couple.noor)
        key = missed(session, dinner)
        for words in ("first try", "second try"):
            repairs.repair(session, *key, Repair(prevent=words), member_id=couple.noor.id, now=NOW)
    noor, sam = open_as(couple.noor), open_as(couple.sam)
    assert (look(sam, "first"), len(look(sam, "second"))) == ([], 1)
    with database.write() as session:
        make.check_in(session, dinner, by=couple.sam, now=NOW + timedelta(minutes=1))
    assert look(noor, "second") == look(sam, "second") == []


def test_a_draft_is_found_by_its_writer_alone_until_it_is_sent(database, couple, open_as):
    with database.write() as session:
        key = missed(session, make.promise(session, couple.noor))
        repairs.keep_draft(session, *key, Repair(did="I do not know how to say it"), member_id=couple.noor.id, now=NOW)
    noor, sam = open_as(couple.noor), open_as(couple.sam)
    found = ("Your draft: What happened, plainly", "Home for dinner | I do not know how to say it", f"/promises/{key[0]}/repairs/{TODAY}")
    assert (look(noor, "know"), look(sam, "know")) == ([found], [])
    with database.write() as session:
        repairs.repair(session, *key, Repair(prevent="An alarm"), member_id=couple.noor.id, now=NOW)
    assert look(noor, "know") == []


@pytest.mark.parametrize("times", [None, 2])
def test_what_was_let_go_is_found_nowhere(database, couple, open_as, times):
    monday = TODAY - 4 * DAY
    day = monday if times else TODAY
    with database.write() as session:
        rule = {"rule": "FREQ=WEEKLY", "times": times, "due_time": None} if times else {}
        dinner = make.promise(session, couple.noor, starts_on=monday, **rule)
        missed(session, dinner)
        make.check_in(session, dinner, "seen", by=couple.sam, line="needle one")
        repairs.repair(session, dinner.id, day, Repair(prevent="needle two"), member_id=couple.noor.id, now=NOW)
        repairs.keep_draft(session, dinner.id, day, Repair(did="needle three"), member_id=couple.noor.id, now=NOW)
    noor, sam = open_as(couple.noor), open_as(couple.sam)
    assert (len(look(noor, "needle")), len(look(sam, "needle"))) == (2, 2)
    with database.write() as session:
        letting_go.propose(session, dinner.id, day, member_id=couple.noor.id, now=NOW)
        letting_go.agree(session, dinner.id, day, member_id=couple.sam.id, now=NOW)
    assert look(noor, "needle") == look(sam, "needle") == []


def test_moments_are_found_also_those_of_long_ago_but_not_those_that_were_called_off(database, couple, open_as):
    with database.write() as session:
        for what, day, now in (("The lake", TODAY - 400 * DAY, NOW - 401 * DAY), ("The lake again", TODAY + DAY, NOW)):
            moments.plan(session, Moment(ids.new(), couple.bond.id, couple.noor.id, what, "north shore", day, time(9), now), now=now)
        gone = Moment(ids.new(), couple.bond.id, couple.noor.id, "No lake", "", TODAY, None, NOW)
        moments.plan(session, gone, now=NOW)
        moments.cancel(session, gone.id, member_id=couple.sam.id, now=NOW)
    sam = open_as(couple.sam)
    assert look(sam, "lake") == [("A moment", "The lake again, north shore", "/moments"), ("A moment", "The lake, north shore", "")]


def test_what_was_said_to_a_milestone_in_a_review_and_asked_is_found(database, couple, open_as, clock):
    clock.at = NOW + 2 * DAY
    with database.write() as session:
        dinner = make.promise(session, couple.noor)
        for back in range(3):
            make.check_in(session, dinner, now=NOW + back * DAY)
        milestones.celebrate(session, now=NOW + 2 * DAY, limit=10)
        found = reached.visible(session, couple.sam.id, since=NOW - DAY, until=NOW + 3 * DAY)
        first = next(one for one in found if one.kind is MilestoneKind.IN_A_ROW)
        answers.answer(session, first.id, "A needle in three", id=ids.new(), member_id=couple.sam.id, now=NOW + 2 * DAY)
        reviews.put(session, reviews.Review(couple.bond.id, SUNDAY, 0, 15, on_one_phone=False, begun_at=NOW))
        line = reviews.Line(ids.new(), couple.bond.id, SUNDAY, couple.sam.id, LineKind.THANKS, NOW + DAY, "A needle of thanks")
        reviews.put_line(session, line)
        asks.put(
            session, Ask(ids.new(), couple.bond.id, couple.noor.id, couple.sam.id, "A needle, please", NOW, counter="Two needles in May")
        )
    noor = open_as(couple.noor)
    assert look(noor, "needle") == [
        ("Said by Sam to a milestone", "Home for dinner | A needle in three", f"/milestones/{first.id}"),
        ("Said by Sam in the review", "A needle of thanks", f"/weeks/{SUNDAY}/review"),
        ("Asked by you of Sam", "A needle, please", "/asks"),
        ("Offered instead by Sam", "A needle, please | Two needles in May", "/asks"),
    ]


def test_nobody_else_finds_any_of_it_and_nobody_what_is_personal(database, couple, open_as):
    with database.write() as session:
        make.promise(session, couple.noor, "A needle to share")
        make.promise(session, couple.noor, "A needle of my own", personal=True)
        others = make.other_couple(session)
        make.promise(session, others.cleo, "Cleo’s needle")
        eve = make.eve(session)
    noor, sam, cleo, stranger = (open_as(one) for one in (couple.noor, couple.sam, others.cleo, eve))
    found = [{words for _, words, _ in look(one, "needle")} for one in (noor, sam, cleo, stranger)]
    assert found == [{"A needle to share", "A needle of my own"}, {"A needle to share"}, {"Cleo’s needle"}, set()]
    with database.write() as session:
        leaving.leave(session, couple.bond.id, member_id=couple.noor.id, now=NOW)
    assert [words for _, words, _ in look(noor, "needle")] == ["A needle of my own"]


def test_the_newest_come_first_fifty_at_most(database, couple, open_as):
    with database.write() as session:
        for back in range(51):
            make.promise(session, couple.noor, f"Needle {back:02}", now=NOW - back * DAY)
    sam = open_as(couple.sam)
    found = [words for _, words, _ in look(sam, "needle")]
    assert (found[0], found[-1], len(found)) == ("Needle 00", "Needle 49", 50)
    assert "These are the latest 50." in sam.post("/search", data={"q": "needle"}).text
    assert "has these words" in sam.post("/search", data={"q": "haystack"}).text


@pytest.mark.parametrize(
    ("typed", "sentence"), [("", "Two letters or more"), ("x", "Two letters or more"), ("x" * 101, "Up to 100 characters")]
)
def test_too_little_is_answered_with_a_sentence(couple, open_as, typed, sentence):
    answer = open_as(couple.noor).post("/search", data={"q": typed})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_what_is_looked_for_stands_in_no_address(couple, open_as):
    noor = open_as(couple.noor)
    page = noor.get("/search", params={"q": "divorce"}).text
    assert "divorce" not in page
    assert re.search(r'<form[^>]* method="post" action="/search"', page)
    assert str(noor.post("/search", data={"q": "divorce"}).url).endswith("/search")


def test_what_was_written_is_shown_and_never_run(database, couple, open_as):
    with database.write() as session:
        make.promise(session, couple.noor, "<b>bold</b> & needle")
    page = open_as(couple.sam).post("/search", data={"q": "bold"}).text
    assert "&lt;b&gt;<mark>bold</mark>&lt;/b&gt;" in page


def test_who_asks_too_often_waits(couple, open_as):
    noor, sam = open_as(couple.noor), open_as(couple.sam)
    answers = [noor.post("/search", data={"q": "needle"}).status_code for _ in range(SEARCHES.most + 1)]
    assert (set(answers[:-1]), answers[-1]) == ({200}, 429)
    assert sam.post("/search", data={"q": "needle"}).status_code == 200


def test_to_look_takes_no_more_statements_where_there_is_more(database, couple):
    from server.routes.showing import search

    def statements():
        with database.read() as session, standing.watched(session) as work:
            search.load(session, couple.noor.id, now=NOW)
        return len(work.asked)

    def tell(titles):
        with database.write() as session:
            for title in titles:
                key = missed(session, make.promise(session, couple.noor, title))
                repairs.repair(session, *key, Repair(prevent="needle"), member_id=couple.noor.id, now=NOW)

    tell(["One", "Two"])
    few = statements()
    tell(f"Another {n}" for n in range(12))
    assert statements() == few <= 16
