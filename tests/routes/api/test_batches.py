"""Many check-ins at once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from server.db import Database
from server.store.promises import Promise
from tests import make
from tests.make import NOW, Couple, OtherCouple
from tests.routes.api.caller import Caller, check_in, count


def test_each_gets_the_answer_that_it_would_get_alone(noor: Caller, promise: Promise, others: OtherCouple, database: Database) -> None:
    with database.write() as session:
        strange = make.promise(session, others.cleo)
    known = check_in(promise)
    first = noor.post("/check-ins", known).json()
    batch = [
        known,
        check_in(promise, "heads_up", to="2026-03-20T18:00:00Z"),
        check_in(promise, "seen"),
        known | {"kind": "missed"},
        check_in(promise, at="2026-01-01T00:00:00Z"),
        check_in(strange),
        {"id": "x"},
        None,
        17,
        check_in(promise, unknown="x"),
    ]
    answers = noor.post("/check-ins/batch", {"check_ins": batch}).json()["answers"]
    assert [one["status"] for one in answers] == [200, 201, 403, 409, 422, 404, 422, 422, 422, 422]
    assert answers[0]["body"] == first
    assert [one["problem"]["status"] for one in answers[2:]] == [one["status"] for one in answers[2:]]
    assert answers[9]["problem"]["field"] == "unknown"


def test_the_order_is_the_order_of_the_taps(noor: Caller, promise: Promise) -> None:
    said = check_in(promise)
    batch = [check_in(promise, "undo", target=said["id"]), said, said, check_in(promise, "undo", target=said["id"])]
    answers = noor.post("/check-ins/batch", {"check_ins": batch}).json()["answers"]
    assert [one["status"] for one in answers] == [404, 201, 200, 201]


ONCE = """CREATE FUNCTION said_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM events WHERE promise_id = NEW.promise_id AND kind = NEW.kind) THEN RAISE EXCEPTION 'twice'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER said_once BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION said_once()"""


def test_one_that_fails_spoils_no_other(noor: Caller, promise: Promise, couple: Couple, database: Database) -> None:
    with database.write() as session:
        other = make.promise(session, couple.noor, "Call Mum")
        session.execute(text("CREATE UNIQUE INDEX said_once ON events (promise_id, kind)" if database.is_sqlite else ONCE))
    before = count(database)
    batch = [check_in(promise), check_in(promise), check_in(other)]
    with capture_logs() as logged:
        answers = noor.post("/check-ins/batch", {"check_ins": batch}).json()["answers"]
    assert [one["status"] for one in answers] == [201, 500, 201]
    assert answers[1]["problem"]["title"] == "Something broke"
    assert [(one["event"], one["path"]) for one in logged] == [("failure", "/api/v1/check-ins/batch")]
    assert count(database)[0] == before[0] + 2


@pytest.mark.parametrize(("number", "status"), [(0, 200), (500, 200), (501, 422)])
def test_five_hundred_are_taken_at_once(noor: Caller, promise: Promise, number: int, status: int) -> None:
    batch = [check_in(promise, at=(NOW - timedelta(seconds=n)).isoformat(), line="x" * 100) for n in range(number)]
    answer = noor.post("/check-ins/batch", {"check_ins": batch})
    assert answer.status_code == status
    assert {one["status"] for one in answer.json().get("answers", [])} <= {201}


def test_nothing_of_a_stranger_is_told(noor: Caller, couple: Couple) -> None:
    unknown = {"id": str(uuid4()), "promise": str(uuid4()), "kind": "kept", "at": NOW.isoformat()}
    (answer,) = noor.post("/check-ins/batch", {"check_ins": [unknown]}).json()["answers"]
    assert (answer["status"], answer["problem"]["detail"]) == (404, "There is no such promise.")
