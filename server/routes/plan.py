"""The plan of a bond, to read and to print."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from server.routes import access, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import choosing, plan, scene


@get("/plan", opt=access.SIGNED_IN, sync_to_thread=True)
def show(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond: FromQuery[UUID | None] = None
) -> Response[str]:
    """What a bond's members said they would do, and what is planned and asked."""
    with desk.database.read() as session:
        seen = scene.load(session, viewer.member_id, now=desk.now())
        chosen = choosing.if_any(seen.bonds, bond)
        view = plan.page(plan.load(session, seen, chosen) if chosen else None)
    notices = choosing.others(seen.bonds, chosen, seen.people, seen.me, "/plan")
    return pages.page(request, "plan/page.html", view, title="Your plan", notices=notices)


HANDLERS = [show]
