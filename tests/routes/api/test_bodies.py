"""What is sent is read strictly, and what cannot be read leaves no trace."""

import json

import pytest

from server.db import Database
from server.store.promises import Promise
from tests.make import Couple
from tests.routes.api.caller import Caller, check_in, count

WRONG = [
    ("id", 1),
    ("id", "not-an-id"),
    ("id", None),
    ("promise", []),
    ("kind", "KEPT"),
    ("kind", 3),
    ("at", 1774022400),
    ("at", "1774022400"),
    ("at", "2026-03-20T16:00:00"),
    ("at", "yesterday"),
    ("at", None),
    ("day", 20260320),
    ("day", "2026-02-30"),
    ("to", {}),
    ("target", "x"),
    ("line", 5),
    ("by", "somebody"),
]
UNREADABLE = {
    "nothing": (b"", 422),
    "a torn object": (b"{", 400),
    "no text": (b"\xff\xfe", 400),
    "half a letter": (b'"\\ud800"', 400),
    "null": (b"null", 422),
    "a list": (b"[]", 422),
    "a word": (b'"kept"', 422),
    "a pit": (b"[" * 60_000, 422),
    "ten megabytes": (b" " * 10_000_000, 413),
}


def test_a_wrong_value_names_its_field(noor: Caller, promise: Promise, database: Database) -> None:
    before = count(database)
    answers = [(field, noor.post("/check-ins", {**check_in(promise), field: value})) for field, value in WRONG]
    assert [(one.status_code, one.json()["field"]) for _, one in answers] == [(422, field) for field, _ in answers]
    assert count(database) == before


def test_a_missing_value_names_its_field(noor: Caller, promise: Promise) -> None:
    body = check_in(promise)
    answers = [noor.post("/check-ins", {name: body[name] for name in body if name != field}) for field in body]
    assert [(one.status_code, one.json()["field"]) for one in answers] == [(422, field) for field in body]


@pytest.mark.parametrize("path", ["/check-ins", "/check-ins/batch", "/promises"])
def test_what_cannot_be_read_is_refused(noor: Caller, database: Database, path: str) -> None:
    before = count(database)
    answers = {what: noor.raw(path, content) for what, (content, _) in UNREADABLE.items()}
    statuses = {what: status for what, (_, status) in UNREADABLE.items()}
    assert {what: one.status_code for what, one in answers.items()} == statuses
    assert {what: one.json()["status"] for what, one in answers.items()} == statuses
    assert count(database) == before


def test_letters_that_are_none_are_refused(noor: Caller) -> None:
    assert noor.raw("/check-ins", b'{"line":"\xff"}').status_code == 400


def test_a_batch_as_deep_as_a_pit_is_refused(noor: Caller) -> None:
    assert noor.raw("/check-ins/batch", b'{"check_ins":' + b"[" * 60_000).status_code == 400


def test_only_json_is_read(noor: Caller, promise: Promise) -> None:
    content, others = (
        json.dumps(check_in(promise)).encode(),
        ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"),
    )
    answers = [noor.raw("/check-ins", content, media_type) for media_type in others]
    assert {(one.status_code, one.json()["status"]) for one in answers} == {(415, 415)}


def test_json_may_name_its_letters(noor: Caller, promise: Promise) -> None:
    content = json.dumps(check_in(promise)).encode()
    assert noor.raw("/check-ins", content, "application/json; charset=utf-8").status_code == 201


def test_another_method_is_told_which_there_are(noor: Caller, couple: Couple) -> None:
    answer = noor.get("/check-ins")
    assert (answer.status_code, answer.json()["status"]) == (405, 405)
    assert "POST" in answer.headers["allow"]


def test_whoever_asks_is_told_the_methods(noor: Caller) -> None:
    answer = noor.send("OPTIONS", "/check-ins")
    assert (answer.status_code, answer.headers["allow"]) == (204, "OPTIONS, POST")


def test_an_address_that_is_none_is_not_found(noor: Caller) -> None:
    answers = [noor.get(path) for path in ("/nothing", "/promises/x", "/promises/1/occurrences", "/weeks/soon")]
    assert {(one.status_code, one.json()["status"]) for one in answers} == {(404, 404)}


def test_sixty_four_kibibytes_are_the_most_that_is_taken(noor: Caller, promise: Promise) -> None:
    content = json.dumps(check_in(promise)).encode()
    answers = [noor.raw("/check-ins", content.ljust(size)) for size in (64 * 1024, 64 * 1024 + 1)]
    assert [one.status_code for one in answers] == [201, 413]
