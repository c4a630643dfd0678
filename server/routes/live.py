"""What an open page hears: that something has moved, never what."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Stream as Streamed

from server.domain.errors import SignInNeededError
from server.errors import status_of
from server.live import Live, Sign, Stream
from server.routes import access
from server.routes.access import Viewer

TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
OLDEST = 60_000
GREETING = b": weft\nretry: 2000\n\n"
SAID = {Sign.ENDED: b"event: ended\ndata:\n\n", Sign.MOVED: b"event: moved\ndata:\n\n", Sign.BEAT: b":\n\n"}


def _nobody(request: Request[Any, Any, Any], refusal: SignInNeededError) -> Response[str]:
    """A stream leads nowhere else: a page that listens would take the way in for one."""
    return Response(str(refusal), status_code=status_of(refusal), media_type="text/plain", headers=HEADERS)


@get("/live", opt=access.SIGNED_IN, exception_handlers={SignInNeededError: _nobody})
async def listen(viewer: NamedDependency[Viewer], live: NamedDependency[Live], age: FromQuery[int] = 0) -> Streamed:
    """Server-sent events for as long as the page is open and its device signed in; `age` is how many milliseconds old the page is."""
    return Streamed(_told(live, viewer, timedelta(milliseconds=min(abs(age), OLDEST))), media_type=TYPE, headers=HEADERS)


async def _told(live: Live, viewer: Viewer, age: timedelta) -> AsyncIterator[bytes]:
    stream: Stream = live.open(viewer.member_id, viewer.session_id)
    try:
        if await asyncio.to_thread(live.has_missed, viewer.member_id, age):
            stream.give(Sign.MOVED)
        yield GREETING
        async for sign in stream.signs():
            yield SAID[sign]
    finally:
        live.leave(stream)


HANDLERS = [listen]
