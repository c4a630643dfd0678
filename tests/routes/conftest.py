from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from litestar.types import ASGIApp, Receive, Scope, Send

from server import live
from server.routes.desk import Desk
from tests.authenticator import Authenticator
from tests.listening import House, serving
from tests.phone import Phone


@pytest.fixture
def opened_at(desk: Desk, build: Callable[[Desk], Litestar]) -> Iterator[Callable[..., Phone]]:
    """Opens the same server as if it stood at another origin or had an operator, from any client address."""
    with ExitStack() as stack:

        def opened(origin: str, *, operator: str = "", address: str = "127.0.0.1") -> Phone:
            app = build(replace(desk, settings=replace(desk.settings, origin=origin, operator=operator)))
            client = TestClient(app)
            client.app = _seen_from(app, address)  # type: ignore[assignment]
            stack.enter_context(client)
            client.base_url = origin
            client.headers["sec-fetch-site"] = "same-origin"
            return Phone(client, Authenticator(origin))

        yield opened


def _seen_from(app: Litestar, address: str) -> ASGIApp:
    async def seen(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "client": (address, 50000)}, receive, send)  # type: ignore[arg-type,typeddict-unknown-key]

    return seen


@pytest.fixture
def house(app: Any) -> Iterator[House]:
    with serving(app) as house:
        yield house


@pytest.fixture
def beating(app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house whose heart beats fast."""
    monkeypatch.setattr(live, "HEARTBEAT", timedelta(milliseconds=50))
    with serving(app) as house:
        yield house
