"""Hints over Redis, for more than one process: while Redis is away nothing is heard, and afterwards it is again."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from typing import Any

import structlog
from litestar.channels.backends.base import ChannelsBackend
from redis import Redis, RedisError
from redis.asyncio import Redis as AsyncRedis

from server.db import Moved
from server.live import CHANNEL, packed

AGAIN_AFTER = 1.0
LOOKED_AT_EVERY = 20
PATIENCE: dict[str, Any] = {"socket_connect_timeout": 2, "socket_timeout": 2, "health_check_interval": LOOKED_AT_EVERY}
AWAY = (RedisError, OSError)
log = structlog.get_logger("weft")


class RedisBackend(ChannelsBackend):
    """Publishes and listens by Redis' Pub/Sub; nothing is kept there."""

    def __init__(self, url: str) -> None:
        self._redis = AsyncRedis.from_url(url, **PATIENCE)
        self._channels: set[str] = set()

    async def on_startup(self) -> None:
        """Nothing to do: a server starts also while Redis is away."""

    async def on_shutdown(self) -> None:
        await self._redis.aclose()

    async def publish(self, data: bytes, channels: Iterable[str]) -> None:
        for channel in channels:
            await self._redis.publish(channel, data)

    async def subscribe(self, channels: Iterable[str]) -> None:
        self._channels.update(channels)

    async def unsubscribe(self, channels: Iterable[str]) -> None:
        self._channels.difference_update(channels)

    async def stream_events(self) -> AsyncGenerator[tuple[str, Any], None]:
        """What is said in the channels, from now on and for ever."""
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as listening:
                    await listening.subscribe(*self._channels)
                    while True:
                        # Not for ever at once: between two looks a line that is dead is noticed.
                        if message := await listening.get_message(timeout=LOOKED_AT_EVERY):
                            yield message["channel"].decode(), message["data"]
            except AWAY as error:
                log.warning("redis is away", failure=type(error).__name__)
            await asyncio.sleep(AGAIN_AFTER)

    async def get_history(self, channel: str, limit: int | None = None) -> list[bytes]:
        """Nothing: nothing is kept."""
        return []


def answers(url: str) -> bool:
    """Whether Redis can be reached."""
    with Redis.from_url(url, **PATIENCE) as redis:
        try:
            return bool(redis.ping())
        except AWAY:
            return False


def teller(url: str) -> Callable[[Moved], None]:
    """What tells the servers from a process that serves nothing, like that of the jobs."""
    redis = Redis.from_url(url, **PATIENCE)

    def tell(moved: Moved) -> None:
        try:
            redis.publish(CHANNEL, packed(moved))
        except AWAY as error:
            log.warning("redis is away", failure=type(error).__name__)

    return tell
