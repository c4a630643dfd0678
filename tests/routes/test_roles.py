"""Every route, tried by everybody: the walk is made from the application's own routes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from inspect import signature
from typing import TYPE_CHECKING, Any

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from sqlalchemy import func, select

from server.db import Database
from server.db.tables import buckets, metadata
from server.domain.private import text_of
from server.routes.access import Access
from server.store import ids
from tests import make
from tests.routes.homestead import LAST_REVIEW, MAKERS, SEALED, TODAY, TOMORROW, Homestead, day_for

if TYPE_CHECKING:
    from litestar.testing import TestClient

    from server.routes.desk import Desk

NOT_HERE = 404
REFUSED = (403, NOT_HERE)
ROOT = "/api/v1"
SPOKEN = (ROOT, "/notes/")
"""Where what is sent is JSON."""
REVIEW = f"{ROOT}/bonds/{{bond_id}}/reviews/{{to_on}}"
BODIES: dict[str, dict[str, Any]] = {
    "/promises/{promise_id}/pauses": {"from": str(TODAY), "until": str(TOMORROW)},
    "/promises/{promise_id}/repairs/{day}": {"prevent": "I set an alarm.", "way": "sent"},
    "/promises/{promise_id}/check-ins": {"kind": "seen"},
    "/promises/{promise_id}/moves/{day}": {"to_on": str(TOMORROW)},
    "/promises/{promise_id}/repairs/{day}/words": {"word": "sorry"},
    "/notes/sealed/{note_id}": {"version": 2, "sealed": text_of(SEALED)},
    "/notes/sealed/{note_id}/remove": {"version": 1},
    "/notes/sealed/{note_id}/move": {"bond": "{bond_id}", "text": "How long?"},
    f"{ROOT}/asks/{{ask_id}}/answer": {"answer": "declined"},
    f"{ROOT}/promises/{{promise_id}}/moves/{{day}}": {"to_on": str(TOMORROW)},
    f"{ROOT}/promises/{{promise_id}}/moves/{{day}}/answer": {"agrees": True},
    f"{ROOT}/promises/{{promise_id}}/repairs/{{day}}": {"prevent": "I set an alarm."},
    f"{ROOT}/promises/{{promise_id}}/repairs/{{day}}/words": {"word": "sorry"},
    f"{REVIEW}/next": {"step": "thanks"},
    f"{REVIEW}/pause": {"rests": True},
    f"{REVIEW}/lines": {"kind": "thanks", "text": "Thank you."},
    f"{REVIEW}/decisions": {"promise": "{promise_id}", "decision": "keep"},
    f"{REVIEW}/moments": {"what": "A walk", "on_date": str(TOMORROW)},
}
"""What a route needs before it looks at whose the thing is; any other is sent nothing."""


@dataclass(frozen=True)
class Door:
    """One method at one address."""

    method: str
    path: str
    handler: HTTPRouteHandler = field(repr=False)

    @property
    def access(self) -> Any:
        return self.handler.opt.get("access")

    @property
    def names(self) -> list[str]:
        """What its address or what is sent there names and somebody owns; a bond may stand in its query."""
        named = [name for name in MAKERS if f"{{{name}}}" in f"{self.path} {BODIES.get(self.path)}"]
        return named or (["bond"] if self._asks_for_a_bond else [])

    @property
    def _asks_for_a_bond(self) -> bool:
        asked = [self.handler.fn, *(one.dependency for one in self.handler.resolve_dependencies().values())]
        return any("bond" in signature(one).parameters for one in asked)

    def address(self, **named: Any) -> str:
        """Its address with these things in it, and made-up ones for the others."""
        made_up = {name: ids.new() for name in MAKERS} | {"name": "x", "token": "x", "path": "x"}
        query = f"?bond={named['bond']}" if "bond" in named else ""
        return self.path.format(**{**made_up, "day": day_for(self.path), "to_on": LAST_REVIEW, **named}) + query

    def open(self, client: "TestClient[Litestar]", **named: Any) -> int:
        """The status for whoever comes with this browser."""
        body = BODIES.get(self.path, {}) if self.method in ("POST", "PATCH") else None
        if body:
            body = {name: str(named.get(value[1:-1], ids.new())) if str(value).startswith("{") else value for name, value in body.items()}
        json, data = (body, None) if self.path.startswith(SPOKEN) else (None, body)
        return client.request(self.method, self.address(**named), json=json, data=data, follow_redirects=False).status_code


@pytest.fixture
def doors(app: Litestar) -> list[Door]:
    """Every method of every route, but those that htmx and browsers ask for themselves."""
    return [
        Door(method, route.path_format, handler)
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"})
    ]


@pytest.fixture
def home(database: Database) -> Homestead:
    return Homestead(database)


@pytest.fixture
def phones(home: Homestead, desk: "Desk", open_client: Callable[[], "TestClient[Litestar]"]) -> dict[str, "TestClient[Litestar]"]:
    """A browser for everybody, all of whom have just shown a passkey."""
    return {one.name: make.sign_in(open_client(), desk, one) for one in home.people}


def count(database: Database) -> dict[str, int]:
    """How many rows there are, but of how often somebody asked."""
    tables = [table for table in metadata.sorted_tables if table is not buckets]
    with database.read() as session:
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_every_route_says_who_may_use_it(doors: list[Door]) -> None:
    assert [door for door in doors if not isinstance(door.access, Access)] == []


def test_nobody_comes_through_a_door_that_is_not_everybody_s(
    doors: list[Door], home: Homestead, client: "TestClient[Litestar]", database: Database
) -> None:
    closed = [door for door in doors if door.access is not Access.ANYONE]
    named = {door: {name: home.make(name) for name in door.names} for door in closed}
    made = count(database)
    assert {door.open(client, **named[door]) for door in closed} <= {303, 401}
    assert count(database) == made


@pytest.mark.slow
def test_what_is_not_theirs_is_not_there_for_who_left_for_another_couple_for_who_is_alone_and_for_a_supporter(
    doors: list[Door], home: Homestead, phones: dict[str, "TestClient[Litestar]"], database: Database
) -> None:
    """Each of them finds just what they find of a thing that never was, while one of those whose it is finds it."""
    named = {door: {name: home.make(name) for name in door.names} for door in doors if door.names}
    made = count(database)
    for door, things in named.items():
        never_was = dict.fromkeys(things, ids.new())
        strangers = ("Cleo", "Eve", "Finn") if door.access is Access.SUPPORTING else ("Cleo", "Eve", "Finn", "Ida")
        found = {door.open(phones[who], **some) for who in strangers for some in (things, never_was)}
        assert (door, found) == (door, {NOT_HERE})
    assert count(database) == made
    for door, things in named.items():
        if door.path.endswith("/end") and door.access is Access.SUPPORTING:
            continue
        assert (door, {door.open(phones[who], **things) for who in ("Noor", "Sam")}) != (door, {NOT_HERE})


def test_a_supporter_finds_the_one_page_of_what_was_opened_and_may_end_it(
    doors: list[Door], home: Homestead, phones: dict[str, "TestClient[Litestar]"]
) -> None:
    theirs = sorted((door for door in doors if door.access is Access.SUPPORTING), key=lambda door: door.method)
    assert [(door.method, door.path) for door in theirs] == [("GET", "/supporting/{bond_id}"), ("POST", "/supporting/{bond_id}/end")]
    assert [door.open(phones["Ida"], bond_id=home.bond.id) for door in theirs] == [200, 303]
    assert [door.open(phones["Ida"], bond_id=home.bond.id) for door in theirs] == [NOT_HERE, NOT_HERE]


DAY_OF = "/promises/{promise_id}/repairs/{day}"
PROMISERS_ALONE = {
    ("POST", "/promises/{promise_id}"),
    ("GET", "/promises/{promise_id}/edit"),
    ("POST", "/promises/{promise_id}/release"),
    ("POST", "/promises/{promise_id}/pauses"),
    ("POST", "/promises/{promise_id}/moves/{day}"),
    ("POST", DAY_OF),
    ("POST", f"{DAY_OF}/draft"),
    ("POST", f"{DAY_OF}/words"),
    ("POST", f"{DAY_OF}/owning"),
    ("POST", f"{ROOT}/promises/{{promise_id}}/moves/{{day}}"),
    ("PATCH", f"{ROOT}/promises/{{promise_id}}"),
    ("DELETE", f"{ROOT}/promises/{{promise_id}}"),
    ("POST", f"{ROOT}{DAY_OF}"),
    ("POST", f"{ROOT}{DAY_OF}/words"),
}
"""What whoever gave the word does with it; of the words about a day, "sorry"."""
PARTNERS_ALONE = {
    ("POST", "/promises/{promise_id}/check-ins"),
    ("POST", "/promises/{promise_id}/moves/{day}/answer"),
    ("POST", f"{ROOT}/promises/{{promise_id}}/moves/{{day}}/answer"),
}
"""What is the other's: to have seen, and to say yes to a day that is asked for."""


