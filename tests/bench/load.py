"""Many phones at once: a closed loop of keep-alive connections on loopback, in a process of its own."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from time import perf_counter

HOST = "127.0.0.1"
PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Shot:
    """What became of some requests: how many seconds all took, each one's seconds, how often each status came."""

    seconds: float
    waits: tuple[float, ...]
    statuses: Counter[int]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.waits) / self.seconds

    def within(self, share: float) -> float:
        """The seconds within which this share of the answers came."""
        return sorted(self.waits)[min(len(self.waits) - 1, int(len(self.waits) * share))]

    def errors(self, wanted: int) -> float:
        """The share of answers with another status than the wanted one."""
        return 1 - self.statuses[wanted] / len(self.waits)


def fire(port: int, requests: Sequence[bytes], connections: int) -> Shot:
    """Send every request once, each connection its next as soon as the last is answered."""
    with ProcessPoolExecutor(1, get_context("spawn")) as alone:
        return alone.submit(_fire, port, requests, connections).result()


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _fire(port: int, requests: Sequence[bytes], connections: int) -> Shot:
    try:
        import uvloop

        return uvloop.run(_all(port, requests, connections))
    except ImportError:
        return asyncio.run(_all(port, requests, connections))


async def _all(port: int, requests: Sequence[bytes], connections: int) -> Shot:
    loop, left = asyncio.get_running_loop(), iter(requests)
    phones = [_Phone(left, loop.create_future()) for _ in range(min(connections, len(requests)))]
    for phone in phones:
        await loop.create_connection(lambda phone=phone: phone, HOST, port)  # type: ignore[misc]
    begun = perf_counter()
    for phone in phones:
        phone.goes_on()
    await asyncio.wait_for(asyncio.gather(*(phone.done for phone in phones)), PATIENCE)
    waits = tuple(wait for phone in phones for wait in phone.waits)
    return Shot(perf_counter() - begun, waits, sum((phone.statuses for phone in phones), Counter()))


class _Phone(asyncio.Protocol):
    """One connection: it sends, waits for the whole answer, and takes the next request."""

    def __init__(self, left: Iterator[bytes], done: "asyncio.Future[None]") -> None:
        self.left, self.done = left, done
        self.waits: list[float] = []
        self.statuses: Counter[int] = Counter()
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionResetError("the server hung up"))

    def goes_on(self) -> None:
        """Send the next request, or be done."""
        following = next(self.left, None)
        if following is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._sent = perf_counter()
        self._transport.write(following)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, found, body = self._heard.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        self.waits.append(perf_counter() - self._sent)
        self.statuses[int(head[9:12])] += 1
        self._heard = b""
        self.goes_on()


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0
