from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from litestar.types import Receive, Scope, Send

from server.app import create_app
from server.routes.desk import Desk
from tests.authenticator import Authenticator
from tests.phone import Phone


@pytest.fixture
def opened_at(desk: Desk) -> Iterator[Callable[..., Phone]]:
    """Opens the same server as if it stood at another origin or had an operator, from any client address."""
    with ExitStack() as stack:

        def opened(origin: str, *, operator: str = "", address: str = "127.0.0.1") -> Phone:
            app = create_app(replace(desk, settings=replace(desk.settings, origin=origin, operator=operator)))
            client = stack.enter_context(TestClient(_seen_from(app, address)))
            client.base_url = origin
            client.headers["sec-fetch-site"] = "same-origin"
            return Phone(client, Authenticator(origin))

        yield opened


def _seen_from(app: Litestar, address: str) -> Litestar:
    inside = app.asgi_handler

    async def outside(scope: Scope, receive: Receive, send: Send) -> None:
        await inside({**scope, "client": (address, 50000)}, receive, send)  # type: ignore[arg-type]

    app.asgi_handler = outside
    return app
