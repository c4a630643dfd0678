"""Every piece in every state, on one page."""

from typing import Any

from litestar import Request, Response, get

from server.routes import pages
from server.routes.access import ANYONE
from web import gallery


@get("/dev/gallery", opt=ANYONE, sync_to_thread=False)
def show(request: Request[Any, Any, Any]) -> Response[str]:
    return pages.bare(request, "dev/gallery.html", title="Gallery", view=gallery.page())


HANDLERS = [show]
