"""Every week there was, to read back."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from server.routes import access, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import past_weeks


@get("/weeks", opt=access.SIGNED_IN, sync_to_thread=True)
def show(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond: FromQuery[UUID | None] = None
) -> Response[str]:
    """The list of them."""
    with desk.database.read() as session:
        view, notices = past_weeks.load(session, viewer.member_id, bond)
    return pages.page(request, "weeks/list.html", view, title="Every week", tab="week", notices=notices)


HANDLERS = [show]
