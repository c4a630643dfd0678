"""pywebpush's async sender, used as well as it can be: one session, its key loaded once, as many at once as Weft sends to one service."""

import asyncio
import json
import sys
from collections.abc import Iterator
from time import perf_counter, process_time
from typing import Any

import aiohttp
from pywebpush import Vapid, webpush_async


async def send(asked: dict[str, Any]) -> dict[str, float]:
    """Send so many messages to these phones in turn, and say what that took."""
    key, phones, count = Vapid.from_pem(asked["key"].encode()), asked["phones"], asked["count"]
    numbers = iter(range(count))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=asked["at_once"])) as http:

        async def some(numbers: Iterator[int]) -> None:
            for number in numbers:
                await webpush_async(
                    phones[number % len(phones)],
                    asked["payload"],
                    key,
                    {"sub": "mailto:ada@example.org"},
                    ttl=3600,
                    headers={"Urgency": "normal", "Topic": "a" * 32},
                    aiohttp_session=http,
                )

        began, used = perf_counter(), process_time()
        await asyncio.gather(*(some(numbers) for _ in range(asked["at_once"])))
        return {"count": count, "seconds": perf_counter() - began, "cpu": process_time() - used}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(send(json.load(sys.stdin)))))
