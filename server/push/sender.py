"""The one that reaches push services (RFC 8030)."""

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from yarl import URL

from server.clock import Clock
from server.config import Settings
from server.domain.notices import Subscription
from server.push import addresses
from server.push.keys import Keys
from server.push.message import Message
from server.push.sealing import Sealer
from server.push.vapid import Vapid, subject_of

AT_ONCE_EACH = 32
AT_ONCE = AT_ONCE_EACH * len(addresses.KNOWN)
PATIENCE = timedelta(seconds=10)
ANSWER_BYTES = 4096
TOPIC_REFUSED = b"BadWebPushTopic"
SECONDS = re.compile(r"[0-9]{1,7}")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a push service answered: `status` None where there was no answer, `retry_after` where it asked to wait."""

    status: int | None
    retry_after: timedelta | None = None
    refuses_topic: bool = False


class LateError(Exception):
    """What was to be sent waited for its turn until it was not to be sent any more."""


class Sender:
    """Knows this server's keys and which push services there are; may be shared, each use opens its own line."""

    def __init__(self, keys: Keys, settings: Settings, clock: Clock) -> None:
        self.origin = settings.origin
        self.services = addresses.services(settings.push_hosts)
        self.sealer = Sealer(keys)
        self.vapid = Vapid(keys, subject_of(settings))
        self.clock = clock

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Line"]:
        """A line that keeps its connections until the block ends."""
        connector = TCPConnector(resolver=addresses.PublicResolver(self.services), limit=AT_ONCE, limit_per_host=AT_ONCE_EACH)
        timeout = ClientTimeout(total=PATIENCE.total_seconds())
        async with ClientSession(connector=connector, timeout=timeout, cookie_jar=DummyCookieJar(), auto_decompress=False) as http:
            yield Line(self, http)


class Line:
    """Sends messages, a bounded number at once in all and to each push service."""

    def __init__(self, sender: Sender, http: ClientSession) -> None:
        self._sender = sender
        self._http = http
        self._all = asyncio.Semaphore(AT_ONCE)
        self._each: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE_EACH))

    async def send(self, to: Subscription, message: Message, *, unless: Callable[[], bool] = lambda: False) -> Sent:
        """Send a message to a phone when its turn comes, LateError where `unless` holds by then; InvalidError for no known push service."""
        url = addresses.check(to.endpoint, self._sender.services)
        async with self._each[str(url.origin())], self._all:
            if unless():
                raise LateError
            body = self._sender.sealer.seal(message.payload, to)
            sent = await self._post(url, body, self._headers(url, message))
            if sent.refuses_topic:
                plain = {name: value for name, value in self._headers(url, message).items() if name != "Topic"}
                sent = await self._post(url, body, plain)
        return sent

    def _headers(self, url: URL, message: Message) -> dict[str, str]:
        return {
            "Authorization": self._sender.vapid.authorization(str(url.origin()), self._sender.clock.now()),
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
                return Sent(answer.status, _retry_after(answer, self._sender.clock.now()), TOPIC_REFUSED in said)
        except (ClientError, TimeoutError, OSError):
            return Sent(None)


def _retry_after(answer: ClientResponse, now: datetime) -> timedelta | None:
    """Seconds or a date (RFC 9110, 10.2.3); what cannot be read is as if it were not there."""
    said = answer.headers.get("Retry-After", "").strip()
    if SECONDS.fullmatch(said):
        return timedelta(seconds=int(said))
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(timedelta(0), at.replace(tzinfo=at.tzinfo or UTC) - now)
