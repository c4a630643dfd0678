"""Two who saw a day differently: both words side by side, nobody who judges, and seven days in which nothing has to be done."""

import re
from datetime import timedelta
from html import unescape

import pytest

from server.actions import letting_go
from server.store import ids
from tests import make
from tests.make import NOW
from tests.routes.api.caller import ROOT

TODAY = NOW.date()
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def dinner(database, couple):
    """Noor says that she kept it, Sam saw it differently."""
    with database.write() as session:
        promise = make.promise(session, couple.noor, starts_on=TODAY)
        make.check_in(session, promise, now=NOW - 7 * MINUTE, at=NOW - 7 * MINUTE)
        make.check_in(session, promise, "differs", by=couple.sam, now=NOW)
    return promise


@pytest.fixture
def noor(open_client, desk, couple):
    return make.sign_in(open_client(), desk, couple.noor)


@pytest.fixture
def sam(open_client, desk, couple):
    return make.sign_in(open_client(), desk, couple.sam)


@pytest.fixture
def path(dinner):
    return f"/promises/{dinner.id}/differences/{TODAY}"


def text(page):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.text)))


def sides(page):
    return re.findall(r'<section class="panel">', page.text)


def kinds(page):
    return re.findall(r'name="kind" value="(\w+)"', page.text)


def end(browser, dinner, kind, back):
    return browser.post(f"/promises/{dinner.id}/check-ins", data={"kind": kind, "day": str(TODAY), "id": str(ids.new()), "back": back})


def test_both_words_stand_side_by_side_and_nobody_judges(noor, sam, path):
    mine, theirs = text(noor.get(path)), text(sam.get(path))
    assert "You It was kept on time. Said at 16:53." in mine
    assert "Sam It was otherwise. Said today." in mine
    assert "Noor It was kept on time." in theirs
    assert "You It was otherwise. Said today." in theirs
    assert all("nobody judges between them" in one for one in (mine, theirs))
    assert len(sides(noor.get(path))) == len(sides(sam.get(path))) == 2


def test_the_other_sees_the_day_and_never_the_minute(noor, sam, path):
    assert "16:53" not in sam.get(path).text
    assert "17:00" not in noor.get(path).text


def test_it_falls_away_by_itself_which_is_said_plainly(noor, sam, clock, path):
    assert "On Friday 27 March it falls away by itself, and what you said stands." in text(noor.get(path))
    assert "On Friday 27 March it falls away by itself, and what Noor said stands." in text(sam.get(path))
    clock.at = NOW + 7 * DAY
    assert "It fell away by itself on Friday 27 March: what Noor said stands." in text(sam.get(path))
    assert kinds(noor.get(path)) == kinds(sam.get(path)) == []


def test_each_has_their_own_way_to_end_it(noor, sam, path):
    assert (kinds(noor.get(path)), kinds(sam.get(path))) == (["agree_missed"], ["withdraw"])


def test_agreeing_is_a_correction_that_is_thanked(noor, sam, dinner, path):
    answer = end(noor, dinner, "agree_missed", path)
    assert answer.url.path == path
    assert "You agreed that it was missed. Thank you for putting that right." in text(answer)
    assert f"/promises/{dinner.id}/repairs/{TODAY}" in answer.text
    assert "You put that right yourself. Thank you." in text(noor.get("/"))
    assert "Noor agreed that it was missed, and put that right." in text(sam.get(path))
    thanked = end(sam, dinner, "seen", path)
    assert "Thank you for saying so" not in thanked.text
    assert "Add a line" in thanked.text


def test_leaving_it_does_not_say_who_was_right(noor, sam, dinner, path):
    assert "It was left as it is: what Noor said stands." in text(end(sam, dinner, "withdraw", path))
    assert "It was left as it is: what you said stands." in text(noor.get(path))
    assert "kept, said at 16:53, seen differently, and left as it is" in text(noor.get(f"/promises/{dinner.id}"))


def test_the_way_there_is_on_today_and_in_the_history(noor, sam, dinner, path):
    for browser in (noor, sam):
        assert path in browser.get("/").text
        assert browser.get(f"/promises/{dinner.id}").text.count(path) == 2


def test_a_history_says_that_it_was_agreed_on(noor, sam, dinner, path):
    end(noor, dinner, "agree_missed", path)
    for browser in (noor, sam):
        assert "seen differently at first, and agreed on" in text(browser.get(f"/promises/{dinner.id}"))


def test_the_day_after_one_may_still_say_that_one_saw_it_differently(sam, noor, database, couple, clock):
    with database.write() as session:
        walk = make.promise(session, couple.noor, "A walk", due_time=None, starts_on=TODAY)
        make.check_in(session, walk, now=NOW)
    clock.at = NOW + DAY
    page = sam.get(f"/promises/{walk.id}").text
    assert "I saw it differently" in page
    assert "I saw it differently" not in noor.get(f"/promises/{walk.id}").text
    end(sam, walk, "differs", f"/promises/{walk.id}")
    assert "It was kept." in text(sam.get(f"/promises/{walk.id}/differences/{TODAY}"))


def test_where_nothing_was_seen_differently_there_is_no_page(noor, database, couple, dinner):
    with database.write() as session:
        walk = make.promise(session, couple.noor, "A walk", starts_on=TODAY)
        make.check_in(session, walk, now=NOW)
    assert noor.get(f"/promises/{walk.id}/differences/{TODAY}").status_code == 404
    assert noor.get(f"/promises/{dinner.id}/differences/{TODAY + DAY}").status_code == 404


def test_a_stranger_finds_nothing(open_client, desk, database, path):
    with database.write() as session:
        eve = make.eve(session)
    stranger = make.sign_in(open_client(), desk, eve)
    assert stranger.get(path).status_code == stranger.get(f"{ROOT}{path}").status_code == 404
    assert open_client().get(f"{ROOT}{path}").status_code == 401


def test_what_both_let_go_is_no_difference_any_more(noor, database, couple, dinner, path):
    with database.write() as session:
        letting_go.propose(session, dinner.id, TODAY, member_id=couple.sam.id, now=NOW)
        letting_go.agree(session, dinner.id, TODAY, member_id=couple.noor.id, now=NOW)
    assert noor.get(path).status_code == noor.get(f"{ROOT}{path}").status_code == 404


def test_the_api_says_the_same_and_no_minute(noor, sam, couple, dinner, path):
    told = {
        "promise": str(dinner.id),
        "day": str(TODAY),
        "by": str(couple.noor.id),
        "said": "kept",
        "seen_by": [str(couple.sam.id)],
        "standing": "open",
        "falls_on": "2026-03-27",
    }
    assert [browser.get(f"{ROOT}{path}").json() for browser in (noor, sam)] == [told, told]
    end(noor, dinner, "agree_missed", path)
    assert sam.get(f"{ROOT}{path}").json() == told | {"standing": "agreed"}


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/"])
def test_the_way_back_leads_nowhere_else(noor, dinner, back):
    answer = noor.post(
        f"/promises/{dinner.id}/check-ins",
        data={"kind": "agree_missed", "day": str(TODAY), "back": back},
        follow_redirects=False,
    )
    assert answer.headers["location"] == "/"
