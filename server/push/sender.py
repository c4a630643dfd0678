"""The one that reaches push services (RFC 8030)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from server.clock import Clock
from server.config import Settings
from server.push import addresses
from server.push.keys import Keys
from server.push.sealing import Sealer
from server.push.vapid import Vapid, subject_of

if TYPE_CHECKING:
    from server.push.line import Line

AT_ONCE_EACH = 32
"""To one push service. Over the open internet that is several hundred messages a second, and no more connections than a browser or two."""
AT_ONCE = AT_ONCE_EACH * len(addresses.KNOWN)
PATIENCE = timedelta(seconds=10)


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
        # It brings aiohttp along: a server that has nothing to send holds none of it.
        from server.push import line  # noqa: PLC0415

        async with line.session(self.services, AT_ONCE, AT_ONCE_EACH, PATIENCE) as http:
            yield line.Line(self, http)
