"""A push service as Firefox knows it: browsers hold a WebSocket open, and what is posted to their endpoints comes down it."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from tests.pushservice import Phone, PushService, Received, RefusedError, decode, encode

DECRYPTED = 100
"""What a browser answers to a message that it could read."""
UNREADABLE = 101
"""And to one that it could not."""


class Channel(Phone):
    """One subscription of a browser; what comes for it only that browser can read."""

    def __init__(self, name: str, endpoint: str, application_server_key: str, browser: str) -> None:
        super().__init__(endpoint, encode(decode(application_server_key)))
        self.name, self.browser = name, browser

    def decrypt(self, body: bytes) -> bytes:
        return body


@dataclass
class Browser:
    """One that has said hello; what comes while its line is down waits, one message a topic."""

    line: web.WebSocketResponse | None = None
    waiting: list[dict[str, Any]] = field(default_factory=list)

    async def is_told(self, message: dict[str, Any]) -> None:
        if self.line is not None:
            await self.line.send_json(message)

    async def takes(self, notification: dict[str, Any], topic: str | None) -> None:
        """Send it down the line, or keep it in place of what waits under the same topic."""
        if self.line is not None:
            await self.is_told(notification)
            return
        of = (notification["channelID"], topic)
        self.waiting = [one for one in self.waiting if (one["channelID"], one["topic"]) != of]
        self.waiting.append({**notification, "topic": topic})


class Autopush(PushService):
    """`acknowledged` holds a code for each message that a browser has taken.

    So many of the next messages are garbled, and so many of the next answers are lost, on their way.
    """

    def __init__(self) -> None:
        super().__init__()
        self.browsers: dict[str, Browser] = {}
        self.acknowledged: list[int] = []
        self.messages_to_garble = self.answers_to_lose = 0

    @property
    def line(self) -> str:
        """What browsers call."""
        return f"ws://localhost:{self.port}/browser"

    @property
    def channels(self) -> list[Channel]:
        return [phone for phone in self.phones.values() if isinstance(phone, Channel)]

    @property
    def is_called(self) -> bool:
        """Whether some browser holds its line open."""
        return any(browser.line for browser in self.browsers.values())

    def forget(self) -> None:
        """Lose every browser and subscription, as a push service may; whoever calls again begins anew."""
        asyncio.run_coroutine_threadsafe(self._forget(), self._loop).result(10)

    async def _forget(self) -> None:
        lines = [browser.line for browser in self.browsers.values() if browser.line]
        self.phones.clear()
        self.browsers.clear()
        for line in lines:
            await line.close()

    async def _take(self, request: web.Request) -> web.Response:
        if request.path == "/browser":
            return await self._converse(request)  # type: ignore[return-value]
        return await super()._take(request)

    async def _converse(self, request: web.Request) -> web.WebSocketResponse:
        line = web.WebSocketResponse(protocols=("push-notification",))
        await line.prepare(request)
        name = ""
        async for message in line:
            if message.type is WSMsgType.TEXT:
                name = await self._hear(line, name, json.loads(message.data))
        if name in self.browsers and self.browsers[name].line is line:
            self.browsers[name].line = None
        return line

    async def _hear(self, line: web.WebSocketResponse, name: str, said: dict[str, Any]) -> str:
        """Answer a browser, and return the name by which it is known from then on."""
        kind = said.get("messageType")
        if kind == "hello":
            return await self._greet(line, said.get("uaid", ""))
        if kind == "register":
            channel = Channel(said["channelID"], f"{self.origin}/push/{uuid4().hex}", said.get("key", ""), name)
            self.phones[channel.endpoint.rpartition("/")[2]] = channel
            await line.send_json({"messageType": kind, "status": 200, "channelID": channel.name, "pushEndpoint": channel.endpoint})
        elif kind == "unregister":
            self.phones = {key: one for key, one in self.phones.items() if not (isinstance(one, Channel) and one.name == said["channelID"])}
            await line.send_json({"messageType": kind, "status": 200, "channelID": said["channelID"]})
        elif kind == "ack":
            self.acknowledged += [one["code"] for one in said["updates"]]
        elif kind in ("ping", None):
            await line.send_json({})
        return name

    async def _greet(self, line: web.WebSocketResponse, name: str) -> str:
        """A browser that is not known by its name gets another, and drops whatever it had under that one."""
        known = name if name in self.browsers else uuid4().hex
        browser = self.browsers.setdefault(known, Browser())
        browser.line = line
        await line.send_json({"messageType": "hello", "status": 200, "uaid": known, "use_webpush": True, "broadcasts": {}})
        waiting, browser.waiting = browser.waiting, []
        for message in waiting:
            await browser.is_told(message)
        return known

    async def _answer(self, request: web.Request) -> web.Response:
        if request.path.removeprefix("/push/") not in self.phones:
            return web.Response(status=410)
        answer = await super()._answer(request)
        if self.answers_to_lose and request.transport:
            self.answers_to_lose -= 1
            request.transport.abort()
        return answer

    async def _check(self, request: web.Request, phone: Phone) -> Received:
        received = await super()._check(request, phone)
        if isinstance(phone, Channel):
            sealed = self._garbled(received.plaintext)
            await self.browsers[phone.browser].takes(_notification(phone, received, sealed), received.headers.get("Topic"))
        return received

    def _garbled(self, sealed: bytes) -> bytes:
        if not self.messages_to_garble:
            return sealed
        self.messages_to_garble -= 1
        return sealed[:-1] + bytes([sealed[-1] ^ 1])

    def _check_vapid(self, header: str, phone: Phone) -> None:
        """Mozilla's says 401 also to a key that is good but another's."""
        try:
            super()._check_vapid(header, phone)
        except RefusedError as refusal:
            raise RefusedError(401, str(refusal)) from refusal


def _notification(channel: Channel, received: Received, sealed: bytes) -> dict[str, Any]:
    return {
        "messageType": "notification",
        "channelID": channel.name,
        "version": uuid4().hex,
        "ttl": int(received.headers["TTL"]),
        "headers": {"encoding": "aes128gcm"},
        "data": encode(sealed),
    }
