"""The help page, its copy for when there is no signal, and leaving a page in a hurry."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from server.domain import contacts
from server.routes import pages
from server.routes.access import ANYONE
from server.routes.desk import Desk
from web.views import ContactLink, HelpPage

NOT_KEPT = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
FORGOTTEN = {"Cache-Control": "no-store", "Clear-Site-Data": '"cache"'}
"""What waits to be sent is not in the cache, and stays for whose it is."""


@get("/help", opt=ANYONE, sync_to_thread=True)
def show(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Whom to turn to, how it counts in plain words, and who runs this server."""
    return pages.page(request, "help/page.html", _view(request, desk), title="Help", headers=NOT_KEPT)


@get("/help/kept", opt=ANYONE, sync_to_thread=True)
def keep(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """The same for everybody, which every phone keeps from its first day on."""
    return pages.bare(request, "help/page.html", title="Help", page=_view(request, desk))


@get("/leave", opt=ANYONE, sync_to_thread=True)
def leave(request: Request[Any, Any, Any]) -> Response[str]:
    """An empty page; the browser forgets what it kept of the one before."""
    left = pages.bare(request, "leave/page.html", title="A blank page")
    left.headers.update(FORGOTTEN)
    return left


def _view(request: Request[Any, Any, Any], desk: Desk) -> HelpPage:
    found = contacts.chosen(desk.settings.contacts, request.headers.get("accept-language", ""))
    links = tuple(ContactLink(label=one.label, url=one.url, note=one.note) for one in found)
    return HelpPage(operator=desk.settings.operator, contacts=links, are_theirs=bool(desk.settings.contacts))


HANDLERS = [show, keep, leave]
