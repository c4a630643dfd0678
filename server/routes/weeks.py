"""The week, together: the latest, and each one before."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from server.routes import access, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import asking, choosing, review_scene, scene, us, week, week_scene


@get("/week", opt=access.SIGNED_IN, sync_to_thread=True)
def latest(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond: FromQuery[UUID | None] = None
) -> Response[str]:
    """The latest week that was made; before the first one, when that comes."""
    with desk.database.read() as session:
        seen = scene.load(session, viewer.member_id, now=desk.now())
        chosen = choosing.if_any(seen.bonds, bond)
        found = week_scene.latest(session, seen, chosen) if chosen else None
        closed, asked = us.closed(session, seen.me, seen.bonds), asking.above(session, viewer.member_id, now=desk.now())
        view = week.latest(seen, chosen, found)
        view = review_scene.with_way(session, view, found) if found else view
    notices = (*closed, *asked, *choosing.others(seen.bonds, chosen, seen.people, seen.me, "/week"))
    return pages.page(request, "weeks/page.html", view, title="Your week", tab="week", notices=notices)


@get("/weeks/{to_on:date}", opt=access.SIGNED_IN, sync_to_thread=True)
def show(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    to_on: FromPath[date],
    bond: FromQuery[UUID | None] = None,
) -> Response[Any]:
    """The week that ends with a date; any other date leads to the week that holds it."""
    with desk.database.read() as session:
        seen = scene.load(session, viewer.member_id, now=desk.now())
        found = week_scene.of_day(session, seen, choosing.chosen(seen.bonds, bond), to_on)
        view = review_scene.with_way(session, week.page(found), found)
    if found.summary.to_on != to_on:
        return pages.back(week.address(found.summary, choosing.query(seen.bonds, found.bond)))
    return pages.page(request, "weeks/page.html", view, title="Your week", tab="week")


HANDLERS = [latest, show]
