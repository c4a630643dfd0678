"""The week and its milestones by the API."""

from datetime import timedelta

from jobs import milestones, settle, summaries
from server.clock import StandingClock
from server.db import Database
from server.store.promises import Promise
from tests import make
from tests.make import NOW, Couple
from tests.routes.api.caller import Caller, check_in
from tests.routes.api.conftest import Speak

SUNDAY_EVENING = NOW + timedelta(days=2, hours=1, minutes=30)
NOTHING = {"due": 0, "kept": 0, "late": 0, "partly": 0, "excused": 0, "missed": 0, "mended": 0, "unreported": 0, "told_ahead": 0}


def test_a_week_that_runs_has_its_woven_days(noor: Caller, promise: Promise, couple: Couple) -> None:
    noor.post("/check-ins", check_in(promise))
    week = {"bond": str(couple.bond.id), "from_on": "2026-03-16", "until_on": "2026-03-22", "made_at": None, "refreshed_at": None}
    found = [noor.get(f"/weeks/{day}").json() for day in ("2026-03-16", "2026-03-20", "2026-03-22")]
    assert found == [{"weeks": [{**week, "woven": ["2026-03-20"], "members": []}]}] * 3


def test_a_week_shows_both_side_by_side(noor: Caller, sam: Caller, promise: Promise, couple: Couple, database: Database) -> None:
    noor.post("/check-ins", check_in(promise))
    settle.settle(database, SUNDAY_EVENING)
    summaries.summarise(database, SUNDAY_EVENING)
    (week,) = sam.get("/weeks/2026-03-20").json()["weeks"]
    assert (week["made_at"], week["woven"]) == ("2026-03-22T17:30:00Z", ["2026-03-20"])
    figures = {one["member"]: one for one in week["members"]}
    assert list(figures) == sorted([str(couple.noor.id), str(couple.sam.id)])
    hers = figures[str(couple.noor.id)]
    assert {name: hers["all"][name] for name in NOTHING} == NOTHING | {"due": 3, "kept": 1, "unreported": 1}
    assert hers["areas"] == {"time": hers["all"]}
    assert {name: figures[str(couple.sam.id)]["all"][name] for name in NOTHING} == NOTHING


def test_in_a_team_everybody_sees_their_own_figures(speak: Speak, database: Database) -> None:
    with database.write() as session:
        cleo, dan = make.member(session, "Cleo"), make.member(session, "Dan")
        make.bond(session, cleo, dan, kind="team")
    summaries.summarise(database, SUNDAY_EVENING)
    (week,) = speak(dan).get("/weeks/2026-03-20").json()["weeks"]
    assert [one["member"] for one in week["members"]] == [str(dan.id)]


def test_a_day_that_no_week_holds_is_refused(noor: Caller) -> None:
    paths = ("/weeks/0001-01-01", "/weeks/9999-12-31", "/weeks/2026-13-01")
    assert [noor.get(path).status_code for path in paths] == [422, 422, 404]


def test_what_was_reached_is_there_for_both(
    noor: Caller, sam: Caller, promise: Promise, couple: Couple, database: Database, clock: StandingClock
) -> None:
    with database.write() as session:
        own = make.promise(session, couple.noor, personal=True)
    for days in range(3):
        clock.at = NOW + timedelta(days=days)
        noor.post("/check-ins", check_in(promise, at=clock.at.isoformat()))
        noor.post("/check-ins", check_in(own, at=clock.at.isoformat()))
    milestones.celebrate(database, clock.at)
    theirs, hers = (caller.get("/milestones").json()["milestones"] for caller in (sam, noor))
    assert sorted((one["kind"], one["count"], one["reached_on"], one["promise"]) for one in theirs) == [
        ("in_a_row", 3, "2026-03-22", str(promise.id)),
        ("kept_in_all", 1, "2026-03-22", None),
        ("together", 3, "2026-03-22", None),
    ]
    assert {one["promise"] for one in hers} == {None, str(promise.id), str(own.id)}
    assert noor.get("/milestones?until=2026-03-21").json()["milestones"] == []
