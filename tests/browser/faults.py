"""A line between a phone and its server that loses, repeats and delays what is tapped."""

import asyncio
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from litestar.types import ASGIApp, Receive, Scope, Send

TAPS = re.compile(r"^/(waiting|(promises|milestones)/[^/]+/(check-ins|answers|(moves|repairs)/[^/]+(/answer|/words)?))$")
A_WHILE = 0.25
REST = 4
"""Seconds for which a busy server wants to be left alone."""


class Fault(StrEnum):
    """What happens to a tap on its way."""

    NONE = "none"
    BROKEN = "broken"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    TWICE = "twice"
    SLOW = "slow"


class FaultyLine:
    """Goes before the application; `choose` says for the body of each tap what happens to it. Pages pass as they are."""

    def __init__(self) -> None:
        self.fault = Fault.NONE
        self.choose: Callable[[bytes], Fault] = lambda body: self.fault
        self.posted: list[bytes] = []

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def through(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["method"] == "POST" and TAPS.match(scope["path"]):
                await self._tap(app, scope, receive, send)
            else:
                await app(scope, receive, send)

        return through

    async def _tap(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        self.posted.append(body)
        match self.choose(body):
            case Fault.BROKEN:
                await _answer(send, 503)
            case Fault.BUSY:
                await _answer(send, 429, (b"retry-after", str(REST).encode()))
            case Fault.NO_ANSWER:
                await app(scope, _again(body), _nowhere)
                await _hang_up(send)
            case Fault.TWICE:
                await app(dict(scope), _again(body), _nowhere)  # type: ignore[arg-type]
                await app(scope, _again(body), send)
            case Fault.SLOW:
                await asyncio.sleep(A_WHILE)
                await app(scope, _again(body), send)
            case Fault.NONE:
                await app(scope, _again(body), send)


async def _body(receive: Receive) -> bytes:
    body, is_whole = b"", False
    while not is_whole:
        message: Any = await receive()
        body, is_whole = body + message.get("body", b""), not message.get("more_body")
    return body


def _again(body: bytes) -> Receive:
    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _nowhere(message: Any) -> None:
    """An answer that nobody gets."""


async def _answer(send: Any, status: int, *headers: tuple[bytes, bytes]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [*headers, (b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def _hang_up(send: Any) -> None:
    """Cut the connection, as a tunnel does: ASGI has no word for it, so the server's own is used."""
    cycle = send.__self__
    cycle.message_event.clear()
    cycle.transport.abort()
    await cycle.message_event.wait()
