"""Promises by the API."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from server.clock import StandingClock
from server.db import Database
from server.store import ids, members
from server.store.promises import Promise
from tests import make
from tests.make import NOW, Couple, OtherCouple
from tests.routes.api.caller import Caller, check_in, count
from tests.routes.api.conftest import Speak


def wish(**parts: Any) -> dict[str, Any]:
    return {"title": "Call at nine", "area": "staying_in_touch", "rule": "FREQ=DAILY", "due_time": "21:00", **parts}


def test_noor_promises_something(noor: Caller, couple: Couple) -> None:
    body = wish(id=str(ids.new()), bond=str(couple.bond.id), grace=20, done_when="We spoke", cue="After dinner")
    answer = noor.post("/promises", body)
    assert answer.status_code == 201
    terms = {"from_on": "2026-03-20", "rule": "FREQ=DAILY", "times": None, "due_time": "21:00", "grace": 20}
    assert answer.json() == {
        "id": body["id"],
        "bond": body["bond"],
        "by": str(couple.noor.id),
        "title": "Call at nine",
        "area": "staying_in_touch",
        "done_when": "We spoke",
        "cue": "After dinner",
        "starts_on": "2026-03-20",
        "released_on": None,
        "grown_from": None,
        "terms": {**terms, "zone": "Europe/Berlin", "day_start": "03:00"},
        "later_terms": None,
        "streak": {"current": 0, "best": 0, "stitches": 0, "kept": 0, "valued": 0, "consistency": None},
    }
    assert noor.get(f"/promises/{body['id']}").json() == answer.json()


def test_without_a_bond_it_is_personal(noor: Caller, sam: Caller) -> None:
    made = noor.post("/promises", wish()).json()
    assert made["bond"] is None
    assert sam.get(f"/promises/{made['id']}").status_code == 404
    assert [one["id"] for one in noor.get("/promises").json()["promises"]] == [made["id"]]
    assert sam.get("/promises").json()["promises"] == []


@pytest.mark.parametrize("title", ["🧵 Tee um 16 Uhr", "להתקשר לאמא", "চা বিকেলে", "Ich ruf an – um 9"])
def test_a_title_may_be_in_any_script(noor: Caller, title: str) -> None:
    made = noor.post("/promises", wish(title=title)).json()
    assert noor.get(f"/promises/{made['id']}").json()["title"] == title


REFUSED = [
    ({"title": "x" * 10_000}, "title"),
    ({"title": " "}, "title"),
    ({"title": "a\x00b"}, "title"),
    ({"title": 7}, "title"),
    ({"area": ""}, "area"),
    ({"area": "a\x00"}, "area"),
    ({"area": "x" * 33}, "area"),
    ({"rule": "FREQ=HOURLY"}, "rule"),
    ({"rule": "often"}, "rule"),
    ({"rule": ["FREQ=DAILY"]}, "rule"),
    ({"times": 3}, "rule"),
    ({"times": 0, "rule": "FREQ=WEEKLY", "due_time": None}, "times"),
    ({"times": "3", "rule": "FREQ=WEEKLY", "due_time": None}, "times"),
    ({"times": 10**30, "rule": "FREQ=WEEKLY", "due_time": None}, "times"),
    ({"due_time": "24:00"}, "due_time"),
    ({"due_time": "21:00\n"}, "due_time"),
    ({"due_time": "21:00:00"}, "due_time"),
    ({"due_time": 21}, "due_time"),
    ({"grace": 181}, "grace"),
    ({"grace": -1}, "grace"),
    ({"grace": 10**30}, "grace"),
    ({"grace": True}, "grace"),
    ({"zone": "Berlin"}, "zone"),
    ({"zone": "../etc/passwd"}, "zone"),
    ({"starts_on": "0001-01-01"}, "starts_on"),
    ({"starts_on": "9999-12-31"}, "starts_on"),
    ({"id": "1"}, "id"),
    ({"grown_from": str(uuid4())}, "grown_from"),
]


def test_what_does_not_hold_is_refused_and_leaves_no_trace(noor: Caller, database: Database) -> None:
    before = count(database)
    problems = [noor.post("/promises", wish(**change)).json() for change, _ in REFUSED]
    assert [(change, one["status"], one["field"]) for (change, _), one in zip(REFUSED, problems, strict=True)] == [
        (change, 422, field) for change, field in REFUSED
    ]
    assert count(database) == before


def test_an_id_is_used_once(noor: Caller, sam: Caller, promise: Promise) -> None:
    assert [one.post("/promises", wish(id=str(promise.id))).status_code for one in (noor, sam)] == [409, 409]


def test_a_bond_of_others_is_not_found(noor: Caller, others: OtherCouple) -> None:
    bonds = [others.bond.id, uuid4()]
    assert [noor.post("/promises", wish(bond=str(one))).status_code for one in bonds] == [404, 404]


def test_what_is_not_ones_own_is_not_found(speak: Speak, promise: Promise, others: OtherCouple, database: Database) -> None:
    cleo, path, before = speak(others.cleo), f"/promises/{promise.id}", count(database)
    answers = [
        cleo.get(path),
        cleo.get(f"{path}/occurrences"),
        cleo.send("PATCH", path, {"title": "x"}),
        cleo.send("DELETE", path),
        cleo.get(f"/promises/{uuid4()}"),
    ]
    assert [one.status_code for one in answers] == [404] * 5
    assert len({one.content for one in answers}) == 1
    assert count(database) == before


def test_sam_sees_noors_promise_and_changes_nothing(sam: Caller, promise: Promise, database: Database) -> None:
    path, before = f"/promises/{promise.id}", count(database)
    assert sam.get(path).json()["title"] == promise.title
    assert [sam.send("PATCH", path, {"title": "x"}).status_code, sam.send("DELETE", path).status_code] == [403, 403]
    assert count(database) == before


def test_words_change_at_once_and_terms_from_tomorrow(noor: Caller, promise: Promise) -> None:
    changes = {"title": "Home by seven", "due_time": "19:00", "grace": 0, "cue": None}
    changed = noor.send("PATCH", f"/promises/{promise.id}", changes).json()
    assert (changed["title"], changed["terms"]["due_time"]) == ("Home by seven", "18:30")
    later = changed["later_terms"]
    assert (later["from_on"], later["due_time"], later["grace"]) == ("2026-03-21", "19:00", 0)
    assert noor.send("PATCH", f"/promises/{promise.id}", {"due_time": None}).json()["later_terms"]["due_time"] is None


CHANGES = [{"title": None}, {"rule": None}, {"grace": None}, {"grace": 200}, {"zone": "Nowhere"}, {"bond": None}, {"times": 9}]


def test_a_change_that_does_not_hold_changes_nothing(noor: Caller, promise: Promise, database: Database) -> None:
    path, before = f"/promises/{promise.id}", count(database)
    shown = noor.get(path).json()
    assert [noor.send("PATCH", path, one).status_code for one in CHANGES] == [422] * len(CHANGES)
    assert (noor.get(path).json(), count(database)) == (shown, before)


def test_a_released_promise_ends_with_its_day(noor: Caller, promise: Promise) -> None:
    path = f"/promises/{promise.id}"
    assert noor.send("DELETE", path).json()["released_on"] == "2026-03-21"
    assert [noor.send("DELETE", path).status_code, noor.send("PATCH", path, {"due_time": None}).status_code] == [409, 409]
    assert noor.get("/promises").json()["promises"][0]["released_on"] == "2026-03-21"


def test_a_streak_is_left_out_for_who_hides_it(noor: Caller, promise: Promise, database: Database, couple: Couple) -> None:
    noor.post("/check-ins", check_in(promise))
    shown = [noor.get("/promises").json()["promises"][0], noor.get("/today").json()["due"][0]]
    assert [shown[0]["streak"]["current"], shown[1]["streak"]] == [1, 1]
    with database.write() as session:
        members.update(session, couple.noor.id, hides_streaks=True)
    assert not any("streak" in one for one in (noor.get("/promises").json()["promises"][0], noor.get("/today").json()["due"][0]))


def test_a_promise_shows_what_became_of_it(noor: Caller, sam: Caller, database: Database, couple: Couple, clock: StandingClock) -> None:
    with database.write() as session:
        older = make.promise(session, couple.noor, now=NOW - timedelta(days=3), starts_on=date(2026, 3, 17))
    noor.post("/check-ins", check_in(older, "missed", day="2026-03-18"))
    noor.post("/check-ins", check_in(older, "kept", day="2026-03-19"))
    clock.at = NOW + timedelta(hours=3)
    noor.post("/check-ins", check_in(older, at="2026-03-20T18:10:00Z"))
    path = f"/promises/{older.id}/occurrences?from=2026-03-18&until=2026-03-20"
    mine, theirs = noor.get(path).json(), sam.get(path).json()
    assert [(one["day"], one["outcome"], one["value"]) for one in mine["occurrences"]] == [
        ("2026-03-18", "missed", 0.0),
        ("2026-03-19", "late", 0.5),
        ("2026-03-20", "late", 0.5),
    ]
    assert [(one["outcome"], one["value"]) for one in theirs["occurrences"]] == [("missed", 0.0), ("late", None), ("late", None)]


def test_nothing_tells_sam_when_noor_tapped(noor: Caller, sam: Caller, promise: Promise, clock: StandingClock) -> None:
    clock.at = NOW + timedelta(hours=2)
    noor.post("/check-ins", check_in(promise, at="2026-03-20T17:53:21Z"))
    paths = ("/today", "/promises", f"/promises/{promise.id}/occurrences", "/weeks/2026-03-20", "/milestones", "/me")
    assert not any("53:21" in sam.get(path).text for path in paths)


SPANS = [
    ("", 200, ("2025-12-27", "2026-03-20")),
    ("?from=2026-03-20", 200, ("2026-03-20", "2026-03-20")),
    ("?until=2026-01-31", 200, ("2025-11-09", "2026-01-31")),
    ("?from=2025-03-20", 200, ("2025-03-20", "2026-03-20")),
    ("?from=2025-03-19", 422, "from"),
    ("?from=2026-03-21", 422, "from"),
    ("?until=0001-01-01", 422, "until"),
    ("?from=0001-01-01", 422, "from"),
    ("?from=9999-12-31&until=9999-12-31", 422, "until"),
    ("?until=soon", 422, None),
    ("?until=1774022400", 422, None),
]


@pytest.mark.parametrize("noun", ["occurrences", "milestones"])
def test_at_most_a_year_is_asked_for(noor: Caller, promise: Promise, noun: str) -> None:
    path, first = (f"/promises/{promise.id}/occurrences", "from") if noun == "occurrences" else ("/milestones", "since")
    answers = [noor.get(path + query.replace("from", first)) for query, _, _ in SPANS]
    assert [one.status_code for one in answers] == [status for _, status, _ in SPANS]
    found = [one.json() for one in answers]
    assert [(one["since"], one["until"]) for one in found[:4]] == [span for _, _, span in SPANS[:4]]
    assert [one.get("field", "").replace("since", "from") or None for one in found[4:]] == [field for _, _, field in SPANS[4:]]
