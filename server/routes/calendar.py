"""The calendar feed, which whoever knows its secret address may read, and the setting of one's own."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from server.actions import asides, calendars, limits
from server.db import scope
from server.domain.errors import NotFoundError
from server.domain.limits import Limit
from server.domain.secrets import hash_of
from server.routes import access, entering, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import calendar
from server.store import calendars as store

PURPOSE = "calendar"
SUFFIX = ".ics"
TYPE = "text/calendar"
TRIES = Limit(60, timedelta(hours=1))
HEADERS = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
HOME = "/me#calendar"


@dataclass(frozen=True, slots=True)
class Parts:
    """What one's calendar shows beside one's own part of one's bonds: what the others promised, and one's personal promises."""

    theirs: str = ""
    personal: str = ""

    @property
    def chosen(self) -> dict[str, bool]:
        return {"has_theirs": bool(self.theirs), "has_personal": bool(self.personal)}


@get("/calendar/{name:str}", opt=access.ANYONE, sync_to_thread=True)
def feed(request: Request[Any, Any, Any], desk: NamedDependency[Desk], name: FromPath[str]) -> Response[bytes]:
    """What is due and planned, for the calendar that was given this address; not found for any other."""
    with desk.database.read() as session:
        known = store.by_hash(session, hash_of(name.removesuffix(SUFFIX))) if name.endswith(SUFFIX) else None
        if known:
            scope.act_for(session, known.member_id)
        entries = calendar.load(session, known, now=desk.now()) if known else []
    if known is None:
        with desk.database.write() as session:
            limits.take(session, f"calendar:{entering.address(request)}", TRIES, now=desk.now())
        raise NotFoundError("There is no such calendar.")
    tag = calendar.tag(entries)
    headers = {**HEADERS, "ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    # Few have a calendar that asks, and what writes it is large.
    from server.routes.showing import ics  # noqa: PLC0415

    return Response(ics.text(entries, desk.settings.origin), media_type=TYPE, headers=headers)


@post("/me/calendar", opt=access.FRESH, sync_to_thread=True)
def make(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[Parts]
) -> Redirect:
    """Make an address, or a new one that ends the old; the next page shows it once, at its top."""
    cookie = request.cookies[access.cookie_name(desk)]
    with desk.database.write() as session:
        secret = calendars.make(session, viewer.member_id, **data.chosen, now=desk.now())
        asides.keep(session, [f"{desk.settings.origin}/calendar/{secret}{SUFFIX}"], purpose=PURPOSE, token=cookie, now=desk.now())
    return pages.back("/me")


@post("/me/calendar/parts", opt=access.SIGNED_IN, sync_to_thread=True)
def choose(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[Parts]) -> Redirect:
    """Change what it shows."""
    with desk.database.write() as session:
        calendars.choose(session, viewer.member_id, **data.chosen)
    return pages.back(HOME)


@post("/me/calendar/off", opt=access.SIGNED_IN, sync_to_thread=True)
def end(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Redirect:
    """Turn it off."""
    with desk.database.write() as session:
        calendars.end(session, viewer.member_id)
    return pages.back(HOME)


HANDLERS = [feed, make, choose, end]
