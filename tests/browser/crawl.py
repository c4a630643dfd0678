"""Everything that somebody can come to: by links and search forms from Today on, and by every address that can be filled in."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from html import unescape
from itertools import product
from typing import TYPE_CHECKING

from litestar.routes import HTTPRoute
from sqlalchemy import select

from server.app import create_app
from server.db.tables import metadata

if TYPE_CHECKING:
    from tests.browser.person import Person
    from tests.browser.server import Running

LINK = re.compile(r'\shref="(/[^"#]*)')
FORM = re.compile(r'<form\b(?=[^>]*\brole="search")(?=[^>]*\bmethod="(\w+)")(?=[^>]*\baction="(/[^"]*)").*?</form>', re.DOTALL)
FIELD = re.compile(r'<input\b(?=[^>]*\bname="([^"]+)")(?=[^>]*\btype="search")')
OURS = {"sec-fetch-site": "same-origin"}
GAP = re.compile(r"\{(\w+):(\w+)\}")
NOT_READ = re.compile(r"^/(static|icons|dev|live|favicon\.ico|sw\.js|manifest\.webmanifest|healthz|readyz|api/v1/openapi\.json)\b")
"""Files, the stream that never ends, and what shows samples only."""
MOST_QUERIES, MOST_PAGES = 3, 600
TYPES = ("text/", "application/json", "application/problem+json")

NO_ADDRESSES = {
    *("bonds", "ceremonies", "deliveries", "events", "links", "members", "notices", "passkeys", "pauses"),
    *("push_subscriptions", "recovery_codes", "sessions", "tokens"),
}
"""Tables whose ids lead to no page."""

Found = dict[str, tuple[int, str]]


def addresses(weft: "Running", *days: date, names: Sequence[str] = ()) -> list[str]:
    """Every address that answers a GET, its gaps filled with every id there is, these days and the ends of their weeks, these names."""
    with weft.desk.database.read() as session:
        tables = [table for table in metadata.sorted_tables if "id" in table.columns and table.name not in NO_ADDRESSES]
        ids = [str(one) for table in tables for one in session.scalars(select(table.c.id))]
    ends = [day + timedelta(days=6 - day.weekday()) for day in days]
    values = {"uuid": ids, "date": [str(day) for day in dict.fromkeys([*days, *ends])], "str": names, "int": ["1"]}
    routes = [route for route in create_app(weft.desk).routes if isinstance(route, HTTPRoute) and "GET" in route.methods]
    return [path for route in routes if not NOT_READ.match(route.path) for path in _filled(route.path, values)]


def everything(person: "Person", known: Sequence[str], words: Sequence[str] = ()) -> Found:
    """Status and text of all that this person gets, by address: from Today and the known ones on; `words` are searched for."""
    found: Found = {}
    ahead = ["/", *known]
    asked: dict[str, int] = {}
    while ahead:
        path = ahead.pop(0)
        bare = path.partition("?")[0]
        if path in found or NOT_READ.match(path) or asked.get(bare, 0) >= MOST_QUERIES:
            continue
        asked[bare] = asked.get(bare, 0) + 1
        found[path] = _read(person, "get", path)
        assert len(found) <= MOST_PAGES
        for form in FORM.finditer(found[path][1]):
            found |= _searched(person, form, words)
        ahead += links(found[path][1])
    return found


def links(text: str) -> Iterable[str]:
    return dict.fromkeys(LINK.findall(text))


def told_in(found: Found, marks: Mapping[str, re.Pattern[str]]) -> dict[str, list[str]]:
    """Where each mark is to be read, by address."""
    return {name: [path for path, (_, text) in found.items() if mark.search(text)] for name, mark in marks.items()}


def _read(person: "Person", method: str, path: str, fields: Mapping[str, str] | None = None) -> tuple[int, str]:
    form = dict(fields) if fields else None
    answer = person.context.request.fetch(person.weft.url + path, method=method, form=form, headers=OURS, max_redirects=5)
    is_text = answer.headers.get("content-type", "").startswith(TYPES)
    return answer.status, unescape(answer.text()) if is_text else ""


def _searched(person: "Person", form: re.Match[str], words: Sequence[str]) -> Found:
    """What a search form gives for each of the words, under its address and the word."""
    method, path = form[1], form[2]
    return {f"{path} {word}": _read(person, method, path, {name: word}) for name in FIELD.findall(form[0]) for word in words}


def _filled(path: str, values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for chosen in product(*(values[kind] for _, kind in GAP.findall(path))):
        parts = iter(chosen)
        yield GAP.sub(lambda _, parts=parts: next(parts), path)  # type: ignore[misc]
