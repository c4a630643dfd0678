"""A push service on loopback that checks what real ones check, and phones that decrypt what reaches them."""

import asyncio
import json
import re
import secrets
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ssl import SSLContext
from typing import Any, Self

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LARGEST = 4096
URGENCIES = ("very-low", "low", "normal", "high")
VAPID = re.compile(r"vapid t=([^,]+),\s*k=(\S+)")


class RefusedError(Exception):
    """What a push service does not take, with the status that says so."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True)
class Answer:
    """What the service is told to say to the next message; only what is 201 takes it."""

    status: int = 201
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    hangs_up: bool = False
    waits: float = 0.0


@dataclass(frozen=True)
class Received:
    """A message as it came to a phone."""

    plaintext: bytes
    headers: Mapping[str, str]

    @property
    def notification(self) -> dict[str, Any]:
        payload = json.loads(self.plaintext)
        assert payload["web_push"] == 8030
        return payload["notification"]


class Phone:
    """A browser's side of a subscription; `answers` are given first, one a message, then everything is taken."""

    def __init__(self, endpoint: str, application_server_key: str) -> None:
        self.endpoint = endpoint
        self.application_server_key = application_server_key
        self.answers: list[Answer] = []
        self.asked: list[dict[str, str]] = []
        self.received: list[Received] = []
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._point = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self._secret = secrets.token_bytes(16)
        self.p256dh, self.auth = encode(self._point), encode(self._secret)

    def as_json(self) -> dict[str, Any]:
        """What `PushSubscription.toJSON()` gives."""
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": {"p256dh": self.p256dh, "auth": self.auth}}

    def decrypt(self, body: bytes) -> bytes:
        """The plaintext of one aes128gcm record (RFC 8188) made for this phone (RFC 8291)."""
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        shared = self._private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        key = _derive(shared, self._secret, b"WebPush: info\0" + self._point + sender, 32)
        cipher = AESGCM(_derive(key, salt, b"Content-Encoding: aes128gcm\0", 16))
        padded = cipher.decrypt(_derive(key, salt, b"Content-Encoding: nonce\0", 12), sealed, None).rstrip(b"\0")
        assert padded.endswith(b"\2"), "the last record ends with 0x02"
        return padded[:-1]


class PushService:
    """Runs in a thread of its own while the block lasts; `most_at_once` is how many messages were ever open together."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC), tls: SSLContext | None = None) -> None:
        self.now, self.tls = now, tls
        self.phones: dict[str, Phone] = {}
        self.refused: list[str] = []
        self.open = self.most_at_once = 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)

    def phone(self, application_server_key: str) -> Phone:
        """A new phone that subscribed under a server's public key."""
        name = secrets.token_urlsafe(24)
        self.phones[name] = Phone(f"{self.origin}/push/{name}", application_server_key)
        return self.phones[name]

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", self._take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self.tls)
        await site.start()
        self.port = runner.addresses[0][1]
        self.origin = f"{'https' if self.tls else 'http'}://localhost:{self.port}"
        self._ready.set()
        await self._end.wait()
        await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.open += 1
        self.most_at_once = max(self.most_at_once, self.open)
        try:
            return await self._answer(request)
        finally:
            self.open -= 1

    async def _answer(self, request: web.Request) -> web.Response:
        phone = self.phones.get(request.path.removeprefix("/push/"))
        if phone is None or request.method != "POST":
            self.refused.append(f"{request.method} {request.path}")
            return web.Response(status=404)
        phone.asked.append(dict(request.headers))
        answer = phone.answers.pop(0) if phone.answers else Answer(headers={"Location": f"{self.origin}/message"})
        told = await _as_told(request, answer)
        if answer.status != 201 or answer.hangs_up:
            return told
        try:
            phone.received.append(await self._check(request, phone))
        except RefusedError as refusal:
            self.refused.append(str(refusal))
            return web.Response(status=refusal.status, text=str(refusal))
        return told

    async def _check(self, request: web.Request, phone: Phone) -> Received:
        body, headers = await request.read(), request.headers
        _refuse_unless(headers.get("TTL", "").isdigit(), 400, "TTL")
        _refuse_unless(headers.get("Content-Encoding") == "aes128gcm", 415, "Content-Encoding")
        _refuse_unless(len(body) <= LARGEST, 413, "size")
        _refuse_unless(headers.get("Urgency", "normal") in URGENCIES, 400, "Urgency")
        _refuse_unless(_is_topic(headers.get("Topic", "good")), 400, "BadWebPushTopic")
        self._check_vapid(headers.get("Authorization", ""), phone)
        return Received(phone.decrypt(body), dict(headers))

    def _check_vapid(self, header: str, phone: Phone) -> None:
        parts = VAPID.fullmatch(header)
        _refuse_unless(parts is not None, 401, "no vapid")
        _refuse_unless(parts[2] == phone.application_server_key, 403, "another key than the subscription's")
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(parts[2]))
        try:
            claims = jwt.decode(parts[1], key, algorithms=["ES256"], audience=self.origin, options={"verify_exp": False})
        except jwt.PyJWTError as error:
            raise RefusedError(401, type(error).__name__) from error
        ends = datetime.fromtimestamp(claims["exp"], UTC)
        _refuse_unless(self.now() < ends <= self.now() + timedelta(hours=24), 401, "exp")
        _refuse_unless(claims["sub"].startswith(("mailto:", "https://")), 401, "sub")


def encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def _as_told(request: web.Request, answer: Answer) -> web.Response:
    await asyncio.sleep(answer.waits)
    if answer.hangs_up and request.transport:
        request.transport.abort()
    return web.Response(status=answer.status, headers=answer.headers, body=answer.body)


def _refuse_unless(holds: bool, status: int, why: str) -> None:
    if not holds:
        raise RefusedError(status, why)


def _is_topic(topic: str) -> bool:
    """At most 32 characters (RFC 8030), and whole base64url as Apple wants it."""
    return re.fullmatch(r"[A-Za-z0-9_-]{1,32}", topic) is not None and len(topic) % 4 != 1


def _derive(key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(key)
