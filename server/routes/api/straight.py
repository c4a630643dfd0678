"""The straight way of one check-in: what nearly every tap needs, and nothing else.

It takes what is plain: one that is read at once and comes with a secret, whose owner is looked up in the transaction that it is judged in.
Whatever is out of the ordinary goes the route's own way, through guards and dependencies, and is judged there alike.
"""

from typing import Any

import msgspec
from litestar.connection import ASGIConnection
from litestar.types import ASGIApp, HTTPRequestEvent, Receive, Scope, Send

from server.gathering import Gatherer, Spoken
from server.routes import access
from server.routes.api.said import NewCheckIn, shown, status_of, tap_of

LONGEST = 16 * 1024
JSON = (b"content-type", b"application/json")
_read = msgspec.json.Decoder(NewCheckIn).decode
_written = msgspec.json.Encoder().encode


def straight(app: ASGIApp) -> ASGIApp:
    """Stand before the route of one check-in."""

    async def take(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") != "POST":
            await app(scope, receive, send)
            return
        arrived = await receive()
        spoken = _spoken(scope, arrived)
        if spoken is None:
            await app(scope, _again(arrived, receive), send)
            return
        gatherer: Gatherer = scope["litestar_app"].state.gatherer
        answer = await gatherer.take(spoken)
        body = _written(shown(answer.event))
        headers = [JSON, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status_of(answer), "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return take


def _spoken(scope: Scope, arrived: Any) -> Spoken | None:
    """A plain check-in with the secret that it came with; None for all else. A cross-site write is refused here as everywhere."""
    if arrived["type"] != "http.request" or arrived["more_body"] or len(arrived["body"]) > LONGEST or not _is_json(scope):
        return None
    try:
        said = _read(arrived["body"])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    secret = access.shown_by(ASGIConnection(scope))
    return Spoken(secret, lambda who: tap_of(said, who.member_id)) if secret else None


def _is_json(scope: Scope) -> bool:
    """Said in the one usual way; nothing that is said twice is read here."""
    names = [name for name, _ in scope["headers"]]
    return JSON in scope["headers"] and len(set(names)) == len(names)


def _again(arrived: Any, receive: Receive) -> Receive:
    """What has arrived, and then what follows."""
    left: list[HTTPRequestEvent] = [arrived]

    async def next_one() -> Any:
        return left.pop() if left else await receive()

    return next_one
