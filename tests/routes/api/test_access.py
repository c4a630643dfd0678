"""Who may use the API, and how often."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from litestar.testing import TestClient

from server.db import Database
from server.routes.api.slowing import WRITES
from server.store import limits
from server.store.promises import Promise
from tests import make
from tests.make import NOW, Couple
from tests.routes.api.caller import ROOT, Caller, check_in, count
from tests.routes.api.conftest import Speak

if TYPE_CHECKING:
    from litestar import Litestar

    from server.routes.desk import Desk

READS = ("/me", "/today", "/promises", "/promises/{}", "/promises/{}/occurrences", "/weeks/2026-03-20", "/milestones", "/moments", "/asks")
WRITING = (
    ("POST", "/check-ins"),
    ("POST", "/check-ins/batch"),
    ("POST", "/promises"),
    ("POST", "/moments"),
    ("DELETE", "/moments/{}"),
    ("POST", "/promises/{}/moves/2026-03-20"),
    ("POST", "/promises/{}/moves/2026-03-20/answer"),
    ("POST", "/promises/{}/repairs/2026-03-20"),
    ("POST", "/promises/{}/repairs/2026-03-20/words"),
    ("POST", "/asks"),
    ("POST", "/asks/{}/answer"),
    ("DELETE", "/asks/{}"),
    ("POST", "/bonds/{}/reviews/2026-03-22"),
    ("POST", "/bonds/{}/reviews/2026-03-22/here"),
    ("POST", "/bonds/{}/reviews/2026-03-22/next"),
    ("POST", "/bonds/{}/reviews/2026-03-22/pause"),
    ("POST", "/bonds/{}/reviews/2026-03-22/lines"),
    ("POST", "/bonds/{}/reviews/2026-03-22/decisions"),
    ("POST", "/bonds/{}/reviews/2026-03-22/moments"),
    ("PATCH", "/promises/{}"),
    ("DELETE", "/promises/{}"),
)


def test_nobody_gets_nothing(client: "TestClient[Litestar]", promise: Promise, database: Database) -> None:
    before = count(database)
    nobody = [Caller(client, "none"), Caller(client, "")]
    answers = [one.get(path.format(promise.id)) for one in nobody for path in READS]
    answers += [one.send(method, path.format(promise.id), {}) for one in nobody for method, path in WRITING]
    assert {(one.status_code, one.json()["status"]) for one in answers} == {(401, 401)}
    assert client.get(f"{ROOT}/me").status_code == 401
    assert count(database) == before


def test_a_token_that_may_read_writes_nothing(speak: Speak, promise: Promise, couple: Couple, database: Database) -> None:
    reader, before = speak(couple.noor, "read"), count(database)
    assert {reader.get(path.format(promise.id)).status_code for path in READS} == {200}
    assert {reader.send(method, path.format(promise.id), {}).status_code for method, path in WRITING} == {403}
    assert count(database) == before


def test_ones_own_pages_may_use_it(
    open_client: Callable[[], "TestClient[Litestar]"], desk: "Desk", promise: Promise, couple: Couple
) -> None:
    browser = make.sign_in(open_client(), desk, couple.noor)
    assert browser.get(f"{ROOT}/me").json()["name"] == "Noor"
    assert browser.post(f"{ROOT}/check-ins", json=check_in(promise)).status_code == 201


def test_another_site_may_not(open_client: Callable[[], "TestClient[Litestar]"], desk: "Desk", promise: Promise, couple: Couple) -> None:
    browser = make.sign_in(open_client(), desk, couple.noor)
    answers = [
        browser.post(f"{ROOT}/check-ins", json=check_in(promise), headers=headers)
        for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"})
    ]
    assert [(one.status_code, one.json()["status"]) for one in answers] == [(403, 403)] * 2


def test_who_writes_too_often_waits(noor: Caller, sam: Caller, promise: Promise, database: Database) -> None:
    with database.write() as session:
        key = f"api {promise.member_id}"
        limits.hold(session, key, full=WRITES.most, now=NOW)
        limits.put(session, key, tokens=1.5, now=NOW)
    path = f"/promises/{promise.id}"
    first, second = (noor.send("PATCH", path, {"title": title}) for title in ("One", "Two"))
    assert (first.status_code, second.status_code, second.json()["status"]) == (200, 429, 429)
    assert second.headers["retry-after"] == "1"
    assert noor.get(path).json()["title"] == "One"
    assert noor.post("/check-ins", check_in(promise)).status_code == 201
    assert sam.post("/check-ins/batch", {"check_ins": []}).status_code == 200


def test_me_is_the_one_who_asks(sam: Caller, couple: Couple) -> None:
    assert sam.get("/me").json() == {
        "id": str(couple.sam.id),
        "name": "Sam",
        "zone": "Europe/Berlin",
        "day_start": "03:00",
        "hides_streaks": False,
        "bonds": [
            {
                "id": str(couple.bond.id),
                "kind": "partners",
                "zone": "Europe/Berlin",
                "review_weekday": 6,
                "review_time": "18:00",
                "members": [{"id": str(one.id), "name": one.name} for one in (couple.noor, couple.sam)],
            }
        ],
    }
