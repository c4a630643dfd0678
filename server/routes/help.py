"""The help page."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from server.routes import pages
from server.routes.access import ANYONE
from server.routes.desk import Desk
from web.views import HelpPage


@get("/help", opt=ANYONE, sync_to_thread=True)
def show(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """How it counts in plain words, and who runs this server."""
    return pages.page(request, "help/page.html", HelpPage(operator=desk.settings.operator), title="Help")


HANDLERS = [show]
