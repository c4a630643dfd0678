"""The lines that browsers come by, none of which is held for long by who says nothing, or too much."""

import asyncio
from datetime import timedelta
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEARD_WITHIN = timedelta(seconds=30)
"""How long a request may take to arrive whole, from the moment that its line is open; 64 KiB come by the slowest phone in that time."""
LARGEST_HEAD = 64 * 1024


class Line(HttpToolsProtocol):
    """Hangs up on a request that does not arrive whole in time, or whose headers have no end; the parser itself would keep them all."""

    _hanging_up: asyncio.TimerHandle | None = None
    _is_in_head = False
    _head = 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._heard()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_in_head:
            self._head += len(data)
            if self._head > LARGEST_HEAD and not self.transport.is_closing():
                self.send_400_response("The headers are too large.")

    def on_message_begin(self) -> None:
        self._is_in_head, self._head = True, 0
        self._wait()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._heard()
        super().on_message_complete()

    def _wait(self) -> None:
        self._heard()
        self._hanging_up = self.loop.call_later(HEARD_WITHIN.total_seconds(), self.transport.close)

    def _heard(self) -> None:
        if self._hanging_up is not None:
            self._hanging_up.cancel()
            self._hanging_up = None
