"""The plan on one page, and the list of every week."""

import html
import re
from datetime import time, timedelta

import pytest

from server.actions import letting_go, moments, moving, promises, repairs, summaries
from server.domain.repairs import Giving, Repair, Way
from server.store import asks, ids
from server.store.asks import Ask
from server.store.moments import Moment
from server.store.promises import Pause
from tests import make
from tests.make import NOW

TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def open_as(open_client, desk):
    return lambda member: make.sign_in(open_client(), desk, member)


def read(browser, path="/plan"):
    """The words of a page, in order, in one line."""
    answer = browser.get(path)
    assert answer.status_code == 200
    main = re.findall(r"(?s)<main.*</main>", answer.text)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_it_says_who_said_what_when_and_what_done_looks_like(database, couple, open_as):
    with database.write() as session:
        make.promise(session, couple.noor, "Home for dinner", done_when="At the table", cue="When I leave, I write")
        walk = make.promise(session, couple.sam, "Walk", due_time=None)
        promises.pause(session, Pause(TODAY, TODAY + 3 * DAY, promise_id=walk.id), member_id=couple.sam.id, now=NOW)
        make.promise(session, couple.noor, "Only mine", personal=True)
        ended = make.promise(session, couple.noor, "Long ended")
        promises.release(session, ended.id, member_id=couple.noor.id, now=NOW - 2 * DAY)
    expected = (
        "N Noor Home for dinner every day by 18:30 Done looks like: At the table When I leave, I write "
        "S Sam Walk every day rests until 23 March Print it"
    )
    assert read(open_as(couple.noor)) == read(open_as(couple.sam)) == expected


@pytest.mark.parametrize("way", list(Way))
def test_what_is_being_put_right_is_said_once_it_has_reached_the_other(database, couple, open_as, way):
    with database.write() as session:
        dinner = make.promise(session, couple.noor)
        make.check_in(session, dinner, "missed")
        given = Giving(way=way, new_promise="Keys in the bowl")
        repairs.repair(session, dinner.id, TODAY, Repair(prevent="Keys"), member_id=couple.noor.id, now=NOW, given=given)
    noor, sam = open_as(couple.noor), open_as(couple.sam)
    grown = "Being put right Keys in the bowl every day Noor, grown from ‘Home for dinner’"
    assert grown in read(noor)
    assert (grown in read(sam)) is (way is Way.SENT)
    assert "Keys in the bowl" in read(sam)
    with database.write() as session:
        letting_go.propose(session, dinner.id, TODAY, member_id=couple.noor.id, now=NOW)
        letting_go.agree(session, dinner.id, TODAY, member_id=couple.sam.id, now=NOW)
    assert "grown from" not in read(noor) + read(sam)
    assert "Keys in the bowl" in read(noor)


def test_moments_and_what_is_asked_stand_on_it(database, couple, open_as):
    with database.write() as session:
        dinner = make.promise(session, couple.noor)
        moments.plan(
            session, Moment(ids.new(), couple.bond.id, couple.sam.id, "The lake", "north shore", TODAY + DAY, time(9), NOW), now=NOW
        )
        moving.ask(session, dinner.id, TODAY, TODAY + 2 * DAY, member_id=couple.noor.id, now=NOW)
        asks.put(session, Ask(ids.new(), couple.bond.id, couple.noor.id, couple.sam.id, "Water the plants", NOW))
    found = read(open_as(couple.sam))
    assert "Moments The lake, Saturday 21 March, 09:00, north shore" in found
    assert "Noor asks to move ‘Home for dinner’ from Friday 20 March to Sunday 22 March" in found
    assert "Noor asks Sam: Water the plants" in found
    with database.write() as session:
        make.check_in(session, dinner)
    assert "asks to move" not in read(open_as(couple.sam))


def test_a_bond_of_others_is_not_found_and_alone_it_says_what_it_waits_for(database, couple, open_as):
    with database.write() as session:
        others, eve = make.other_couple(session), make.eve(session)
    noor, stranger = open_as(couple.noor), open_as(eve)
    for path in ("/plan", "/weeks"):
        assert noor.get(f"{path}?bond={others.bond.id}").status_code == 404
    assert "when there are two of you" in read(stranger)
    assert "still to come" in read(stranger, "/weeks")
    assert "still to come" in read(noor, "/weeks")


def test_every_week_is_in_the_list_however_long_ago(database, couple, open_as, clock):
    clock.at = NOW + timedelta(weeks=70)
    with database.write() as session:
        for week in range(1, 71):
            summaries.summarise(session, now=NOW + timedelta(weeks=week), limit=10)
    page = open_as(couple.noor).get("/weeks").text
    links = re.findall(r'href="(/weeks/[\d-]+)">([^<]+)<', page)
    assert len(links) == 70
    assert links == sorted(links, key=lambda one: one[0], reverse=True)
    assert re.findall(r"<h2>(\d{4})</h2>", page) == ["2027", "2026"]
    assert open_as(couple.noor).get(links[-1][0]).status_code == 200
