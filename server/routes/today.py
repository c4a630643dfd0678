"""Today."""

from datetime import timedelta
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from server.routes import access, closing, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import lines, nudging, scene, supporting, today
from server.store import members, milestones

RECENT = timedelta(hours=36)


@get("/", opt=access.ANYONE, sync_to_thread=True)
def show(request: Request[Any, Any, Any], desk: NamedDependency[Desk], visitor: NamedDependency[Viewer | None]) -> Response[Any]:
    """Today; the way in for somebody who is not signed in."""
    with desk.database.read() as session:
        if visitor is None:
            return pages.back("/sign-in" if members.count(session) else "/welcome")
        found = scene.load(session, visitor.member_id, now=desk.now())
        thought, supported = nudging.above(session, found.me, found.bonds, now=desk.now()), supporting.above(session, visitor.member_id)
        notices = (*thought, *lines.above(session, found), *supported)
        reached = milestones.visible(session, visitor.member_id, since=desk.now() - RECENT, until=desk.now(), limit=2)
    notices = (*closing.notices(desk, found.me, found.bonds), *notices)
    view = today.page(found, reached, can_push=bool(desk.push_key))
    return pages.page(request, "today/page.html", view, title="Today", tab="today", notices=notices)


HANDLERS = [show]
