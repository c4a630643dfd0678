"""A plain check-in goes straight to the gathering writer, which looks up whose it is; nobody gets in that would not by the other way."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import event, select

from server.actions import tokens as speaking
from server.clock import StandingClock
from server.db import Database
from server.db.tables import events, sessions, tokens
from server.store import tokens as store
from server.store.promises import Promise
from tests import make
from tests.make import NOW, Couple, OtherCouple
from tests.routes.api.caller import ROOT, Caller, check_in, count
from tests.routes.api.conftest import Speak

if TYPE_CHECKING:
    from litestar import Litestar

    from server.routes.desk import Desk

Browse = Callable[[], "TestClient[Litestar]"]
PLAIN, ROUNDABOUT = "application/json", "application/json; charset=utf-8"


@pytest.fixture
def begun(database: Database) -> Iterator[list[object]]:
    """Every transaction that begins meanwhile."""
    found: list[object] = []
    note, engines = found.append, {database.writer, database.reader}
    for engine in engines:
        event.listen(engine, "begin", note)
    yield found
    for engine in engines:
        event.remove(engine, "begin", note)


def test_who_taps_is_looked_up_in_the_transaction_of_the_tap(noor: Caller, promise: Promise, begun: list[object]) -> None:
    begun.clear()
    assert noor.post("/check-ins", check_in(promise)).status_code == 201
    assert len(begun) == 1


def both_ways(client: "TestClient[Litestar]", said: Any, **headers: str) -> list[tuple[int, Any]]:
    """The same check-in sent plainly, and in a way that goes through the route's own guards."""
    content = msgspec.json.encode(said)
    answers = [client.post(f"{ROOT}/check-ins", content=content, headers={**headers, "content-type": how}) for how in (PLAIN, ROUNDABOUT)]
    return [(one.status_code, one.json()) for one in answers]


CHANGES: list[dict[str, Any]] = [
    {},
    {"promise": str(uuid4())},
    {"kind": "undo", "target": str(uuid4())},
    {"kind": "heads_up"},
    {"kind": "seen"},
    {"at": "2026-03-17T15:59:59Z"},
    {"day": "2026-03-25"},
    {"kind": "told"},
    {"at": "yesterday"},
    {"id": 3},
    {"more": 1},
]


@pytest.mark.parametrize("change", CHANGES, ids=range(len(CHANGES)))
def test_what_is_refused_is_refused_alike_by_both_ways(noor: Caller, promise: Promise, change: dict[str, Any]) -> None:
    straight, around = both_ways(noor.client, check_in(promise) | change, **noor.headers)
    assert straight[0] == (around[0] if change else 201)
    assert straight[1] == around[1]


def test_whoever_may_not_write_is_refused_alike_by_both_ways(
    client: "TestClient[Litestar]", speak: Speak, promise: Promise, couple: Couple, database: Database
) -> None:
    before, said = count(database), check_in(promise)
    ended = speak(couple.noor)
    with database.write() as session:
        (token,) = store.of_member(session, couple.noor.id)
        speaking.end(session, token.id, member_id=couple.noor.id, now=NOW)
    reader = speak(couple.noor, "read")
    for who, status in (({}, 401), ({"authorization": "Bearer none"}, 401), (ended.headers, 401), (reader.headers, 403)):
        straight, around = both_ways(client, said, **who)
        assert straight == around
        assert straight[0] == status
    assert count(database) == before


def test_a_browser_that_was_signed_out_or_sent_from_elsewhere_is_refused_alike(
    open_client: Browse, desk: "Desk", promise: Promise, couple: Couple, database: Database, clock: StandingClock
) -> None:
    browser, said = make.sign_in(open_client(), desk, couple.noor), check_in(promise)
    before = count(database)
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
        straight, around = both_ways(browser, said, **headers)
        assert straight == around
        assert straight[0] == 403
    clock.at += timedelta(days=91)
    straight, around = both_ways(browser, said)
    assert straight == around
    assert (straight[0], count(database)) == (401, before)


def test_the_day_on_which_somebody_came_is_noted(
    noor: Caller, open_client: Browse, desk: "Desk", promise: Promise, couple: Couple, database: Database, clock: StandingClock
) -> None:
    browser = make.sign_in(open_client(), desk, couple.sam)
    clock.at += timedelta(days=1)
    said = check_in(promise) | {"at": clock.at.isoformat()}
    assert noor.post("/check-ins", said).status_code == 201
    assert browser.post(f"{ROOT}/check-ins", json=said | {"id": str(uuid4())}).status_code == 201
    with database.read() as session:
        assert session.scalar(select(tokens.c.used_on)) == clock.at.date()
        assert session.scalar(select(sessions.c.seen_on)) == clock.at.date()


def test_each_says_it_for_themselves(noor: Caller, speak: Speak, others: OtherCouple, promise: Promise, database: Database) -> None:
    cleo = speak(others.cleo)
    assert noor.post("/check-ins", check_in(promise)).json()["by"] == str(promise.member_id)
    assert cleo.post("/check-ins", check_in(promise)).status_code == 404
    with database.read() as session:
        assert set(session.scalars(select(events.c.member_id).where(events.c.kind == "kept"))) <= {promise.member_id}


def test_a_body_that_comes_in_pieces_is_read_whole(noor: Caller, promise: Promise) -> None:
    whole = msgspec.json.encode(check_in(promise))
    pieces = iter([whole[:20], whole[20:]])
    answer = noor.client.post(f"{ROOT}/check-ins", content=pieces, headers={**noor.headers, "content-type": PLAIN})
    assert answer.status_code == 201
