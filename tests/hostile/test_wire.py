"""What every answer says to a browser, and what no request may do."""

import gzip
import re
import time
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from server.actions import limits
from server.app import POLICY, create_app
from server.db import Database
from server.db.tables import promises
from server.domain.errors import TooManyError
from server.routes.api.slowing import WRITES
from tests import make
from tests.hostile.forms import pages
from tests.make import NOW
from tests.routes.homestead import Homestead
from tests.routes.test_roles import BODIES, Door, count, doors

if TYPE_CHECKING:
    from server.routes.desk import Desk

__all__ = ["doors"]

OURS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
}
CSP = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
FORM = {"title": "Home for dinner", "rhythm": "daily", "area": "time", "audience": "personal", "starts_on": "2026-03-20"}
ELSEWHERE: list[dict[str, str]] = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": "http://localhost:8000"},
    {"sec-fetch-site": ""},
    {"sec-fetch-site": "Same-Origin"},
    {"origin": "https://evil.example"},
    {"origin": "http://localhost:9000"},
    {"origin": "http://localhost:8000.evil.example"},
    {"origin": "http://evil.example/localhost:8000"},
    {"origin": "http://localhost:8000@evil.example"},
    {"origin": "null"},
    {"origin": ""},
    {"referer": "http://localhost:8000/"},
    {},
]


