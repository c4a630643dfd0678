"""Deleting one's account: what goes and what stays, then the last word."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from server.actions import deleting
from server.domain.text import isolated
from server.routes import access, entering, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.store import members
from web.views import DeletePage

PAGE = "/me/delete"


@get(PAGE, opt=access.FRESH, sync_to_thread=True)
def show(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], sure: FromQuery[str] = ""
) -> Response[str]:
    """The first step says what it means, the second asks for the last time."""
    with desk.database.read() as session:
        name = isolated(members.get(session, viewer.member_id).name)
    return pages.page(request, "me/delete.html", DeletePage(name=name, is_last=bool(sure)), title="Delete your account")


@post(PAGE, opt={**access.FRESH, access.ASKED_ON: PAGE}, sync_to_thread=True)
def delete(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Response[Any]:
    """Delete it; what others were to be told of it, and spaces that are closed, lie beyond what its owner sees."""
    with desk.database.everything().write() as session:
        deleting.delete(session, viewer.member_id, now=desk.now())
    return entering.lead_out(desk, "/sign-in?gone=yes")


HANDLERS = [show, delete]
