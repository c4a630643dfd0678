"""One check-in at a time, with every answer that RULES.md 3 knows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

from server.clock import StandingClock
from server.db import Database
from server.store.promises import Promise
from tests import make
from tests.make import NOW, Couple, OtherCouple
from tests.routes.api.caller import Caller, check_in, count
from tests.routes.api.conftest import Speak


def test_what_noor_says_is_taken(noor: Caller, promise: Promise, couple: Couple) -> None:
    body = check_in(promise, at="2026-03-20T17:00:00.5+01:00")
    answer = noor.post("/check-ins", body)
    assert answer.status_code == 201
    assert answer.json() == {
        "id": body["id"],
        "promise": str(promise.id),
        "by": str(couple.noor.id),
        "kind": "kept",
        "at": "2026-03-20T16:00:00.500000Z",
        "day": "2026-03-20",
        "extra": False,
        "received_at": "2026-03-20T16:00:00Z",
    }


def test_the_same_id_again_gets_the_first_answer(noor: Caller, promise: Promise, database: Database, clock: StandingClock) -> None:
    body = check_in(promise, at="2026-03-20T16:59:58.123456+01:00")
    first, before = noor.post("/check-ins", body), count(database)
    clock.at += timedelta(hours=2)
    again = noor.post("/check-ins", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    assert count(database) == before


def test_thirty_two_at_once_with_one_id_are_one(noor: Caller, promise: Promise, database: Database) -> None:
    body, before = check_in(promise), count(database)
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda _: noor.post("/check-ins", body), range(32)))
    assert sorted(one.status_code for one in answers) == [200] * 31 + [201]
    assert len({one.content for one in answers}) == 1
    assert count(database)[0] == before[0] + 1


def test_sam_may_say_that_noor_kept_it(sam: Caller, promise: Promise, couple: Couple) -> None:
    answer = sam.post("/check-ins", check_in(promise))
    assert (answer.status_code, answer.json()["by"]) == (201, str(couple.sam.id))


def test_on_a_day_when_nothing_is_due_it_is_an_extra(noor: Caller, database: Database, couple: Couple) -> None:
    with database.write() as session:
        tuesdays = make.promise(session, couple.noor, rule="FREQ=WEEKLY;BYDAY=TU")
    assert noor.post("/check-ins", check_in(tuesdays)).json()["extra"] is True


def test_an_undo_takes_back_what_was_said(noor: Caller, promise: Promise) -> None:
    said = noor.post("/check-ins", check_in(promise)).json()
    assert noor.post("/check-ins", check_in(promise, "undo", target=said["id"])).status_code == 201
    assert noor.get("/today").json()["due"][0]["outcome"] == "pending"


REFUSED = [
    ("no such promise", {"promise": str(uuid4())}, 404, ""),
    ("an undo of nothing", {"kind": "undo", "target": str(uuid4())}, 404, ""),
    ("tapped too long ago", {"at": "2026-03-17T15:59:59Z"}, 422, "at"),
    ("tapped in the future", {"at": "2026-03-20T16:05:01Z"}, 422, "at"),
    ("at the world's beginning", {"at": "0001-01-01T00:00:00+14:00"}, 422, "at"),
    ("at the world's end", {"at": "9999-12-31T23:59:59-14:00"}, 422, "at"),
    ("a day that has not begun", {"day": "2026-03-21"}, 422, "day"),
    ("a day of another age", {"day": "0001-01-01"}, 422, "day"),
    ("a heads-up without until when", {"kind": "heads_up"}, 422, "to"),
    ("a heads-up at the world's end", {"kind": "heads_up", "to": "9999-12-31T23:59:59-14:00"}, 422, "to"),
    ("an undo without a target", {"kind": "undo"}, 422, "target"),
    ("a label that is none", {"kind": "missed", "label": "lazy"}, 422, "label"),
    ("a line that is too long", {"kind": "seen", "line": "x" * 281}, 422, "line"),
    ("a line with a sign that nobody sees", {"kind": "seen", "line": "a\x00b"}, 422, "line"),
    ("a thank you to oneself", {"kind": "seen"}, 403, ""),
    ("an excuse of one's own", {"kind": "excuse"}, 403, ""),
    ("a difference that is not open", {"kind": "agree_missed"}, 409, ""),
]


def test_what_does_not_hold_is_refused_and_leaves_no_trace(noor: Caller, promise: Promise, database: Database) -> None:
    before = count(database)
    answers = [noor.post("/check-ins", check_in(promise, **change)) for _, change, _, _ in REFUSED]
    problems = [one.json() for one in answers]
    found = [(why, one["status"], one.get("field", "")) for (why, *_), one in zip(REFUSED, problems, strict=True)]
    assert found == [(why, status, field) for why, _, status, field in REFUSED]
    assert [one.status_code for one in answers] == [one["status"] for one in problems]
    assert {one.headers["content-type"] for one in answers} == {"application/problem+json"}
    assert all(one["detail"] and one["title"] for one in problems)
    assert count(database) == before


def test_an_id_that_says_something_else_is_refused(noor: Caller, promise: Promise, database: Database) -> None:
    body = check_in(promise)
    noor.post("/check-ins", body)
    before = count(database)
    others = [body | change for change in ({"kind": "missed"}, {"at": "2026-03-20T15:00:00Z"}, {"day": "2026-03-20"})]
    assert [noor.post("/check-ins", one).status_code for one in others] == [409, 409, 409]
    assert count(database) == before


def test_what_stands_refuses_in_its_turn(noor: Caller, promise: Promise, sam: Caller) -> None:
    """The order of RULES.md 3: each body breaks its own rule and every later one."""
    known = check_in(promise)
    noor.post("/check-ins", known)
    wrong_person = check_in(promise, "differs")
    bad_day = wrong_person | {"day": "2026-03-25"}
    bad_instant = bad_day | {"at": "2026-03-01T00:00:00Z"}
    unknown = bad_instant | {"promise": str(uuid4())}
    same_id = unknown | {"id": known["id"]}
    statuses = [noor.post("/check-ins", one).status_code for one in (same_id, unknown, bad_instant, bad_day, wrong_person)]
    assert statuses == [409, 404, 422, 422, 403]
    assert sam.post("/check-ins", check_in(promise, "vouch")).status_code == 409


def test_a_stranger_learns_nothing_of_a_promise(speak: Speak, promise: Promise, others: OtherCouple, database: Database) -> None:
    cleo, before = speak(others.cleo), count(database)
    hers, nobodys = cleo.post("/check-ins", check_in(promise)), cleo.post("/check-ins", check_in(promise, promise=uuid4()))
    assert hers.status_code == nobodys.status_code == 404
    assert hers.content == nobodys.content
    assert count(database) == before


def test_a_personal_promise_is_its_makers_alone(sam: Caller, noor: Caller, database: Database, couple: Couple) -> None:
    with database.write() as session:
        personal = make.promise(session, couple.noor, personal=True)
    assert sam.post("/check-ins", check_in(personal)).status_code == 404
    assert noor.post("/check-ins", check_in(personal)).status_code == 201


def test_a_day_that_has_closed_takes_nothing_more(noor: Caller, promise: Promise, clock: StandingClock) -> None:
    clock.at = NOW + timedelta(days=5)
    body = check_in(promise, at=clock.at.isoformat(), day="2026-03-20")
    assert noor.post("/check-ins", body).status_code == 409
