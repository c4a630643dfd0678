"""A milestone's page, and what the others say to it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from server.actions import answers
from server.domain.errors import InvalidError
from server.routes import access, fields, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import milestone


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """A kind word that was tapped, or one's own line; `by` is who was signed in then."""

    line: str = ""
    id: str = ""
    by: str = ""
    at: str = ""


@get("/milestones/{milestone_id:uuid}", opt=access.SIGNED_IN, sync_to_thread=True)
def show(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], milestone_id: FromPath[UUID]
) -> Response[str]:
    """One celebration."""
    return _page(request, desk, viewer, milestone_id)


@post("/milestones/{milestone_id:uuid}/answers", opt=access.SIGNED_IN, sync_to_thread=True)
def answer(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    milestone_id: FromPath[UUID],
    data: URLEncodedBody[AnswerForm],
) -> Response[Any]:
    """Say something to it; what was said last stands."""
    id, at = fields.stamped(viewer, data)
    try:
        with desk.database.write() as session:
            answers.answer(session, milestone_id, data.line, id=id, at=at, member_id=viewer.member_id, now=desk.now())
    except InvalidError as refusal:
        if pages.wants_json(request):
            raise
        return _page(request, desk, viewer, milestone_id, line=data.line, refusal=refusal)
    return pages.back(f"/milestones/{milestone_id}")


def _page(
    request: Request[Any, Any, Any], desk: Desk, viewer: Viewer, milestone_id: UUID, *, line: str = "", refusal: InvalidError | None = None
) -> Response[str]:
    with desk.database.read() as session:
        found = milestone.load(session, milestone_id, viewer.member_id)
    view = milestone.page(found, line=line, problem=str(refusal or ""))
    return pages.page(request, "milestones/page.html", view, title=view.heading, status=422 if refusal else 200)


HANDLERS = [show, answer]
