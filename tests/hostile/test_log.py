"""What this server writes about itself while everybody goes through every door: never what was sent, nor a secret, nor a name."""

import json
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from server import logs
from server.db import Database
from server.routes.refusals import BROKEN
from tests import make
from tests.routes.homestead import Homestead
from tests.routes.test_roles import Door, doors

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.testing import TestClient

    from server.routes.desk import Desk

__all__ = ["doors"]

WORD = "Quincemarmalade"
"""Stands in everything that is sent."""
SECRET = "Zy9secretZy9secretZy9secretZy9secretZy9secr"
LINE = {"method", "route", "status", "ms", "request", "event", "level", "timestamp"}
A_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}")


@pytest.fixture
def home(database: Database) -> Homestead:
    return Homestead(database)


@pytest.fixture
def log(app: "Litestar", monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What was written so far, in the form in which the server writes it."""
    written = StringIO()
    shared = [structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso")]
    into = structlog.wrap_logger(
        structlog.WriteLogger(written),  # type: ignore[arg-type]
        processors=[*shared, *logs._rendering(is_json=True)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
    )
    monkeypatch.setattr(logs, "log", into)
    monkeypatch.setitem(app.state._state, "log", into)
    return written


@pytest.fixture
def somebody(
    app: "Litestar", desk: "Desk", home: Homestead, database: Database, open_client: Callable[[], "TestClient[Any]"]
) -> Callable[[str], Any]:
    """Opens the browser of Noor, of a stranger, of nobody, or a program with a token, each seen by the log."""

    def open_as(name: str) -> Any:
        client = open_client()
        client.app = logs.RequestLog(app)  # type: ignore[assignment]
        client.headers.update({"user-agent": WORD, "referer": f"http://localhost:8000/{WORD}"})
        if name == "a token":
            with database.write() as session:
                client.headers["authorization"] = f"Bearer {make.token(session, home.noor)}"
        elif name:
            make.sign_in(client, desk, next(one for one in home.people if one.name == name))
        return client

    return open_as


def everything(door: Door, named: dict[str, Any], client: Any) -> None:
    """One request with a word, a name and a secret wherever a request has room for one."""
    path = door.path.replace("{token}", SECRET).replace("{name}", SECRET)
    address = Door(door.method, path, door.handler).address(**named)
    fields = dict.fromkeys(("title", "line", "text", "prevent", "name", "code", "token", "q", "ask", "what", "zone", "endpoint"), WORD)
    json_body, data = (fields, None) if "/api/" in path or path.startswith(("/notes", "/push")) else (None, fields)
    send: dict[str, Any] = {"json": json_body, "data": data} if door.method != "GET" else {}
    with suppress(Exception):
        client.request(door.method, f"{address}{'&' if '?' in address else '?'}q={WORD}&token={SECRET}", follow_redirects=False, **send)


@pytest.mark.slow
def test_no_line_of_the_log_tells_what_was_sent_by_whom(
    doors: list[Door], home: Homestead, somebody: Callable[[str], Any], log: StringIO
) -> None:
    named = {door: {name: home.make(name) for name in door.names} for door in doors}
    secrets = [WORD, SECRET, "sid=", "Bearer", "Noor", "Eve"]
    for name in ("Eve", "", "a token", "Noor"):
        client = somebody(name)
        secrets += [client.cookies.get("sid", SECRET), client.headers.get("authorization", SECRET).removeprefix("Bearer ")]
        for door in doors:
            if door.path != "/live":
                everything(door, named[door], client)
    lines = log.getvalue().splitlines()
    assert len(lines) > 300
    told = [json.loads(line) for line in lines if line.startswith("{")]
    assert len(told) == len(lines)
    requests = [one for one in told if one["event"] == "request"]
    assert {frozenset(one) for one in requests} == {frozenset(LINE)}
    assert {one["status"] for one in requests} >= {200, 303, 401, 404, 422}
    assert [line for line in lines if any(word in line for word in secrets) or A_UUID.search(line)] == []


def test_a_failure_is_told_with_where_it_was_and_nothing_of_what_was_sent(
    home: Homestead, somebody: Callable[[str], Any], log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.actions import promises

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(promises, "make", fail)
    form = {"title": WORD, "rhythm": "daily", "area": "time", "audience": "personal", "starts_on": "2026-03-20"}
    answer = somebody("Noor").post("/promises", data=form)
    assert (answer.status_code, BROKEN in answer.text, "RuntimeError" in answer.text) == (500, True, False)
    lines = log.getvalue().splitlines()
    (failure,) = [json.loads(line) for line in lines if '"failure"' in line]
    assert (failure["path"], "RuntimeError" in failure["exception"]) == ("/promises", True)
    assert [line for line in lines if WORD in line] == []
