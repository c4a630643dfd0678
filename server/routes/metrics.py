"""Figures on people's own port, for who carries the token of WEFT_METRICS_TOKEN; for all others there is no such page."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from server.routes.access import ANYONE
from server.routes.desk import Desk
from server.routes.health import PLAIN
from server.watching.listening import PATH, TYPE, is_allowed


@get(PATH, opt=ANYONE, sync_to_thread=True)
def show(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    """Everything that is counted, as Prometheus reads it."""
    token = desk.settings.metrics_token
    if desk.watch is None or not token or not is_allowed(request.headers.get("authorization", ""), token):
        raise NotFoundException
    return Response(desk.watch.page(), media_type=TYPE, headers=PLAIN)


HANDLERS = [show]
