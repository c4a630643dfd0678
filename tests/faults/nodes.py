"""Three servers and two that run the jobs, on one PostgreSQL, with Redis between them and a phone that sends each request to another."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from random import Random
from typing import Any

from tests.redis import RedisService
from tests.served import Server

SERVERS, RUNNERS = 3, 2
ORIGIN = "http://localhost:8000"
LEASE = 3.0
WORKER = (sys.executable, str(Path(__file__).with_name("worker.py")), str(LEASE))


class Node(Server):
    """One of several, which do not wait for each other."""

    def started(self) -> None:
        self.begun()

    def again(self) -> None:
        """Start once more, and wait until it runs."""
        super().started()


class Nodes:
    """What one PostgreSQL has around it; `connection()` is a line that leads each request to another of the servers."""

    def __init__(self, folder: Path, url: str, redis: RedisService, chance: Random, **settings: str) -> None:
        self.redis, self._chance = redis, chance
        settings = {"WEFT_REDIS": redis.url, "WEFT_ORIGIN": ORIGIN, "WEFT_JOBS": "off", "WEFT_LOG": "error"} | settings
        self.servers = [Node(folder, url, **settings) for _ in range(SERVERS)]
        self.runners = [Node(folder, url, program=WORKER, **settings) for _ in range(RUNNERS)]
        self.log = self.servers[0].log

    @property
    def all(self) -> list[Node]:
        return [*self.servers, *self.runners]

    def connection(self) -> Any:
        return Elsewhere(self.servers, Random(self._chance.random()))

    def ended(self) -> list[int]:
        """Ask all to end, and return their exit codes."""
        return [one.ended() for one in self.all]


class Elsewhere:
    """A line that leads each request to another server than the one before."""

    def __init__(self, servers: Sequence[Server], chance: Random) -> None:
        self._lines = [one.connection() for one in servers]
        self._chance = chance
        self._line: HTTPConnection = chance.choice(self._lines)

    def request(self, *words: Any) -> None:
        self._line = self._chance.choice([one for one in self._lines if one is not self._line])
        self._line.request(*words)

    def getresponse(self) -> HTTPResponse:
        return self._line.getresponse()

    def close(self) -> None:
        for one in self._lines:
            one.close()


@contextmanager
def nodes(folder: Path, url: str, chance: Random, **settings: str) -> Iterator[Nodes]:
    """All of them, until the block ends."""
    with RedisService() as redis:
        opened = Nodes(folder, url, redis, chance, **settings)
        try:
            for one in opened.all:
                one.ready()
            redis.is_listened_to(SERVERS)
            yield opened
        finally:
            for one in opened.all:
                if one.process.poll() is None:
                    one.killed()
