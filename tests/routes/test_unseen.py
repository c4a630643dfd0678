"""No page and no answer of the API tells the other where somebody is, when they were here, or at which minute they tapped (SAFETY 2)."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import TestClient

from server.actions import asks, moments, repairs, settling, summaries
from server.domain.repairs import Repair
from server.store import ids
from server.store.asks import Ask
from server.store.moments import Moment
from tests import make
from tests.make import NOW

DAY = timedelta(days=1)
TAPPED = NOW.replace(minute=37, second=41)
"""When Noor taps, which is 17:37 in Berlin; everything else here happens on the hour."""
VISITED = NOW.replace(hour=18, minute=53)
LOOKED = NOW.replace(hour=19) + DAY
SUNDAY = NOW.replace(hour=18) + 2 * DAY
TELLING = re.compile(
    r"^(lat|lon|latitude|longitude|location|place_of|position|presence|online|is_here|here_until|last_seen|seen_at|seen_on|read_at|opened_at"
    r"|typing|device|devices|user_agent|browser|battery|ip|address|received_at|session_id|used_on|tapped_at|checked_in_at)$"
)
"""Names under which such a thing would be told."""
OWN = ("/me",)
"""What speaks only of who asks."""
OWN_SHAPES = {"CheckIn": "the answer to one's own check-in", "OwnCheckIn": "one's own export", "WayIn": "one's own export"}
NOT_READ = (
    "openapi",
    "/static/",
    "/icons/",
    "/favicon",
    "/schema",
    "/export",
    "/live",
    "/picture.png",
    "/calendar/",
    "/sw.js",
    "/manifest",
    "/enter/",
)


@pytest.fixture
def couple(database: Any) -> make.Couple:
    with database.write() as session:
        return make.couple(session, now=NOW - 6 * DAY)


@pytest.fixture
def things(database: Any, couple: make.Couple, client: "TestClient[Any]", desk: Any, clock: Any) -> dict[str, Any]:
    """Noor keeps and misses, asks and plans at one minute, and looks around at another; then the week ends."""
    noor, sam, bond = couple.noor, couple.sam, couple.bond
    with database.write() as session:
        dinner, call = (
            make.promise(session, noor, title, starts_on=NOW.date() - 2 * DAY, now=NOW - 3 * DAY) for title in ("Dinner", "Call")
        )
        for promise, kind in ((dinner, "kept"), (call, "missed")):
            for back in (2, 1, 0):
                make.check_in(session, promise, kind if back < 2 else "kept", day=(NOW - back * DAY).date(), now=TAPPED - back * DAY)
        repairs.repair(session, call.id, NOW.date(), Repair(prevent="An alarm."), member_id=noor.id, now=TAPPED)
        asked = asks.ask(session, Ask(ids.new(), bond.id, noor.id, sam.id, "Tea?", NOW), now=NOW)
        moments.plan(session, Moment(ids.new(), bond.id, noor.id, "A walk", "", LOOKED.date(), None, NOW), now=NOW)
        settling.settle(session, now=SUNDAY, limit=100)
        summaries.summarise(session, now=SUNDAY, limit=10)
    clock.at = VISITED
    visiting = make.sign_in(client, desk, noor)
    for path in ("/", "/us", "/week", "/me", f"/promises/{dinner.id}"):
        assert visiting.get(path).status_code == 200
    clock.at = SUNDAY
    return {"promise_id": call.id, "kept": dinner.id, "ask_id": asked.id, "bond_id": bond.id, "day": NOW.date(), "to_on": "2026-03-22"}


@pytest.fixture
def sams(open_client: Any, desk: Any, database: Any, couple: make.Couple) -> "TestClient[Any]":
    return make.sign_in(open_client(), desk, couple.sam)


def answers(app: Any, sams: "TestClient[Any]", things: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Everything that Sam finds at an address that only reads."""
    for route in app.routes:
        if "GET" not in getattr(route, "methods", ()) or any(one in route.path_format for one in NOT_READ):
            continue
        named = {name: f"{things.get(name, ids.new())}" for name in re.findall(r"{(\w+)}", route.path_format)}
        for promise in {things["kept"], things["promise_id"]} if "promise_id" in named else {None}:
            path = route.path_format.format(**{**named, **({"promise_id": promise} if promise else {})})
            answer = sams.get(path)
            if answer.status_code == 200:
                yield route.path_format, answer


def names(document: Any) -> Iterator[str]:
    """Every name in a document."""
    if isinstance(document, dict):
        yield from document
    for one in document.values() if isinstance(document, dict) else document if isinstance(document, list) else ():
        yield from names(one)


def test_no_page_and_no_answer_holds_the_minute_of_another_s_tap_or_visit(app: Any, sams: Any, things: dict[str, Any]) -> None:
    found = dict(answers(app, sams, things))
    assert len(found) > 30
    assert {"/", "/week", "/promises/{promise_id}", "/api/v1/today", "/api/v1/promises/{promise_id}/occurrences"} <= found.keys()
    told = {path: re.findall(r"\b\d\d:(?:37|53)\b", re.sub(r"<[^>]+>", " ", answer.text)) for path, answer in found.items()}
    assert {path: some for path, some in told.items() if some} == {}


def test_no_name_in_the_api_is_one_under_which_it_would_be_told(app: Any, sams: Any, things: dict[str, Any]) -> None:
    found = {path: answer for path, answer in answers(app, sams, things) if path.startswith("/api/") and not path.endswith(OWN)}
    told = {path: [one for one in names(json.loads(answer.text)) if TELLING.match(one)] for path, answer in found.items()}
    assert {path: some for path, some in told.items() if some} == {}


def test_no_shape_of_the_api_has_such_a_name(app: Any) -> None:
    shapes = app.openapi_schema.to_schema()["components"]["schemas"]
    told = {
        name: [one for one in shape.get("properties", {}) if TELLING.match(one)] for name, shape in shapes.items() if name not in OWN_SHAPES
    }
    assert len(shapes) > 20
    assert {name: some for name, some in told.items() if some} == {}


def test_browsers_are_told_to_ask_for_no_place_no_picture_and_no_sound(client: "TestClient[Any]") -> None:
    policy = client.get("/sign-in").headers["Permissions-Policy"]
    assert {"geolocation=()", "camera=()", "microphone=()"} <= {one.strip() for one in policy.split(",")}
