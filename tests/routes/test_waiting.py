"""A week away: everything that waits for a word, answered in one minute."""

from datetime import timedelta

import pytest

from server.actions import settling
from server.store import events, ids
from tests import make
from tests.make import NOW

TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session, now=NOW - 9 * DAY)


@pytest.fixture
def dinner(database, couple):
    """Noor's, of whose last two days nothing was said."""
    with database.write() as session:
        promise = make.promise(session, couple.noor, starts_on=TODAY - 2 * DAY, now=NOW - 3 * DAY)
    for _ in range(3):
        with database.write() as session:
            settling.settle(session, now=NOW, limit=100)
    return promise


@pytest.fixture
def noor(open_client, desk, couple, dinner):
    return make.sign_in(open_client(), desk, couple.noor)


def said(database, dinner):
    with database.read() as session:
        return sorted((one.day, one.kind) for one in events.history(session, dinner.id, since=TODAY - 9 * DAY) if one.day)


def gap(dinner, kind="kept", **more):
    waits = " ".join(f"{dinner.id}/{TODAY - n * DAY}" for n in (2, 1))
    return {"kind": kind, "waits": waits, "id": str(ids.new()), **more}


def test_several_days_are_answered_in_one_tap(noor, database, dinner):
    page = noor.get("/").text
    assert "All of it happened" in page
    assert f"{dinner.id}/{TODAY - DAY}" in page
    after = noor.post("/waiting", data=gap(dinner))
    assert "All of it happened" not in after.text
    assert said(database, dinner) == [(TODAY - 2 * DAY, "kept"), (TODAY - DAY, "kept")]


def test_the_same_tap_twice_is_one(noor, database, dinner):
    body = gap(dinner, "missed")
    assert [noor.post("/waiting", data=body).status_code for _ in range(2)] == [200, 200]
    assert len(said(database, dinner)) == 2


def test_one_day_has_its_own_buttons_alone(noor, database, dinner):
    with database.write() as session:
        make.check_in(session, dinner, day=TODAY - DAY)
    assert "All of it happened" not in noor.get("/").text


def test_what_cannot_take_the_word_stays_and_is_said(noor, database, dinner):
    body = gap(dinner)
    answer = noor.post("/waiting", data=body | {"waits": body["waits"] + f" {ids.new()}/{TODAY - DAY}"})
    assert answer.status_code == 409
    assert "2 of 3 are counted." in answer.text
    assert len(said(database, dinner)) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "excuse"},
        {"kind": ""},
        {"waits": ""},
        {"waits": "nonsense"},
        {"waits": "a/b"},
        {"waits": "x " * 300},
        {"id": "1"},
        {"at": "noon"},
    ],
)
def test_what_cannot_be_read_changes_nothing(noor, database, dinner, changed):
    assert noor.post("/waiting", data=gap(dinner) | changed).status_code == 422
    assert said(database, dinner) == []


def test_it_speaks_for_nobody_else(open_client, desk, database, couple, dinner, noor):
    sam = make.sign_in(open_client(), desk, couple.sam)
    assert "All of it happened" not in sam.get("/").text
    assert sam.post("/waiting", data=gap(dinner, "missed")).status_code == 409
    noor.post("/waiting", data=gap(dinner, by=str(couple.sam.id)))
    assert said(database, dinner) == []
