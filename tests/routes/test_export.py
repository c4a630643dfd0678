"""The file with one's own things: who gets it, how it comes, and what of another never stands in it."""

import json
from datetime import timedelta

import pytest

from server.store import bonds
from tests import make
from tests.phone import Phone

MINUTE = timedelta(minutes=1)
PAGE, FILE, API = "/export", "/export/file", "/api/v1/export"


@pytest.fixture
def couple(database) -> make.Couple:
    with database.write() as session:
        couple = make.couple(session)
        make.check_in(session, make.promise(session, couple.noor, "Home for dinner"))
        walk = make.promise(session, couple.sam, "Spaziergang")
        make.check_in(session, walk)
        make.check_in(session, walk, "seen", by=couple.noor, line="It was lovely")
    return couple


@pytest.fixture
def noor(client, desk, couple) -> Phone:
    return Phone(make.sign_in(client, desk, couple.noor))


def test_her_own_page_leads_to_it(noor):
    assert 'href="/export"' in noor.get("/me").text
    assert 'href="/export/file"' in noor.get(PAGE).text


def test_it_comes_as_a_file_with_her_things_and_no_cache_keeps_it(noor):
    answer = noor.get(FILE)
    assert answer.headers["content-disposition"] == 'attachment; filename="weft-2026-03-20.json"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"].startswith("application/json")
    found = json.loads(answer.text)
    assert (found["version"], found["profile"]["name"]) == (1, "Noor")
    assert [one["title"] for one in found["promises"]] == ["Home for dinner"]
    assert [one["line"] for one in found["check_ins"] if one["kind"] == "seen"] == ["It was lovely"]


def test_the_api_gives_the_same(noor):
    answer = noor.get(API)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json() == json.loads(noor.get(FILE).text)


def test_sams_words_are_not_in_it_nor_hers_in_his(noor, open_client, desk, couple):
    sam = Phone(make.sign_in(open_client(), desk, couple.sam))
    assert "Spaziergang" not in noor.get(FILE).text
    assert "Spaziergang" in sam.get(FILE).text
    assert "lovely" not in sam.get(FILE).text


@pytest.mark.parametrize("path", [PAGE, FILE])
def test_nobody_gets_it_before_signing_in(open_client, path):
    answer = Phone(open_client()).get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/export")


@pytest.mark.parametrize("path", [PAGE, FILE])
def test_it_takes_a_passkey_that_was_shown_a_moment_ago_and_leads_back_to_its_page(noor, clock, path):
    clock.at += 9 * MINUTE
    assert noor.get(path).status_code == 200
    clock.at += MINUTE
    assert noor.get(path).headers["location"] == "/sign-in?next=/export&again=1"


def test_in_the_api_it_takes_that_too(noor, clock):
    clock.at += 10 * MINUTE
    answer = noor.get(API)
    assert (answer.status_code, answer.json()["detail"]) == (401, "Please show your passkey once more.")


@pytest.mark.parametrize("scope", ["read", "write"])
def test_no_token_gets_it(open_client, database, couple, scope):
    with database.write() as session:
        token = make.token(session, couple.noor, scope=scope)
    answer = open_client().get(API, headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, "Home for dinner" in answer.text) == (401, False)


def test_who_has_left_and_who_never_was_there_find_nothing_of_the_others(noor, open_client, desk, database, couple):
    with database.write() as session:
        eve = make.eve(session)
    noor.post("/us/leave")
    with database.read() as session:
        assert bonds.of_member(session, couple.noor.id) == []
    for phone in (noor, Phone(make.sign_in(open_client(), desk, eve))):
        text = phone.get(FILE).text
        assert "Sam" not in text
        assert json.loads(text)["kept_by_others"] == []
