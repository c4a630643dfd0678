"""How a hint that something has moved comes from where it was committed to every process in which a page is open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module

import structlog
from litestar.channels import ChannelsPlugin
from litestar.channels.backends.base import ChannelsBackend
from litestar.channels.backends.memory import MemoryChannelsBackend

from server.db import Moved
from server.live import CHANNEL, Gathered, Live, packed, unpacked
from server.routes.desk import Desk

log = structlog.get_logger("weft")


@asynccontextmanager
async def carried(desk: Desk, live: Live) -> AsyncIterator[None]:
    """Let what is committed in this process, or with Redis in any, be heard by the pages that are open here."""
    loop, said = asyncio.get_running_loop(), Gathered()

    def tell(moved: Moved) -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(said.add, moved)

    async def hear(message: bytes) -> None:
        with suppress(ValueError):
            live.hear(unpacked(message))

    channels = ChannelsPlugin(_backend(desk), channels=[CHANNEL])
    async with channels, channels.start_subscription(CHANNEL) as subscriber, subscriber.run_in_background(hear, join=False):
        publishing = asyncio.create_task(_publish(channels, said))
        desk.database.listeners.append(tell)
        try:
            yield
        finally:
            desk.database.listeners.remove(tell)
            publishing.cancel()
            await asyncio.gather(publishing, return_exceptions=True)


async def _publish(channels: ChannelsPlugin, said: Gathered) -> None:
    while True:
        moved = await said.take()
        try:
            await channels.wait_published(packed(moved), CHANNEL)
        except Exception:
            # A hint that is lost is no loss: a page catches up whenever it is looked at.
            log.exception("a hint was not passed on")


def _backend(desk: Desk) -> ChannelsBackend:
    if not desk.settings.redis:
        return MemoryChannelsBackend()
    backend: ChannelsBackend = import_module("server.routes.redis").RedisBackend(desk.settings.redis)
    return backend
