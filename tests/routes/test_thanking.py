"""Thanking in one tap for whatever one sees, a line for who wants to write one, and what may grow from it."""

import re
from datetime import time, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from server.actions import milestones as celebrating
from server.actions.repairs import repair
from server.domain.repairs import Repair
from server.store import ids
from tests import make
from tests.make import NOW

TODAY = NOW.date()
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WORDS = Repair(prevent="An alarm.")


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def dinner(database, couple):
    with database.write() as session:
        return make.promise(session, couple.noor, starts_on=TODAY)


@pytest.fixture
def noor(open_client, desk, couple):
    return make.sign_in(open_client(), desk, couple.noor)


@pytest.fixture
def sam(open_client, desk, couple):
    return make.sign_in(open_client(), desk, couple.sam)


@pytest.fixture
def says(database, dinner):
    def says(kind, *, by=None, now=NOW, **more):
        with database.write() as session:
            return make.check_in(session, dinner, kind, by=by, now=now, **more)

    return says


def text(page):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.text)))


def buttons(page):
    """What can be tapped at once, without unfolding anything."""
    return re.findall(r'<form class="single".*?<button class="[^"]*">([^<]+)</button>', page.text, re.DOTALL)


def thank(browser, promise, *, line="", back="/"):
    form = {"kind": "seen", "day": str(TODAY), "id": str(ids.new()), "line": line, "back": back}
    return browser.post(f"/promises/{promise.id}/check-ins", data=form)


@pytest.mark.parametrize(
    ("kind", "more", "label"),
    [
        ("kept", {}, "Say thank you"),
        ("missed", {}, "Thank you for saying so"),
        ("heads_up", {"to": NOW + 3 * HOUR}, "Thank you for saying so"),
    ],
)
def test_sam_thanks_in_one_tap_and_may_add_a_line_then(sam, noor, dinner, says, kind, more, label):
    assert not {"Say thank you", "Thank you for saying so"} & set(buttons(sam.get("/")))
    says(kind, **more)
    assert label in buttons(sam.get("/"))
    assert not {"Say thank you", "Thank you for saying so"} & set(buttons(noor.get("/")))
    after = thank(sam, dinner)
    assert label not in text(after)
    assert re.search(r"<summary[^>]*>Add a line</summary>", after.text)
    after = thank(sam, dinner, line="It helps me to know.")
    assert "Add a line" not in after.text
    assert "“It helps me to know.”" in text(noor.get(f"/promises/{dinner.id}"))


def test_a_correction_is_thanked_by_weft_and_can_be_by_the_other(sam, noor, dinner, says):
    says("kept")
    says("missed", now=NOW + HOUR / 60)
    assert "You put that right yourself. Thank you." in text(noor.get("/"))
    assert "corrected by you, and thank you for that" in text(noor.get(f"/promises/{dinner.id}"))
    theirs = text(sam.get(f"/promises/{dinner.id}"))
    assert "corrected" in theirs
    assert "put that right yourself" not in text(sam.get("/"))
    assert "Thank you for saying so" in buttons(sam.get("/"))


def test_a_miss_without_an_earlier_word_is_no_correction(noor, dinner, says):
    says("missed")
    assert "put that right" not in text(noor.get("/"))
    assert "corrected" not in text(noor.get(f"/promises/{dinner.id}"))


def test_a_word_that_was_taken_back_stays_to_be_seen_as_that(sam, noor, dinner, says):
    said = says("kept")
    says("undo", target=said)
    for browser in (noor, sam):
        assert "still to come, a word taken back" in text(browser.get(f"/promises/{dinner.id}"))


def test_thanks_that_were_taken_back_are_gone_with_their_line(sam, noor, dinner, couple, says):
    says("kept")
    said = says("seen", by=couple.sam, line="Too soon.")
    says("undo", by=couple.sam, target=said)
    page = text(noor.get(f"/promises/{dinner.id}"))
    assert "Too soon." not in page
    assert "thanked" not in page
    assert "taken back" not in page


@pytest.mark.parametrize("kind", ["kept", "missed"])
def test_the_days_after_one_thanks_in_the_history(sam, dinner, says, clock, kind):
    says(kind)
    clock.at = NOW + 2 * DAY
    path = f"/promises/{dinner.id}"
    label = "Say thank you" if kind == "kept" else "Thank you for saying so"
    assert label in buttons(sam.get(path))
    after = thank(sam, dinner, back=path)
    assert after.url.path == path
    assert label not in buttons(after)
    assert "thanked" in text(after)
    clock.at = NOW + 9 * DAY
    assert "Add a line" not in sam.get(path).text


def test_so_many_times_a_week_is_thanked_for_its_own_week(sam, database, couple, clock):
    monday = NOW - 4 * DAY
    with database.write() as session:
        swim = make.promise(
            session, couple.noor, "Swim", rule="FREQ=WEEKLY", times=1, due_time=None, starts_on=monday.date(), now=monday - DAY
        )
        make.check_in(session, swim, now=NOW)
    clock.at = NOW + 4 * DAY
    page = sam.get(f"/promises/{swim.id}")
    (day,) = set(re.findall(r'name="kind" value="seen">.*?name="day" value="([^"]+)"', page.text, re.DOTALL))
    assert day == str(monday.date() + 6 * DAY)


