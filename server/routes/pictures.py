"""Pictures to share: looked at first, then taken along."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from server.routes import access, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import choosing, milestone, picture, scene, week_scene
from server.routes.showing.week_scene import Week
from web import drawing
from web.views import Picture, PicturePage

YES = "yes"
PRIVATE = {"Cache-Control": "private, max-age=60", "Vary": "Cookie"}
TITLE = "Share a picture"


@get("/weeks/{to_on:date}/picture", opt=access.SIGNED_IN, sync_to_thread=True)
def look_at_week(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    to_on: FromPath[date],
    names: FromQuery[str] = "",
    bond: FromQuery[UUID | None] = None,
) -> Response[str]:
    """A week's picture as it would be shared."""
    return _look(request, picture.page_of_week(_week(desk, viewer, to_on, bond), names=names == YES))


@get("/weeks/{to_on:date}/picture.png", opt=access.SIGNED_IN, sync_to_thread=True)
def of_week(
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    to_on: FromPath[date],
    names: FromQuery[str] = "",
    bond: FromQuery[UUID | None] = None,
) -> Response[bytes]:
    """A week's picture."""
    return _drawn(picture.of_week(_week(desk, viewer, to_on, bond), names=names == YES))


@get("/milestones/{milestone_id:uuid}/picture", opt=access.SIGNED_IN, sync_to_thread=True)
def look_at_milestone(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    milestone_id: FromPath[UUID],
    names: FromQuery[str] = "",
) -> Response[str]:
    """A milestone's picture as it would be shared."""
    with desk.database.read() as session:
        found = milestone.load(session, milestone_id, viewer.member_id)
    return _look(request, picture.page_of_milestone(found, names=names == YES))


@get("/milestones/{milestone_id:uuid}/picture.png", opt=access.SIGNED_IN, sync_to_thread=True)
def of_milestone(
    desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], milestone_id: FromPath[UUID], names: FromQuery[str] = ""
) -> Response[bytes]:
    """A milestone's picture."""
    with desk.database.read() as session:
        found = milestone.load(session, milestone_id, viewer.member_id)
    return _drawn(picture.of_milestone(found, names=names == YES))


def _week(desk: Desk, viewer: Viewer, to_on: date, bond: UUID | None) -> Week:
    with desk.database.read() as session:
        seen = scene.load(session, viewer.member_id, now=desk.now())
        return week_scene.of_day(session, seen, choosing.chosen(seen.bonds, bond), to_on)


def _look(request: Request[Any, Any, Any], view: PicturePage) -> Response[str]:
    return pages.page(request, "pictures/page.html", view, title=TITLE)


def _drawn(view: Picture) -> Response[bytes]:
    return Response(drawing.png(view), media_type="image/png", headers=PRIVATE)


HANDLERS = [look_at_week, of_week, look_at_milestone, of_milestone]
