"""Moments, and moving a promise, by the API."""

from datetime import timedelta
from typing import Any

import pytest

from server.db import Database
from server.store import ids
from server.store.promises import Promise
from tests import make
from tests.make import NOW, Couple
from tests.routes.api.caller import Caller
from tests.routes.api.conftest import Speak

TODAY = NOW.date()
DAY = timedelta(days=1)


def walk(couple: Couple, **parts: Any) -> dict[str, Any]:
    return {"bond": str(couple.bond.id), "what": "A walk", "on_date": str(TODAY + DAY), "at_time": "18:00", **parts}


def test_what_noor_plans_sam_finds_and_calls_off(noor: Caller, sam: Caller, couple: Couple) -> None:
    planned = noor.post("/moments", walk(couple, place="the old bridge"))
    assert planned.status_code == 201
    assert sam.get("/moments").json() == {"moments": [planned.json()]}
    assert sam.send("DELETE", f"/moments/{planned.json()['id']}").status_code == 204
    assert noor.get("/moments").json() == {"moments": []}


def test_a_moment_may_be_any_time_that_day(noor: Caller, couple: Couple) -> None:
    planned = noor.post("/moments", walk(couple, at_time=None)).json()
    assert (planned["at_time"], planned["place"]) == (None, "")


def test_the_same_plan_twice_is_one(noor: Caller, couple: Couple) -> None:
    body = walk(couple, id=str(ids.new()))
    assert noor.post("/moments", body).json() == noor.post("/moments", body).json()
    assert noor.post("/moments", body | {"what": "A swim"}).status_code == 409
    assert len(noor.get("/moments").json()["moments"]) == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"what": " "}, "what"),
        ({"what": "x" * 121}, "what"),
        ({"on_date": "2020-01-01"}, "on_date"),
        ({"at_time": "24:00"}, "at_time"),
        ({"where": "here"}, "where"),
    ],
)
def test_a_plan_that_does_not_hold_changes_nothing(noor: Caller, couple: Couple, changed: dict[str, Any], field: str) -> None:
    answer = noor.post("/moments", walk(couple, **changed))
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert noor.get("/moments").json() == {"moments": []}


def test_a_stranger_plans_nothing_here(speak: Speak, database: Database, noor: Caller, couple: Couple) -> None:
    with database.write() as session:
        eve = make.eve(session)
    stranger, planned = speak(eve), noor.post("/moments", walk(couple)).json()
    assert stranger.post("/moments", walk(couple)).status_code == 404
    assert stranger.send("DELETE", f"/moments/{planned['id']}").status_code == 404
    assert stranger.get("/moments").json() == {"moments": []}


def test_a_day_is_moved_by_the_others_yes(noor: Caller, sam: Caller, promise: Promise) -> None:
    path = f"/promises/{promise.id}/moves/{TODAY}"
    asked = noor.post(path, {"to_on": str(TODAY + 2 * DAY)})
    assert (asked.status_code, asked.json()["agreed"]) == (201, None)
    assert noor.post(f"{path}/answer", {"agrees": True}).status_code == 404
    moved = sam.post(f"{path}/answer", {"agrees": True}).json()
    assert moved["agreed"] is True
    assert noor.get(f"/promises/{moved['new_promise']}").json()["starts_on"] == str(TODAY + 2 * DAY)
    assert sam.post(f"{path}/answer", {"agrees": False}).status_code == 409


def test_who_may_ask(noor: Caller, sam: Caller, speak: Speak, database: Database, promise: Promise) -> None:
    with database.write() as session:
        eve = make.eve(session)
    path, body = f"/promises/{promise.id}/moves/{TODAY}", {"to_on": str(TODAY + 2 * DAY)}
    assert sam.post(path, body).status_code == 403
    assert speak(eve).post(path, body).status_code == 404
    assert noor.post(path, {"to_on": str(TODAY)}).status_code == 422
    assert sam.post(f"{path}/answer", {"agrees": True}).status_code == 404
