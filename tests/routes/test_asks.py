"""What members ask of each other, as each sees it."""

import re
from datetime import timedelta
from html import unescape

import pytest

from server.store import asks, ids
from tests import make
from tests.make import NOW

WISH = "Text before you leave"


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


@pytest.fixture
def asked(noor, database, couple):
    """Noor asks Sam for something."""
    assert noor.post("/asks", data={"ask": WISH}).status_code == 200
    return open_of(database, couple.sam)[0]


def open_of(database, member):
    with database.read() as session:
        return [one for one in asks.of_member(session, member.id, since=NOW) if one.is_open]


def text(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def test_the_asked_one_is_told_quietly_and_answers_with_equal_buttons(noor, sam, asked):
    for path in ("/promises", "/week"):
        assert f"Noor asks: {WISH} Answer it" in text(sam.get(path))
        assert "asks:" not in text(noor.get(path))
    page = sam.get("/asks").text
    looks = re.findall(r'<(?:a|button|summary) class="(\w+)"[^>]*>(Make it a promise|Something else|Rather not)', page)
    assert looks == [("pill", "Make it a promise"), ("pill", "Something else"), ("pill", "Something else"), ("pill", "Rather not")]


def test_a_no_needs_no_reason_and_is_not_asked_again(noor, sam, asked):
    assert "You would rather not." in text(sam.post(f"/asks/{asked.id}/decline"))
    assert "Noor asks:" not in text(sam.get("/promises"))
    assert "Sam would rather not." in text(noor.get("/asks"))
    assert sam.post(f"/asks/{asked.id}/counter", data={"counter": "Later"}).status_code == 409


def test_another_offer_can_still_become_a_promise(noor, sam, asked):
    sam.post(f"/asks/{asked.id}/counter", data={"counter": "A text on Fridays"})
    assert "Sam could do instead: A text on Fridays" in text(noor.get("/asks"))
    assert "Noor asks:" not in text(sam.get("/promises"))
    assert 'value="A text on Fridays"' in sam.get(f"/promises/new?ask={asked.id}").text


def test_an_offer_without_words_comes_back_with_its_sentence(sam, asked, database, couple):
    answer = sam.post(f"/asks/{asked.id}/counter", data={"counter": " "})
    assert (answer.status_code, "A few words, please." in text(answer)) == (422, True)
    assert open_of(database, couple.sam) == [asked]


def test_a_promise_that_does_not_hold_keeps_what_it_answers(sam, asked, couple):
    answer = sam.post("/promises", data={"ask": str(asked.id), "title": "", "starts_on": "2026-03-20", "audience": str(couple.bond.id)})
    assert answer.status_code == 422
    assert f'name="ask" value="{asked.id}"' in answer.text


def test_who_asked_may_take_it_back(noor, sam, asked, database, couple):
    noor.post(f"/asks/{asked.id}/take-back")
    assert WISH not in text(sam.get("/asks"))
    assert open_of(database, couple.sam) == []


def test_what_was_answered_goes_after_a_while_and_what_is_open_stays(noor, sam, asked, clock):
    noor.post("/asks", data={"ask": "Sing"})
    sam.post(f"/asks/{asked.id}/decline")
    clock.at = NOW + timedelta(days=15)
    page = text(noor.get("/asks"))
    assert (WISH in page, "Sing" in page) == (False, True)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"ask": " "}, "A few words"),
        ({"ask": "x" * 121}, "Up to 120"),
        ({"ask": "Sing", "to": str(ids.new())}, "Of whom"),
        ({"id": "x"}, "id"),
    ],
    ids=["words", "length", "whom", "id"],
)
def test_what_does_not_hold_is_not_asked(noor, database, couple, data, sentence):
    answer = noor.post("/asks", data={"ask": "Sing"} | data)
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert open_of(database, couple.sam) == []


def test_an_ask_that_is_sent_twice_is_one(noor, database, couple):
    sent = {"ask": WISH, "id": str(ids.new())}
    for _ in range(2):
        noor.post("/asks", data=sent)
    assert len(open_of(database, couple.sam)) == 1


def test_a_stranger_finds_nothing_of_it(asked, open_client, desk, database):
    with database.write() as session:
        eve, dan = make.eve(session), make.other_couple(session).dan
    for one in (eve, dan):
        browser = make.sign_in(open_client(), desk, one)
        assert WISH not in browser.get("/asks").text
        assert browser.get(f"/promises/new?ask={asked.id}").status_code == 404
        assert {
            browser.post(f"/asks/{asked.id}/{act}", data={"counter": "x"}).status_code for act in ("decline", "counter", "take-back")
        } == {404}
    alone = make.sign_in(open_client(), desk, eve)
    assert "Ask somebody in first." in text(alone.get("/asks"))
    assert alone.post("/asks", data={"ask": "Sing"}).status_code == 404
