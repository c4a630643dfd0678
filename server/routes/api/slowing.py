"""Holding back a program that writes too often; check-ins one by one are held back by their queue instead."""

from datetime import timedelta
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from server.actions import limits
from server.domain.limits import Limit
from server.routes.access import Viewer, desk_of

WRITES = Limit(600, timedelta(minutes=1))


def hold_back(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Count one write of the member, whichever token or device it came by; TooManyError beyond WRITES."""
    desk = desk_of(connection)
    viewer: Viewer = connection.state.viewer
    with desk.database.write() as session:
        limits.take(session, f"api {viewer.member_id}", WRITES, now=desk.now())