def test_a_repair_is_thanked_for_beside_its_answers(sam, noor, dinner, database, says):
    says("missed")
    path = f"/promises/{dinner.id}/repairs/{TODAY}"
    with database.write() as session:
        repair(session, dinner.id, TODAY, WORDS, member_id=dinner.member_id, now=NOW)
    assert "Thank you for saying so" in buttons(sam.get(path))
    assert "Thank you for saying so" not in buttons(noor.get(path))
    after = thank(sam, dinner, back=path)
    assert after.url.path == path
    assert "Plan something small" in text(after)


def begun(page):
    (link,) = set(re.findall(r'href="(/moments\?[^"]+)"', page.text))
    return unescape(link)


def test_a_moment_can_begin_with_a_thank_you(sam, dinner, says):
    says("kept")
    assert "/moments?" not in sam.get("/").text
    thank(sam, dinner)
    link = begun(sam.get("/"))
    assert parse_qs(urlsplit(link).query) == {"what": ["Something small, to thank Noor"]}
    assert 'value="Something small, to thank Noor"' in sam.get(link).text


def test_a_moment_can_begin_with_a_milestone(sam, noor, dinner, database, clock, says):
    for days in range(3):
        says("kept", now=NOW + days * DAY)
    with database.write() as session:
        celebrating.celebrate(session, now=NOW + 2 * DAY, limit=10)
    clock.at = NOW + 2 * DAY
    pages = set(re.findall(r'href="(/milestones/[0-9a-f-]+)"', noor.get("/").text))
    links = {parse_qs(urlsplit(link).query)["what"][0]: link for link in (begun(noor.get(page)) for page in pages)}
    what = "Something small, for 3 times ‘Home for dinner’"
    assert f'value="{what}"' in noor.get(links[what]).text


def test_a_long_title_makes_no_moment_that_is_too_long(sam, noor, database, couple, desk, clock):
    with database.write() as session:
        promise = make.promise(session, couple.noor, "x" * 120, starts_on=TODAY)
        for days in range(3):
            make.check_in(session, promise, now=NOW + days * DAY)
        celebrating.celebrate(session, now=NOW + 2 * DAY, limit=10)
    clock.at = NOW + 2 * DAY
    for page in set(re.findall(r'href="(/milestones/[0-9a-f-]+)"', sam.get("/").text)):
        assert len(parse_qs(urlsplit(begun(sam.get(page))).query)["what"][0]) <= 120


@pytest.mark.parametrize(
    ("owned_at", "when"),
    [(NOW, "before it was due"), (NOW + 2 * HOUR, "before anybody asked"), (NOW + DAY, "on Saturday, 21 March")],
)
def test_what_was_mended_is_told_in_one_line(sam, noor, dinner, database, clock, says, owned_at, when):
    clock.at = owned_at
    says("missed", now=owned_at, day=TODAY)
    with database.write() as session:
        repair(session, dinner.id, TODAY, WORDS, member_id=dinner.member_id, now=owned_at)
    for days in (1, 2, 3):
        says("kept", now=NOW + days * DAY + HOUR)
    with database.write() as session:
        celebrating.celebrate(session, now=NOW + 4 * DAY, limit=10)
    clock.at = NOW + 3 * DAY + HOUR
    mine, theirs = (text(browser.get(f"/promises/{dinner.id}")) for browser in (noor, sam))
    assert f"did not happen, owned by you {when}, and it held three times since: mended" in mine
    assert f"did not happen, owned by Noor {when}, and it held three times since: mended" in theirs


def test_the_stitch_is_gold_and_both_are_told_once(sam, noor, dinner, database, clock, says):
    says("missed")
    with database.write() as session:
        repair(session, dinner.id, TODAY, WORDS, member_id=dinner.member_id, now=NOW)
    for days in (1, 2, 3):
        says("kept", now=NOW + days * DAY)
    clock.at = NOW + 3 * DAY
    for _ in range(2):
        with database.write() as session:
            celebrating.celebrate(session, now=clock.at, limit=10)
    for browser in (noor, sam):
        page = browser.get("/")
        assert page.text.count("Mended: Home for dinner") == 1
        assert "1 mend" in text(page)
        (link,) = re.findall(r'href="(/milestones/[0-9a-f-]+)">Mended', page.text)
        assert "gold" in browser.get(link).text


def test_an_if_then_stands_on_ones_own_card_while_it_is_about_due(sam, noor, database, couple, clock):
    with database.write() as session:
        make.promise(session, couple.noor, "Pack up", due_time=time(18, 30), cue="the clock says 17:50, I pack up", starts_on=TODAY)
        make.promise(session, couple.noor, "Call", due_time=time(19), cue="When I am on the tram, I call", starts_on=TODAY)
    assert "I pack up" not in noor.get("/").text
    clock.at = NOW + 76 * timedelta(minutes=1)
    assert "When the clock says 17:50, I pack up" in text(noor.get("/"))
    assert "I call" not in noor.get("/").text
    assert "I pack up" not in sam.get("/").text
    clock.at = NOW + 106 * timedelta(minutes=1)
    assert "When I am on the tram, I call" in text(noor.get("/"))
    assert "When When" not in text(noor.get("/"))


def test_an_if_then_is_gone_once_it_is_done(noor, database, couple, clock):
    with database.write() as session:
        packs = make.promise(session, couple.noor, "Pack up", due_time=time(17, 5), cue="the clock says 17:50, I pack up", starts_on=TODAY)
    assert "I pack up" in noor.get("/").text
    with database.write() as session:
        make.check_in(session, packs, now=NOW)
    assert "I pack up" not in noor.get("/").text
