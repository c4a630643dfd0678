"""A process that sends what waits in an outbox: what that took, beside the bare encryption of as many messages.

Asked to send `alone`, it reads and settles nothing: so many messages go to these phones in turn, as another's sender is asked to.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from time import perf_counter, process_time

from jobs import outbox
from server import config
from server.cli import data
from server.clock import SystemClock
from server.domain.notices import Subscription, Urgency
from server.push import keys
from server.push.message import SIZE, Message
from server.push.sealing import Sealer
from server.push.sender import AT_ONCE_EACH, Sender
from tests.bench.table import peak_memory
from tests.pushservice import Phone

SEALED = 1000


@dataclass(frozen=True, slots=True)
class Took:
    """How many messages there were, and what they took; `mb` is the most memory that there was till then."""

    count: int
    seconds: float
    cpu: float
    mb: float = 0

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.count / self.seconds

    @property
    def cpu_each(self) -> float:
        """Microseconds of a processor for each message."""
        return self.cpu / self.count * 1e6


def main() -> None:
    """Open the outbox of the environment's Weft, say so, send when a line comes, and say what it took."""
    settings, clock = config.from_environment(), SystemClock()
    with data.opened(settings, clock) as database:
        pair = keys.load(settings.secrets)
        sender = Sender(pair, settings, clock)
        # What is loaded with the first message of a process is no part of each.
        import_module("server.push.line")
        _seal(sender.sealer, pair.public)
        sender.vapid.authorization("https://localhost", clock.now())
        _say("ready")
        sys.stdin.readline()
        took = [_took(lambda: outbox.deliver(database, sender, clock)), _took(lambda: _seal(sender.sealer, pair.public))]
        _say(json.dumps([asdict(one) for one in took]))


def alone() -> None:
    """Send what is asked for by a line of JSON, and say what it took."""
    settings, asked = config.from_environment(), json.loads(sys.stdin.readline())
    sender = Sender(keys.load(settings.secrets), settings, SystemClock())
    import_module("server.push.line")
    phones = [Subscription(one["endpoint"], one["keys"]["p256dh"], one["keys"]["auth"]) for one in asked["phones"]]
    _say(json.dumps(asdict(_took(lambda: asyncio.run(_send(sender, phones, asked["count"]))))))


async def _send(sender: Sender, phones: Sequence[Subscription], count: int) -> int:
    message, numbers = Message(b" " * SIZE, "a" * 32, 3600, Urgency.NORMAL), iter(range(count))
    async with sender.open() as line:

        async def some() -> None:
            for number in numbers:
                await line.send(phones[number % len(phones)], message)

        await asyncio.gather(*(some() for _ in range(AT_ONCE_EACH)))
    return count


def _seal(sealer: Sealer, application_server_key: str) -> int:
    phone = Phone("https://localhost/", application_server_key)
    to = Subscription(phone.endpoint, phone.p256dh, phone.auth)
    for _ in range(SEALED):
        sealer.seal(b" " * SIZE, to)
    return SEALED


def _took(work: Callable[[], int]) -> Took:
    began, used = perf_counter(), process_time()
    count = work()
    return Took(count, perf_counter() - began, process_time() - used, peak_memory())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    alone() if sys.argv[1:] == ["alone"] else main()
