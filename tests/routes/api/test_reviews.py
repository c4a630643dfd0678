"""A week gone through together, and asks, by the API."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from server.actions import bonds as bonding
from server.actions import summaries
from server.clock import StandingClock
from server.db import Database
from server.domain.reviews import STEPS
from server.store import ids
from server.store.promises import Promise
from tests import make
from tests.make import NOW, Couple
from tests.routes.api.caller import Caller
from tests.routes.api.conftest import Speak

SUNDAY = datetime(2026, 3, 22, 17, tzinfo=UTC)
TO_ON = date(2026, 3, 22)


@pytest.fixture
def path(database: Database, clock: StandingClock, couple: Couple, promise: Promise) -> str:
    """Where the review of the first week is."""
    clock.at = SUNDAY
    with database.write() as session:
        summaries.summarise(session, now=SUNDAY, limit=10)
    return f"/bonds/{couple.bond.id}/reviews/{TO_ON}"


@pytest.fixture
def begun(path: str, noor: Caller, sam: Caller) -> str:
    for one in (noor, sam):
        assert one.post(path, {}).status_code == 200
    return path


def test_it_begins_moves_on_and_is_closed_by_both(begun: str, noor: Caller, sam: Caller, couple: Couple) -> None:
    assert noor.get(begun).json()["here"] == sorted(str(one.id) for one in (couple.noor, couple.sam))
    for step in STEPS:
        first = noor.post(f"{begun}/next", {"step": step.value}).json()
        assert (first["step"], first["ready"]) == (step.value, [str(couple.noor.id)])
        found = sam.post(f"{begun}/next", {"step": step.value}).json()
    assert (found["closed"], found["here"], found["ready"]) == (True, [], [])
    assert noor.post(begun, {}).status_code == 409


def test_next_is_taken_back_and_it_rests_and_somebody_stays_here(begun: str, noor: Caller, sam: Caller, clock: StandingClock) -> None:
    noor.post(f"{begun}/next", {"step": "thanks"})
    assert noor.post(f"{begun}/next", {"step": "thanks", "ready": False}).json()["ready"] == []
    assert sam.post(f"{begun}/pause", {"rests": True}).json()["paused"] is True
    assert noor.post(f"{begun}/next", {"step": "thanks"}).status_code == 409
    assert sam.post(f"{begun}/pause", {"rests": False}).json()["paused"] is False
    for _ in range(20):
        clock.at += timedelta(seconds=30)
        found = noor.send("POST", f"{begun}/here").json()
    assert (found["so_far"], len(found["here"])) == (10, 1)


def test_what_is_said_and_decided_in_it(begun: str, noor: Caller, sam: Caller, promise: Promise) -> None:
    said = {"kind": "thanks", "text": "You called.", "id": str(ids.new())}
    for _ in range(2):
        noor.post(f"{begun}/lines", said)
    decided = {"promise": str(promise.id), "decision": "adjust", "changes": {"due_time": "18:45"}}
    assert noor.post(f"{begun}/decisions", decided).status_code == 200
    assert noor.get(f"/promises/{promise.id}").json()["later_terms"]["due_time"] == "18:45"
    found = sam.post(f"{begun}/moments", {"what": "The lake", "on_date": "2026-03-28", "at_time": "10:00"}).json()
    assert [(one["kind"], one["text"], one["from_on"]) for one in found["lines"]] == [
        ("thanks", "You called.", None),
        ("adjust", "", "2026-03-23"),
        ("moment", "The lake", None),
    ]
    assert [one["what"] for one in noor.get("/moments").json()["moments"]] == ["The lake"]
    assert sam.post(f"{begun}/decisions", decided).status_code == 403


@pytest.mark.parametrize(
    ("more", "body"),
    [
        ("", {"minutes": 20}),
        ("/next", {"step": "lunch"}),
        ("/lines", {"kind": "keep", "text": "x"}),
        ("/lines", {"kind": "thanks", "text": ""}),
        ("/pause", {}),
    ],
    ids=["length", "step", "kind", "words", "rest"],
)
def test_what_does_not_hold_changes_nothing(begun: str, noor: Caller, more: str, body: dict[str, Any]) -> None:
    before = noor.get(begun).json()
    assert noor.post(begun + more, body).status_code == 422
    assert noor.get(begun).json() == before


def test_strangers_and_who_has_left_find_nothing(begun: str, sam: Caller, speak: Speak, database: Database, couple: Couple) -> None:
    with database.write() as session:
        eve = make.eve(session)
        bonding.leave(session, couple.bond.id, member_id=couple.sam.id, now=SUNDAY)
    bodies: dict[str, Any] = {
        "": {},
        "/here": None,
        "/next": {"step": "thanks"},
        "/pause": {"rests": True},
        "/lines": {"kind": "thanks", "text": "x"},
        "/decisions": {"promise": str(couple.bond.id), "decision": "keep"},
        "/moments": {"what": "x", "on_date": "2026-03-28"},
    }
    for one in (sam, speak(eve)):
        assert one.get(begun).status_code == 404
        assert {more: one.send("POST", begun + more, body).status_code for more, body in bodies.items()} == dict.fromkeys(bodies, 404)


def test_a_review_that_nobody_began_is_not_there(path: str, noor: Caller) -> None:
    assert noor.get(path).status_code == 404
    assert noor.send("POST", f"{path}/here").status_code == 404


def ask(couple: Couple, **parts: Any) -> dict[str, Any]:
    return {"bond": str(couple.bond.id), "to": str(couple.sam.id), "text": "Text before you leave", **parts}


def test_an_ask_becomes_a_promise_only_by_the_asked_one(noor: Caller, sam: Caller, couple: Couple) -> None:
    asked = noor.post("/asks", ask(couple)).json()
    assert sam.get("/asks").json() == {"asks": [asked]}
    promise = {"title": "Text when leaving", "area": "care", "rule": "FREQ=DAILY", "bond": str(couple.bond.id)}
    accepts = {"answer": "accepted", "promise": promise}
    assert noor.post(f"/asks/{asked['id']}/answer", accepts).status_code == 404
    assert sam.post(f"/asks/{asked['id']}/answer", {"answer": "accepted"}).status_code == 422
    countered = sam.post(f"/asks/{asked['id']}/answer", {"answer": "countered", "counter": "On Fridays"}).json()
    assert (countered["answer"], countered["counter"]) == ("countered", "On Fridays")
    answered = sam.post(f"/asks/{asked['id']}/answer", accepts).json()
    assert noor.get(f"/promises/{answered['promise']}").json()["title"] == "Text when leaving"
    assert sam.post(f"/asks/{asked['id']}/answer", {"answer": "declined"}).status_code == 409


def test_an_ask_is_declined_or_taken_back(noor: Caller, sam: Caller, couple: Couple) -> None:
    first, second = (noor.post("/asks", ask(couple)).json()["id"] for _ in range(2))
    assert sam.post(f"/asks/{first}/answer", {"answer": "declined"}).json()["answer"] == "declined"
    assert sam.send("DELETE", f"/asks/{second}").status_code == 404
    assert noor.send("DELETE", f"/asks/{second}").status_code == 204
    assert {one["answer"] for one in sam.get("/asks").json()["asks"]} == {"declined", "taken_back"}


def test_one_ask_each_in_a_review(begun: str, noor: Caller, couple: Couple) -> None:
    assert noor.post("/asks", ask(couple, review=str(TO_ON))).status_code == 201
    assert noor.post("/asks", ask(couple, review=str(TO_ON))).status_code == 409


def test_a_stranger_asks_nothing_here(noor: Caller, speak: Speak, database: Database, couple: Couple) -> None:
    with database.write() as session:
        eve = make.eve(session, now=NOW)
    asked = noor.post("/asks", ask(couple)).json()["id"]
    stranger = speak(eve)
    assert stranger.post("/asks", ask(couple)).status_code == 404
    assert stranger.post(f"/asks/{asked}/answer", {"answer": "declined"}).status_code == 404
    assert stranger.send("DELETE", f"/asks/{asked}").status_code == 404
    assert stranger.get("/asks").json() == {"asks": []}
