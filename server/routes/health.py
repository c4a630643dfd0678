"""Whether the server lives, and whether it can serve."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from server.routes.access import ANYONE
from server.routes.desk import Desk
from server.store import health

PLAIN = {"Cache-Control": "no-store"}


@get("/healthz", opt=ANYONE, sync_to_thread=False)
def alive() -> Response[dict[str, str]]:
    """The process answers."""
    return Response({"status": "ok"}, headers=PLAIN)


@get("/readyz", opt=ANYONE, sync_to_thread=True)
def ready(desk: NamedDependency[Desk]) -> Response[dict[str, Any]]:
    """The database answers, and its tables are of this version."""
    trouble = health.trouble(desk.database)
    return Response({"status": trouble or "ok"}, status_code=503 if trouble else 200, headers=PLAIN)


HANDLERS = [alive, ready]
