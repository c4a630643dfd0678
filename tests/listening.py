"""A server on loopback, the pages that are open on it, and what they hear."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import uvicorn

from server.actions import sessions, settings
from server.app import close_pages
from server.cli.serving import Server
from tests import make
from tests.make import NOW

MOVED, ENDED, BEAT = "event: moved", "event: ended", ":"
PATIENCE = 10


class Page:
    """A page that is open on a device, and what it hears."""

    def __init__(self, port: int, cookie: str, age: int = 0) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.connection.request(
            "GET", f"/live?age={age}", headers={"Cookie": f"sid={cookie}", "Accept-Encoding": "gzip", "Host": "localhost"}
        )
        self.answer: HTTPResponse = self.connection.getresponse()

    def hears(self) -> str:
        """The first line of what comes next; nothing where the stream has ended."""
        first = ""
        while line := self.answer.readline().decode().strip():
            first = first or line
        return first

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


class House:
    """A server on loopback with pages open on it."""

    def __init__(self, desk: Any, port: int, app: Any, stack: ExitStack) -> None:
        self.desk, self.port, self.app, self._stack = desk, port, app, stack

    def sign_in(self, member: Any) -> str:
        with self.desk.database.write() as session:
            return sessions.begin(session, member.id, device="Firefox", now=NOW)

    def opens(self, member: Any, cookie: str = "", *, age: int = 0) -> Page:
        """Let a member open a page, on a new device unless told which, and hear that it is open."""
        page = Page(self.port, cookie or self.sign_in(member), age)
        self._stack.callback(page.close)
        assert page.hears() == ": weft"
        return page


@contextmanager
def serving(app: Any) -> Iterator[House]:
    with socket.socket() as held, ExitStack() as stack:
        held.bind(("127.0.0.1", 0))
        began = threading.Event()
        server = Server(uvicorn.Config(app, log_level="warning"), started=began.set, ending=partial(close_pages, app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [held]}, daemon=True)
        thread.start()
        assert began.wait(PATIENCE)
        desk = replace(app.state.desk, database=app.state.desk.database.everything())
        yield House(desk, held.getsockname()[1], app, stack)
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive()


def marked(house: House, couple: make.Couple) -> None:
    """Something that both hear: whatever was to be heard before it has been heard."""
    with house.desk.database.write() as session:
        settings.choose_review(session, couple.bond.id, weekday="SA", at="18:00", member_id=couple.noor.id, now=NOW)
