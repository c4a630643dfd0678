"""What a supporter finds: whom they support, and what those have opened."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from server.actions import supporting as acting
from server.routes import access, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import supporting


@get("/supporting", opt=access.SIGNED_IN, sync_to_thread=True)
def show_all(request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Response[str]:
    """Whom one supports."""
    with desk.database.read() as session:
        view = supporting.listed(session, viewer.member_id)
    return pages.page(request, "supporting/list.html", view, title="Whom you support")


@get("/supporting/{bond_id:uuid}", opt=access.SUPPORTING, sync_to_thread=True)
def show(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond_id: FromPath[UUID]
) -> Response[str]:
    """What all of a bond have opened."""
    with desk.database.read() as session:
        view = supporting.load(session, bond_id, viewer.member_id, now=desk.now())
    return pages.page(request, "supporting/page.html", view, title=view.heading)


@post("/supporting/{bond_id:uuid}/end", opt=access.SUPPORTING, sync_to_thread=True)
def end(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond_id: FromPath[UUID]) -> Redirect:
    """Support them no more."""
    with desk.database.write() as session:
        acting.end(session, bond_id, member_id=viewer.member_id, now=desk.now())
    return pages.back("/supporting")


HANDLERS = [show_all, show, end]
