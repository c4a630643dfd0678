"""What Weft needs of Redis, on loopback: connections that subscribe, publish and are pinged, over its own protocol (RESP 2)."""

import asyncio
import threading
from collections import defaultdict
from contextlib import suppress
from types import TracebackType
from typing import Self

STAYS = 0.15


class RedisService:
    """Passes on what is published to who has subscribed; it can go away and come back at its address."""

    def __init__(self) -> None:
        self.port = 0
        self._subscribed: dict[bytes, set[asyncio.StreamWriter]] = defaultdict(set)
        self._open: set[asyncio.StreamWriter] = set()
        self._changed = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> Self:
        self._thread.start()
        self.comes()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.goes()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def comes(self) -> None:
        """Answer at its address."""
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)

    def goes(self) -> None:
        """Hang up on everybody."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)

    def is_listened_to(self, by: int) -> None:
        """Wait until so many have subscribed and stay: a client that was hung up on may subscribe once more and only then give up."""
        asyncio.run_coroutine_threadsafe(self._until(by), self._loop).result(10)

    async def _until(self, by: int) -> None:
        while await self._fewest_for(STAYS) < by:
            pass

    async def _fewest_for(self, seconds: float) -> int:
        """How many were subscribed all that time."""
        loop = asyncio.get_running_loop()
        fewest, ends = self._listening(), loop.time() + seconds
        while (left := ends - loop.time()) > 0:
            self._changed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)
            fewest = min(fewest, self._listening())
        return fewest

    def _listening(self) -> int:
        return sum(map(len, self._subscribed.values()))

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        self._server.close()
        for writer in [*self._open]:
            writer.close()
        while self._open:
            self._changed.clear()
            await self._changed.wait()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while words := await _words(reader):
                self._answer(words, writer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(writer)
            for writers in self._subscribed.values():
                writers.discard(writer)
            writer.close()
            self._changed.set()

    def _answer(self, words: list[bytes], writer: asyncio.StreamWriter) -> None:
        match words[0].upper(), *words[1:]:
            case b"SUBSCRIBE", *channels:
                for count, channel in enumerate(channels, 1):
                    self._subscribed[channel].add(writer)
                    self._changed.set()
                    writer.write(b"*3\r\n" + _bulk(b"subscribe") + _bulk(channel) + b":%d\r\n" % count)
            case b"PUBLISH", channel, said:
                hearers = self._subscribed[channel]
                for hearer in hearers:
                    hearer.write(b"*3\r\n" + _bulk(b"message") + _bulk(channel) + _bulk(said))
                writer.write(b":%d\r\n" % len(hearers))
            case b"PING", *said:
                subscribes = any(writer in writers for writers in self._subscribed.values())
                writer.write(b"*2\r\n" + _bulk(b"pong") + _bulk(b"".join(said)) if subscribes else b"+PONG\r\n")
            case _:
                writer.write(b"+OK\r\n")


async def _words(reader: asyncio.StreamReader) -> list[bytes]:
    """The next command; nothing where the other has hung up."""
    first = await reader.readline()
    words = []
    for _ in range(int(first[1:] or 0)):
        length = int((await reader.readline())[1:])
        words.append((await reader.readexactly(length + 2))[:-2])
    return words


def _bulk(word: bytes) -> bytes:
    return b"$%d\r\n%s\r\n" % (len(word), word)