class _Inline(HTMLParser):
    """Whatever of a page a strict policy would not let run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and not given.get("src")) or tag in ("iframe", "object", "embed", "base"):
            self.found.append(tag)
        for name, value in attrs:
            is_code = (value or "").strip().lower().startswith(("javascript:", "js:", "data:text/html"))
            if name == "style" or name.startswith(("on", "hx-on")) or is_code:
                self.found.append(f"{tag} {name}")


@pytest.fixture
def home(database: Database) -> Homestead:
    return Homestead(database)


@pytest.fixture
def noor(home: Homestead, desk: "Desk", open_client: Callable[[], Any]) -> Any:
    return make.sign_in(open_client(), desk, home.noor)


def opened(client: Any, door: Door) -> Any:
    """The answer at an address, to what it might be sent."""
    body = BODIES.get(door.path, {}) if door.method in ("POST", "PATCH") else None
    return client.request(door.method, door.address(), json=body, follow_redirects=False)


def is_stream(door: Door) -> bool:
    return door.path == "/live"


def test_the_policy_is_the_one_that_was_decided() -> None:
    assert set(POLICY.split("; ")) == CSP


def test_every_answer_of_every_route_carries_the_headers(doors: list[Door], noor: Any, open_client: Callable[[], Any]) -> None:
    nobody = open_client()
    for door in doors:
        for client in (nobody,) if is_stream(door) else (nobody, noor):
            headers = opened(client, door).headers
            assert (door, {name: headers.get(name) for name in OURS}) == (door, OURS)
            assert "access-control-allow-origin" not in headers, door
    for path in ("/nowhere", "/static/../app.py", "/api/v1/nothing", "/%00", "/promises/%2e%2e", "/\\evil"):
        headers = noor.get(path).headers
        assert {name: headers.get(name) for name in OURS} == OURS, path


def test_over_https_a_browser_is_told_to_come_no_other_way(desk: "Desk", doors: list[Door]) -> None:
    app = create_app(replace(desk, settings=replace(desk.settings, origin="https://weft.example.org")))
    with TestClient(app, base_url="https://weft.example.org") as client:
        said = {client.get(path).headers.get("strict-transport-security") for path in ("/sign-in", "/nowhere", "/api/v1/me", "/healthz")}
    assert said == {"max-age=63072000"}


def test_no_page_holds_a_script_or_a_style_of_its_own(noor: Any, open_client: Callable[[], Any]) -> None:
    found = {
        **pages(noor, "/", "/me", "/us", "/week", "/promises/new"),
        **pages(open_client(), "/sign-in", "/help", "/invitation", "/offline"),
    }
    assert len(found) > 25
    assert {path: inline for path, page in found.items() if (inline := _Inline(page.text).found)} == {}


def test_the_scripts_make_no_code_from_words() -> None:
    code = re.compile(r"\beval\(|new Function\(|\.innerHTML\s*=|document\.write|insertAdjacentHTML|setTimeout\(\s*[\"'`]|hx-on|\bjs:")
    ours = [*Path("web/static/js").rglob("*.js"), *Path("web/pwa").rglob("*.js"), *Path("web/templates").rglob("*.html")]
    assert len(ours) > 60
    assert [str(one) for one in ours if code.search(one.read_text())] == []


@pytest.mark.parametrize("headers", ELSEWHERE, ids=lambda one: ",".join(map("=".join, one.items())) or "nothing")
def test_what_does_not_come_from_our_own_pages_writes_nothing(noor: Any, database: Database, headers: dict[str, str]) -> None:
    del noor.headers["sec-fetch-site"]
    before = count(database)
    for path in ("/promises", "/api/v1/promises", "/sign-out"):
        answer = noor.post(path, data=FORM, headers=headers, follow_redirects=False)
        assert (path, answer.status_code) == (path, 403)
    assert count(database) == before


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}, {"origin": "http://localhost:8000"}])
def test_our_own_pages_write(noor: Any, headers: dict[str, str]) -> None:
    del noor.headers["sec-fetch-site"]
    assert noor.post("/promises", data=FORM, headers=headers, follow_redirects=False).status_code == 303


@pytest.mark.parametrize("named", ["x-http-method-override", "x-method-override", "x-http-method"])
def test_a_reading_address_cannot_be_turned_into_a_writing_one(noor: Any, database: Database, named: str) -> None:
    before = count(database)
    noor.get("/promises?_method=POST&title=x", headers={named: "POST", "sec-fetch-site": "cross-site"})
    assert count(database) == before


def test_a_cookie_in_the_address_or_in_the_body_lets_nobody_in(noor: Any, open_client: Callable[[], Any]) -> None:
    token, nobody = noor.cookies["sid"], open_client()
    for path in (f"/me?sid={token}", f"/me;sid={token}", f"/api/v1/me?access_token={token}&token={token}"):
        assert nobody.get(path, follow_redirects=False).status_code in (303, 401, 404), path


@pytest.mark.parametrize("path", ["/promises", "/api/v1/promises", "/sign-in", "/search", "/push/subscriptions"])
@pytest.mark.parametrize("is_chunked", [False, True], ids=["told", "chunked"])
def test_no_body_is_longer_than_sixty_four_kibibytes(noor: Any, database: Database, path: str, is_chunked: bool) -> None:
    before = count(database)
    whole = b"title=" + b"x" * (64 * 1024)
    kind = "application/json" if "api" in path or "push" in path else "application/x-www-form-urlencoded"
    content: Any = (whole[at : at + 4096] for at in range(0, len(whole), 4096)) if is_chunked else whole
    answer = noor.post(path, content=content, headers={"content-type": kind})
    assert answer.status_code == 413
    assert count(database) == before


def test_what_is_packed_is_not_unpacked(noor: Any, database: Database) -> None:
    """No encoding of a body is known here, so nothing in it can grow."""
    before = count(database)
    packed = gzip.compress(b"title=" + b"x" * 50_000_000)
    assert len(packed) < 64 * 1024
    for path, kind in (("/promises", "application/x-www-form-urlencoded"), ("/api/v1/promises", "application/json")):
        answer = noor.post(path, content=packed, headers={"content-type": kind, "content-encoding": "gzip"})
        assert answer.status_code in (400, 415, 422)
    assert count(database) == before


def test_a_hundred_thousand_fields_are_refused_at_once(noor: Any) -> None:
    began = time.monotonic()
    answers = [noor.post("/promises", content=body, headers={"content-type": "application/x-www-form-urlencoded"}) for body in MANY]
    assert {one.status_code for one in answers} <= {400, 403, 422}
    assert time.monotonic() - began < 5


MANY = [b"a&" * 32_000, b"days=MO&" * 8_000, b"&" * 65_000, b"=" * 65_000, b"%" * 65_000, b"a=%zz&" * 10_000]


def test_two_nodes_count_in_one_bucket(database: Database, desk: "Desk", home: Homestead) -> None:
    """Two applications over one database: what one of them counted the other has counted."""
    nodes = [TestClient(create_app(desk)) for _ in range(2)]
    with nodes[0] as here, nodes[1] as there:
        statuses = [
            client.post("/sign-in", data={"code": "0" * 24}, headers={"sec-fetch-site": "same-origin"}).status_code
            for _ in range(10)
            for client in (here, there)
        ]
    assert statuses.count(422) < 20
    assert statuses[-1] == 429
    assert statuses[statuses.index(429) :] == [429] * (20 - statuses.index(429))


def test_the_api_counts_for_both_nodes(database: Database, desk: "Desk", home: Homestead) -> None:
    with database.write() as session:
        token = make.token(session, home.noor)
        for _ in range(WRITES.most):
            limits.take(session, f"api {home.noor.id}", WRITES, now=NOW)
        with pytest.raises(TooManyError):
            limits.take(session, f"api {home.noor.id}", WRITES, now=NOW)
    headers = {"authorization": f"Bearer {token}"}
    for _ in range(2):
        with TestClient(create_app(desk)) as node:
            answer = node.post("/api/v1/promises", json={"title": "x", "area": "time", "rule": "FREQ=DAILY"}, headers=headers)
            assert (answer.status_code, answer.headers["content-type"]) == (429, "application/problem+json")
    with database.read() as session:
        assert "x" not in session.scalars(select(promises.c.title)).all()
