"""Builds the HTTP application."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from litestar import Litestar, Request, Router
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.plugins.core import MsgspecDIPlugin
from litestar.types import ControllerRouterHandler, Message, Scope

from server.domain.errors import RefusedError
from server.gathering import Gatherer
from server.live import Live
from server.routes import (
    access,
    api,
    asks,
    assets,
    calendar,
    check_ins,
    deleting,
    dev,
    differences,
    export,
    handing,
    health,
    help,
    hints,
    invitation,
    live,
    me,
    methods,
    metrics,
    milestones,
    moments,
    moves,
    notes,
    nudges,
    past_weeks,
    pictures,
    plan,
    promises,
    push,
    refusals,
    repairs,
    reviews,
    search,
    sign_in,
    supporter,
    supporting,
    today,
    us,
    waiting,
    weeks,
    welcome,
    year,
)
from server.routes.desk import Desk

LARGEST_BODY = 64 * 1024
SMALLEST_TO_COMPRESS = 500
NOT_COMPRESSED = ["^/static/", "^/live$", r"/picture\.png$"]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
}
PAGES: Sequence[Any] = (
    asks,
    assets,
    calendar,
    check_ins,
    deleting,
    dev,
    differences,
    export,
    handing,
    health,
    help,
    invitation,
    live,
    me,
    metrics,
    milestones,
    moments,
    moves,
    notes,
    nudges,
    past_weeks,
    pictures,
    plan,
    promises,
    push,
    repairs,
    reviews,
    search,
    sign_in,
    supporter,
    supporting,
    today,
    us,
    waiting,
    weeks,
    welcome,
    year,
)


class Application(Litestar):
    """Knows dataclasses and structs alone: the framework would load pydantic and attrs for whatever else there may be."""

    @staticmethod
    def _get_default_plugins(plugins: list[Any]) -> list[Any]:
        return [*plugins, MsgspecDIPlugin()]


def create_app(desk: Desk) -> Litestar:
    """The application over what a desk holds."""
    # Two handlers of one path must come in one router: the application wraps the first of them twice when it gets them one by one.
    handlers: list[ControllerRouterHandler] = [handler for noun in PAGES for handler in noun.HANDLERS]
    return Application(
        route_handlers=[Router("/", route_handlers=handlers), api.router()],
        dependencies={
            "desk": Provide(_desk, sync_to_thread=False),
            "gatherer": Provide(_gatherer, sync_to_thread=False),
            "live": Provide(_live, sync_to_thread=False),
            "viewer": Provide(access.provide_viewer, sync_to_thread=False),
            "visitor": Provide(access.provide_visitor, sync_to_thread=False),
        },
        guards=[access.hold],
        before_send=[methods.tell, _headers(desk)],
        exception_handlers={
            RefusedError: refusals.refused,
            HTTPException: refusals.unreadable,
            RecursionError: refusals.too_deep,
            Exception: refusals.broken,
        },
        compression_config=CompressionConfig(
            backend="gzip", gzip_compress_level=6, minimum_size=SMALLEST_TO_COMPRESS, exclude=NOT_COMPRESSED
        ),
        request_max_body_size=LARGEST_BODY,
        include_in_schema=False,
        openapi_config=api.document(access.cookie_name(desk)),
        plugins=[api.Described()],
        logging_config=None,
        lifespan=[_gathering, _living],
        state=State({"desk": desk.of(None), "log": structlog.get_logger("weft")}),
    )


def waiting_in(app: Litestar) -> int:
    """How many check-ins wait to be committed."""
    return _gatherer(app.state).waiting if "gatherer" in app.state else 0


def pages_of(app: Litestar) -> int:
    """How many pages are open and listen."""
    return _live(app.state).pages if "live" in app.state else 0


def close_pages(app: Litestar) -> None:
    """End the stream of every open page, before a server that ends waits for its answers to be given."""
    _live(app.state).close()


@asynccontextmanager
async def _gathering(app: Litestar) -> AsyncIterator[None]:
    """Check-ins are gathered while the application runs; those that have arrived are written before it ends."""
    gatherer = app.state.gatherer = Gatherer(app.state.desk.database, app.state.desk.clock, app.state.desk.watch)
    gatherer.start()
    try:
        yield
    finally:
        await asyncio.to_thread(gatherer.stop)


@asynccontextmanager
async def _living(app: Litestar) -> AsyncIterator[None]:
    """Open pages are told what moves while the application runs."""
    desk: Desk = app.state.desk
    async with Live(desk.database.everything(), desk.clock) as found, hints.carried(desk, found):
        app.state.live = found
        yield


def _desk(request: Request[Any, Any, Any]) -> Desk:
    return access.desk_of(request)


def _gatherer(state: State) -> Gatherer:
    gatherer: Gatherer = state.gatherer
    return gatherer


def _live(state: State) -> Live:
    found: Live = state.live
    return found


def _headers(desk: Desk) -> Any:
    fixed = HEADERS | ({"strict-transport-security": "max-age=63072000"} if desk.settings.is_secure else {})
    encoded = [(name.encode(), value.encode()) for name, value in fixed.items()]

    async def add(message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(one for one in encoded if one[0] not in present)]

    return add