def test_what_is_the_promiser_s_is_refused_to_the_partner_and_the_other_way_round(
    doors: list[Door], home: Homestead, phones: dict[str, "TestClient[Litestar]"], database: Database
) -> None:
    """Every door to a promise is the one's, the other's or both's; who is refused changes nothing of it."""
    found: dict[str, set[tuple[str, str]]] = {"Noor": set(), "Sam": set()}
    for door in (one for one in doors if "{promise_id}" in one.path):
        for who, theirs in found.items():
            things = {name: home.make(name) for name in door.names}
            before = count(database)
            if door.open(phones[who], **things) in REFUSED:
                assert (door, count(database)) == (door, before)
            else:
                theirs.add((door.method, door.path))
    assert found["Noor"] - found["Sam"] == PROMISERS_ALONE
    assert found["Sam"] - found["Noor"] == PARTNERS_ALONE
    both = found["Noor"] & found["Sam"]
    assert {door for door in both if door[0] != "GET"} == {("POST", f"{DAY_OF}/mark")}


def test_what_is_one_s_own_alone_is_not_there_for_the_partner(
    doors: list[Door], home: Homestead, phones: dict[str, "TestClient[Litestar]"]
) -> None:
    own = ("session_id", "passkey_id", "token_id", "subscription_id", "invitation_id", "note_id")
    found = [(door, door.open(phones["Sam"], **{name: home.make(name)})) for door in doors for name in door.names if name in own]
    assert {status for _, status in found} == {NOT_HERE}, found


def test_a_token_comes_through_no_door_of_the_pages_and_writes_only_where_it_may(
    doors: list[Door], home: Homestead, client: "TestClient[Litestar]", database: Database
) -> None:
    with database.write() as session:
        client.headers["Authorization"] = f"Bearer {make.token(session, home.noor, scope='read')}"
    made = count(database)
    for door in (one for one in doors if one.access is not Access.ANYONE):
        status = door.open(client)
        if door.access is not Access.SIGNED_IN_OR_TOKEN:
            assert (door, status) in ((door, 303), (door, 401))
        elif door.method != "GET" and not door.handler.opt.get("reads"):
            assert (door, status) == (door, 403)
    assert count(database) == made
