"""Owning a miss in words, by the API."""

from typing import Any

import pytest

from server.db import Database
from server.store import ids
from server.store.promises import Promise
from tests import make
from tests.make import NOW, Couple
from tests.routes.api.caller import Caller, count
from tests.routes.api.conftest import Speak

WORDS = {"did": "I stayed.", "landed": "You waited.", "mine": "It was mine.", "right": "I cook.", "prevent": "I set an alarm."}


@pytest.fixture
def path(promise: Promise, database: Database) -> str:
    """Noor's promise, missed today."""
    with database.write() as session:
        make.check_in(session, promise, "missed", now=NOW)
    return f"/promises/{promise.id}/repairs/{NOW.date()}"


def test_what_noor_sends_sam_reads_and_answers(noor: Caller, sam: Caller, couple: Couple, path: str) -> None:
    sent = noor.post(path, WORDS | {"new_promise": "Text before six"})
    assert sent.status_code == 201
    assert sent.json()["words"] == WORDS | {"reason": ""}
    assert noor.get(f"/promises/{sent.json()['new_promise']}").json()["title"] == "Text before six"
    answered = sam.post(f"{path}/words", {"word": "not_yet"})
    assert answered.json()["answers"] == [{"by": str(couple.sam.id), "answer": "not_yet"}]
    assert noor.get(path).json() == sam.get(path).json() == answered.json()


def test_words_for_the_ear_are_their_writers_alone(noor: Caller, sam: Caller, path: str) -> None:
    assert noor.post(path, WORDS | {"way": "in_person"}).json()["words"]
    assert sam.get(path).status_code == 404
    noor.post(f"{path}/words", {"word": "told"})
    assert (sam.get(path).json()["words"], sam.get(path).json()["told"]) == (None, True)


def test_after_sorry_alone_the_other_sees_no_more_than_that(noor: Caller, sam: Caller, path: str) -> None:
    noor.post(f"{path}/words", {"word": "sorry"})
    noor.post(path, WORDS | {"way": "in_person", "new_promise": "Text before six"})
    seen = sam.get(path).json()
    assert (seen["said_sorry"], seen["way"], seen["words"], seen["new_promise"]) == (True, None, None, None)


def test_the_same_id_again_is_the_same_repair(noor: Caller, database: Database, path: str) -> None:
    body = WORDS | {"id": str(ids.new()), "new_promise": "Text before six"}
    first, before = noor.post(path, body).json(), count(database)
    assert noor.post(path, body).json() == first
    assert count(database) == before
    assert noor.post(path, body | {"did": "I forgot."}).status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "prevent"),
        (WORDS | {"prevent": " "}, "prevent"),
        (WORDS | {"did": "x" * 4001}, "did"),
        (WORDS | {"way": "pigeon"}, "way"),
        (WORDS | {"new_promise": "x" * 121}, "new_promise"),
        (WORDS | {"forgive": True}, "forgive"),
    ],
)
def test_what_does_not_hold_is_refused_and_changes_nothing(
    noor: Caller, database: Database, path: str, body: dict[str, Any], field: str
) -> None:
    before = count(database)
    answer = noor.post(path, body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert count(database) == before


def test_it_is_nobody_elses(noor: Caller, speak: Speak, database: Database, path: str) -> None:
    noor.post(path, WORDS)
    with database.write() as session:
        eve = make.eve(session)
    stranger, before = speak(eve), count(database)
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, WORDS).status_code == 404
    assert stranger.post(f"{path}/words", {"word": "heard"}).status_code == 404
    assert count(database) == before


def test_who_may_say_what(noor: Caller, sam: Caller, path: str) -> None:
    assert sam.post(path, WORDS).status_code == 403
    assert sam.post(f"{path}/words", {"word": "sorry"}).status_code == 403
    assert noor.post(f"{path}/words", {"word": "told"}).status_code == 409
    noor.post(path, WORDS)
    assert noor.post(f"{path}/words", {"word": "accepted"}).status_code == 404
    assert noor.post(f"{path}/words", {"word": "forgiven"}).status_code == 422
