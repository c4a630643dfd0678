"""Connections to push services: loaded with the first message."""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from weakref import WeakValueDictionary

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from yarl import URL

from server.domain.notices import Subscription
from server.push import addresses
from server.push.addresses import Address, PublicResolver, Service
from server.push.message import Message
from server.push.sender import AT_ONCE, AT_ONCE_EACH, LateError, Sender, Sent

ANSWER_BYTES = 4096
TOPIC_REFUSED = b"BadWebPushTopic"
SECONDS = re.compile(r"[0-9]{1,7}")
UNSAID = ("Accept", "Accept-Encoding", "User-Agent")
"""What nobody needs to know is not worked out for each message."""


def session(services: Sequence[Service], at_once: int, at_once_each: int, patience: timedelta) -> ClientSession:
    """What all messages of a line go over."""
    resolver: object = PublicResolver(services)
    connector = TCPConnector(resolver=resolver, limit=at_once, limit_per_host=at_once_each)  # type: ignore[arg-type]
    return ClientSession(
        connector=connector,
        timeout=ClientTimeout(total=patience.total_seconds()),
        cookie_jar=DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=UNSAID,
    )


class Line:
    """Sends messages, a bounded number at once in all and to each push service."""

    def __init__(self, sender: Sender, http: ClientSession) -> None:
        self._sender = sender
        self._http = http
        self._all = asyncio.Semaphore(AT_ONCE)
        # Each is there while somebody waits or sends: there may be many origins in a long run.
        self._each = WeakValueDictionary[str, asyncio.Semaphore]()

    async def send(self, to: Subscription, message: Message, *, unless: Callable[[], bool] = lambda: False) -> Sent:
        """Send a message to a phone when its turn comes, LateError where `unless` holds by then; InvalidError for no known push service."""
        address = addresses.check(to.endpoint, self._sender.services)
        async with self._each.setdefault(address.origin, asyncio.Semaphore(AT_ONCE_EACH)), self._all:
            if unless():
                raise LateError
            body = self._sender.sealer.seal(message.payload, to)
            headers, url = self._headers(address, message), URL(str(address), encoded=True)
            sent = await self._post(url, body, headers)
            if sent.refuses_topic:
                del headers["Topic"]
                sent = await self._post(url, body, headers)
        return sent

    def _headers(self, address: Address, message: Message) -> dict[str, str]:
        return {
            "Authorization": self._sender.vapid.authorization(address.origin, self._sender.clock.now()),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(message.ttl),
            "Urgency": message.urgency.value,
            "Topic": message.topic,
        }

    async def _post(self, url: URL, body: bytes, headers: dict[str, str]) -> Sent:
        try:
            async with self._http.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                said = await answer.content.read(ANSWER_BYTES) if answer.status == 400 else b""
                return Sent(answer.status, _retry_after(answer.headers.get("Retry-After"), self._sender.clock.now()), TOPIC_REFUSED in said)
        except (ClientError, TimeoutError, OSError):
            return Sent(None)


def _retry_after(said: str | None, now: datetime) -> timedelta | None:
    """Seconds or a date (RFC 9110, 10.2.3); what cannot be read is as if it were not there."""
    if said is None:
        return None
    said = said.strip()
    if SECONDS.fullmatch(said):
        return timedelta(seconds=int(said))
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(timedelta(0), at.replace(tzinfo=at.tzinfo or UTC) - now)
