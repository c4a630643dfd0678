"""One's own export; a token may not ask for it, since it takes a passkey that was shown a moment ago."""

from litestar import Response, get
from litestar.di import NamedDependency

from server.actions import exporting
from server.domain.exports import Export
from server.routes import access
from server.routes.access import Viewer
from server.routes.api import problems
from server.routes.desk import Desk

KEPT_NOWHERE = {"Cache-Control": "no-store"}


@get("/export", opt=access.FRESH, responses=problems.declared(), sync_to_thread=True)
def show(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Response[Export]:
    """Everything that is one's own; for a signed-in browser that has shown its passkey within ten minutes, and for no token."""
    with desk.database.read() as session:
        return Response(exporting.gather(session, viewer.member_id, now=desk.now()), headers=KEPT_NOWHERE)


HANDLERS = [show]
