"""Before it is due: asking to move it, and a quiet hint to the promiser alone."""

from datetime import time, timedelta

import pytest

from server.store import ids
from tests import make
from tests.make import NOW

TODAY = NOW.date()
DAY = timedelta(days=1)
SUNDAY = TODAY + 2 * DAY


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
def path(dinner):
    return f"/promises/{dinner.id}/moves/{TODAY}"


def test_noor_asks_and_sams_yes_moves_it(noor, sam, path):
    assert "Ask to move it" in noor.get("/").text
    assert "You asked to move it to Sunday 22 March." in noor.post(path, data={"to_on": str(SUNDAY)}).text
    page = sam.get("/").text
    assert "Noor asks to move it to Sunday 22 March." in page
    assert "Yes, move it" in page
    assert "Rather not" in page
    sam.post(f"{path}/answer", data={"answer": "yes"})
    mine = noor.get("/").text
    assert "let go" in mine
    assert "asks to move" not in sam.get("/").text


def test_a_no_leaves_it_where_it_is_and_is_not_asked_again(noor, sam, path):
    noor.post(path, data={"to_on": str(SUNDAY)})
    sam.post(f"{path}/answer", data={"answer": "no"})
    page = noor.get("/").text
    assert "asked to move" not in page
    assert "Ask to move it" not in page
    assert noor.post(path, data={"to_on": str(SUNDAY + DAY)}).status_code == 409


@pytest.mark.parametrize("to_on", ["", "soon", str(TODAY), "9999-12-31"])
def test_a_day_that_does_not_hold_is_refused(noor, sam, path, to_on):
    assert noor.post(path, data={"to_on": to_on}).status_code == 422
    assert "asks to move" not in sam.get("/").text


def test_a_stranger_and_the_other_way_round(open_client, desk, database, noor, sam, path):
    with database.write() as session:
        eve = make.eve(session)
    stranger = make.sign_in(open_client(), desk, eve)
    assert stranger.post(path, data={"to_on": str(SUNDAY)}).status_code == 404
    assert sam.post(path, data={"to_on": str(SUNDAY)}).status_code == 403
    assert sam.post(f"{path}/answer", data={"answer": "yes"}).status_code == 404
    noor.post(path, data={"to_on": str(SUNDAY)})
    assert noor.post(f"{path}/answer", data={"answer": "yes"}).status_code == 404


def test_what_is_hard_lately_is_said_to_its_promiser_alone(database, couple, noor, sam):
    with database.write() as session:
        walk = make.promise(session, couple.noor, "A walk", starts_on=TODAY - 3 * DAY, now=NOW - 3 * DAY)
        for days in (3, 2):
            make.check_in(session, walk, "missed", now=NOW - days * DAY)
    assert "This one has been hard lately." in noor.get("/").text
    assert "hard lately" not in sam.get("/").text


def test_two_at_nearly_the_same_time_are_said_to_their_promiser_alone(database, couple, dinner, noor, sam):
    assert "nearly the same time" not in noor.get("/").text
    with database.write() as session:
        make.promise(session, couple.noor, "Call Mum", starts_on=TODAY, due_time=time(18, 40))
    assert "nearly the same time" in noor.get("/").text
    assert "nearly the same time" not in sam.get("/").text


def test_a_miss_leads_its_promiser_to_putting_it_right(database, dinner, noor, sam):
    with database.write() as session:
        make.check_in(session, dinner, "missed", now=NOW)
    way = f"/promises/{dinner.id}/repairs/{TODAY}"
    assert way in noor.get("/").text
    assert way not in sam.get("/").text


HTMX = {"HX-Request": "true"}


def test_the_answer_to_a_tap_is_its_card(noor, sam, dinner, path):
    asked = noor.post(path, data={"to_on": str(SUNDAY), "kind": "move", "at": NOW.isoformat()}, headers=HTMX)
    assert f'id="card-{dinner.id}-{TODAY}"' in asked.text
    assert "You asked to move it to Sunday 22 March." in asked.text
    answered = sam.post(f"{path}/answer", data={"answer": "yes", "kind": "yes", "at": NOW.isoformat()}, headers=HTMX)
    assert "let go" in answered.text
    assert "<html" not in answered.text


def test_the_same_tap_twice_is_one(noor, sam, path):
    tap = {"to_on": str(SUNDAY), "id": str(ids.new()), "at": NOW.isoformat()}
    assert [noor.post(path, data=tap, headers=HTMX).status_code for _ in range(2)] == [200, 200]
    tap = {"answer": "yes", "id": str(ids.new()), "at": NOW.isoformat()}
    assert [sam.post(f"{path}/answer", data=tap, headers=HTMX).status_code for _ in range(2)] == [200, 200]
    assert sam.get("/promises").text.count("Home for dinner</h3>") == 2


@pytest.mark.parametrize("more", [{"id": "1"}, {"at": "noon"}, {"by": "nobody"}])
def test_what_cannot_be_read_moves_nothing(noor, sam, path, more):
    assert noor.post(path, data={"to_on": str(SUNDAY), **more}).status_code == 422
    assert "asks to move" not in sam.get("/").text


def test_it_waits_for_the_one_who_tapped_it(noor, sam, couple, path):
    asked = noor.post(path, data={"to_on": str(SUNDAY), "by": str(couple.sam.id)}, headers=HTMX)
    assert asked.status_code == 401
    assert "asks to move" not in sam.get("/").text
