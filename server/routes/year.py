"""A year on one page."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from server.routes import access, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import choosing, scene, year


@get("/year", opt=access.SIGNED_IN, sync_to_thread=True)
def show(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond: FromQuery[UUID | None] = None
) -> Response[str]:
    """The last 52 weeks of a bond."""
    with desk.database.read() as session:
        seen = scene.load(session, viewer.member_id, now=desk.now())
        chosen = choosing.if_any(seen.bonds, bond)
        view = year.page(year.load(session, seen, chosen)) if chosen else year.alone()
    notices = choosing.others(seen.bonds, chosen, seen.people, seen.me, "/year")
    return pages.page(request, "year/page.html", view, title=view.heading, tab="week", notices=notices)


HANDLERS = [show]
