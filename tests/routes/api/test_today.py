"""Today by the API."""

from datetime import date, timedelta

from jobs import settle
from server.clock import StandingClock
from server.db import Database
from tests import make
from tests.make import NOW, Couple, OtherCouple
from tests.routes.api.caller import Caller, check_in
from tests.routes.api.conftest import Speak


def test_today_holds_both_sides_and_nothing_of_others(noor: Caller, database: Database, couple: Couple, others: OtherCouple) -> None:
    with database.write() as session:
        hers = make.promise(session, couple.noor)
        his = make.promise(session, couple.sam, "Water the plants", due_time=None)
        own = make.promise(session, couple.noor, "Ten pages", personal=True, due_time=None)
        make.promise(session, couple.sam, "Swim", personal=True)
        make.promise(session, others.cleo)
        make.promise(session, couple.sam, "Tuesdays", rule="FREQ=WEEKLY;BYDAY=TU")
    found = noor.get("/today").json()
    assert (found["date"], found["waiting"]) == ("2026-03-20", [])
    assert [(one["promise"], one["by"], one["bond"], one["title"]) for one in found["due"]] == [
        (str(hers.id), str(couple.noor.id), str(couple.bond.id), "Home for dinner"),
        *sorted(
            [
                (str(his.id), str(couple.sam.id), str(couple.bond.id), "Water the plants"),
                (str(own.id), str(couple.noor.id), None, "Ten pages"),
            ]
        ),
    ]


def test_a_check_in_shows_on_both_sides(noor: Caller, sam: Caller, database: Database, couple: Couple) -> None:
    with database.write() as session:
        promise = make.promise(session, couple.noor)
    sam.post("/check-ins", check_in(promise))
    noor.post("/check-ins", check_in(promise, "heads_up", to="2026-03-20T18:00:00Z"))
    for caller in (noor, sam):
        (due,) = caller.get("/today").json()["due"]
        assert (due["outcome"], due["value"], due["witnessed"], due["told_ahead"]) == ("kept", 1.0, True, True)
        assert due["due_at"] == "2026-03-20T17:30:00Z"


def test_half_past_midnight_is_still_today(noor: Caller, database: Database, couple: Couple, clock: StandingClock) -> None:
    with database.write() as session:
        make.promise(session, couple.noor)
    clock.at = NOW + timedelta(hours=7, minutes=30)
    found = noor.get("/today").json()
    assert (found["date"], [one["day"] for one in found["due"]]) == ("2026-03-20", ["2026-03-20"])


def test_a_week_of_three_times_is_due_all_week(noor: Caller, database: Database, couple: Couple) -> None:
    with database.write() as session:
        times = {"rule": "FREQ=WEEKLY", "times": 3, "due_time": None, "starts_on": date(2026, 3, 16)}
        promise = make.promise(session, couple.noor, now=NOW - timedelta(days=5), **times)
    noor.post("/check-ins", check_in(promise))
    (due,) = noor.get("/today").json()["due"]
    assert (due["day"], due["last_day"], due["done"], due["outcome"]) == ("2026-03-16", "2026-03-22", 1, "pending")


def test_what_was_not_spoken_of_waits_for_its_promiser(noor: Caller, sam: Caller, database: Database, couple: Couple) -> None:
    with database.write() as session:
        promise = make.promise(session, couple.noor, now=NOW - timedelta(days=1), starts_on=date(2026, 3, 19))
    settle.settle(database, NOW)
    assert [(one["day"], one["outcome"], one["waits"]) for one in noor.get("/today").json()["waiting"]] == [
        ("2026-03-19", "unreported", True)
    ]
    assert sam.get("/today").json()["waiting"] == []
    noor.post("/check-ins", check_in(promise, "kept", day="2026-03-19"))
    assert noor.get("/today").json()["waiting"] == []


def test_eve_has_an_empty_day(speak: Speak, database: Database) -> None:
    with database.write() as session:
        eve = make.eve(session)
    assert speak(eve).get("/today").json() == {"date": "2026-03-20", "due": [], "waiting": []}
