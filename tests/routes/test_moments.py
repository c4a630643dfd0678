"""Planning a moment, as both see it."""

from datetime import timedelta

import pytest

from server.store import moments
from tests import make
from tests.make import NOW

TODAY = NOW.date()
DAY = timedelta(days=1)
WALK = {"what": "A walk by the river", "on_date": str(TODAY + DAY), "at_time": "18:00", "place": "the old bridge"}


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def noor(open_client, desk, couple):
    return make.sign_in(open_client(), desk, couple.noor)


@pytest.fixture
def sam(open_client, desk, couple):
    return make.sign_in(open_client(), desk, couple.sam)


def planned(database, couple):
    with database.read() as session:
        return moments.planned(session, [couple.bond.id], since=TODAY)


def test_what_noor_plans_sam_reads_and_may_call_off(noor, sam, database, couple):
    assert noor.post("/moments", data=WALK).status_code == 200
    page = sam.get("/moments").text
    assert "A walk by the river" in page
    assert "Saturday 21 March, 18:00, the old bridge" in page
    (moment,) = planned(database, couple)
    assert "A walk" not in sam.post(f"/moments/{moment.id}/cancel").text


def test_a_moment_may_be_begun_elsewhere(noor):
    assert 'value="Coffee, for thirty in a row"' in noor.get("/moments", params={"what": "Coffee, for thirty in a row"}).text


@pytest.mark.parametrize(
    "changed",
    [{"what": " "}, {"what": "x" * 121}, {"on_date": "soon"}, {"on_date": "2020-01-01"}, {"at_time": "25:00"}, {"place": "x" * 121}],
)
def test_what_does_not_hold_comes_back_with_its_sentence(noor, database, couple, changed):
    answer = noor.post("/moments", data=WALK | changed)
    assert answer.status_code == 422
    assert 'class="problem"' in answer.text
    assert planned(database, couple) == []


def test_somebody_in_no_bond_plans_nothing_here(open_client, desk, database, couple):
    with database.write() as session:
        eve = make.eve(session)
    browser = make.sign_in(open_client(), desk, eve)
    assert "Ask somebody in first." in browser.get("/moments").text
    assert browser.post("/moments", data=WALK).status_code == 404
    assert browser.post("/moments", data=WALK | {"bond": str(couple.bond.id)}).status_code == 404


def test_who_is_in_two_bonds_says_with_whom(noor, database, couple):
    with database.write() as session:
        make.bond(session, couple.noor, make.member(session, "Ada"), kind="friends")
    page = noor.get("/moments").text
    assert "Sam" in page
    assert "Ada" in page
    noor.post("/moments", data=WALK | {"bond": str(couple.bond.id)})
    assert len(planned(database, couple)) == 1


def test_what_is_near_stands_on_today(noor, sam):
    noor.post("/moments", data=WALK)
    noor.post("/moments", data=WALK | {"what": "The sea", "on_date": str(TODAY + 2 * DAY)})
    page = sam.get("/").text
    assert "Tomorrow: A walk by the river, 18:00, the old bridge" in page
    assert "The sea" not in page
