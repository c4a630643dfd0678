"""Today."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from server.routes import access, closing, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import lines, looking, today
from server.store import members


@get("/", opt=access.ANYONE, sync_to_thread=True)
def show(request: Request[Any, Any, Any], desk: NamedDependency[Desk], visitor: NamedDependency[Viewer | None]) -> Response[Any]:
    """Today; the way in for somebody who is not signed in."""
    with desk.database.read() as session:
        if visitor is None:
            return pages.back("/sign-in" if members.count(session) else "/welcome")
        found = looking.look(session, visitor.member_id, now=desk.now())
    seen = found.sight
    notices = (*closing.notices(desk, seen.me, seen.bonds), *lines.above(found))
    request.state.seen_by = seen.me, seen.pair
    view = today.page(found, can_push=bool(desk.push_key))
    return pages.page(request, "today/page.html", view, title="Today", tab="today", notices=notices)


HANDLERS = [show]
