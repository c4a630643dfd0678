"""A day that two people saw differently."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from server.domain.errors import NotFoundError
from server.routes import access, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import difference, scene


@get("/promises/{promise_id:uuid}/differences/{day:date}", opt=access.SIGNED_IN, sync_to_thread=True)
def show(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    promise_id: FromPath[UUID],
    day: FromPath[date],
) -> Response[str]:
    """What each of them said."""
    with desk.database.read() as session:
        found = scene.load(session, viewer.member_id, now=desk.now())
        promise = found.promises.get(promise_id)
        if promise is None:
            raise NotFoundError("There is no such promise.")
        view = difference.page(found, difference.load(session, promise, day, now=desk.now()))
    return pages.page(request, "differences/page.html", view, title=view.heading, tab="promises")


HANDLERS = [show]
