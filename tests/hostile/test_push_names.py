"""A push service whose name leads elsewhere the second time, that sends on, that never ends: nothing behind our own walls is asked."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiohttp import ClientError

from server.clock import StandingClock
from server.domain.notices import Subscription
from server.push import addresses, keys
from server.push.sender import Sender, Sent
from tests.make import NOW
from tests.push import rows
from tests.push.test_sender import MESSAGE
from tests.pushservice import Phone

NAME = "push.example"
OUTSIDE, INSIDE = "127.0.0.2", "127.0.0.1"
"""Two addresses of this machine: for these tests the first stands for the open internet, the second for what must not be reached."""


class Listener:
    """Counts who came to an address; answers a request with what it was told to."""

    def __init__(self, host: str, port: int, answer: bytes) -> None:
        self.came = self.sent = 0
        self.answer = answer
        self.socket = socket.create_server((host, port))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                come, _ = self.socket.accept()
            except OSError:
                return
            self.came += 1
            with come:
                come.recv(65536)
                self._say(come)

    def _say(self, come: socket.socket) -> None:
        try:
            self.sent += come.send(self.answer)
            while self.answer.endswith(b"..."):
                self.sent += come.send(b"." * 4096)
        except OSError:
            return


@contextmanager
def listening(host: str, port: int = 0, answer: bytes = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n") -> Iterator[Listener]:
    made = Listener(host, port, answer)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    real = addresses.is_public
    monkeypatch.setattr(addresses, "is_public", lambda address: address == OUTSIDE or real(address))
    with listening(OUTSIDE) as found:
        yield found


@pytest.fixture
def inside(outside: Listener) -> Iterator[Listener]:
    """Something private at the same port."""
    with listening(INSIDE, outside.port) as found:
        yield found


def names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """A resolver of our own that gives these addresses, one list after the other; what it was asked for is returned."""
    left, asked = list(answers), []

    def resolve(host: str, port: int, *_: object, **__: object) -> list[object]:
        asked.append(host)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def posted(sender: Sender, port: int, times: int = 1) -> list[int | None]:
    """The statuses of posts over the sender's own line, each over a connection of its own; the name stands for one over TLS."""

    async def post() -> list[int | None]:
        found: list[int | None] = []
        async with sender.open() as line:
            for _ in range(times):
                line._http.connector.clear_dns_cache()
                try:
                    async with line._http.post(f"http://{NAME}:{port}/a", headers={"Connection": "close"}) as answer:
                        found.append(answer.status)
                except (ClientError, OSError):
                    found.append(None)
        return found

    return asyncio.run(post())


@pytest.fixture
def sender(tmp_path, outside: Listener) -> Sender:
    return Sender(keys.load(tmp_path / "secrets"), rows.settings(tmp_path, f"{NAME}:{outside.port}"), StandingClock(NOW))


def test_it_goes_to_the_very_address_that_was_checked(sender, outside, inside, monkeypatch):
    asked = names(monkeypatch, [OUTSIDE], [INSIDE])
    assert posted(sender, outside.port) == [201]
    assert (outside.came, inside.came, asked) == (1, 0, [NAME])


def test_a_name_that_resolves_differently_the_second_time_is_not_followed(sender, outside, inside, monkeypatch):
    names(monkeypatch, [OUTSIDE], [INSIDE])
    assert posted(sender, outside.port, times=3) == [201, None, None]
    assert (outside.came, inside.came) == (1, 0)


def test_one_address_inside_among_others_is_enough_to_stay_away(sender, outside, inside, monkeypatch):
    names(monkeypatch, [OUTSIDE, INSIDE])
    assert posted(sender, outside.port) == [None]
    assert (outside.came, inside.came) == (0, 0)


def sent(tmp_path, port: int) -> Sent:
    phone = Phone(f"http://localhost:{port}/push/a", "key")
    sender = Sender(keys.load(tmp_path / "secrets"), rows.settings(tmp_path, f"http://localhost:{port}"), StandingClock(NOW))

    async def send() -> Sent:
        async with sender.open() as line:
            return await line.send(Subscription(phone.endpoint, phone.p256dh, phone.auth), MESSAGE)

    return asyncio.run(send())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leads_inside(tmp_path, status):
    with listening(INSIDE) as within:
        moved = f"HTTP/1.1 {status} Moved\r\nLocation: http://localhost:{within.port}/latest/meta-data\r\nContent-Length: 0\r\n\r\n"
        with listening(INSIDE, answer=moved.encode()) as service:
            assert sent(tmp_path, service.port) == Sent(status)
            assert (service.came, within.came) == (1, 0)


@pytest.mark.parametrize("status", [201, 400])
def test_an_answer_without_an_end_is_let_go(tmp_path, status):
    with listening(INSIDE, answer=f"HTTP/1.1 {status} Yes\r\n\r\n...".encode()) as service:
        began = time.monotonic()
        assert sent(tmp_path, service.port) == Sent(status)
        assert time.monotonic() - began < 8
    assert service.sent < 32 * 1024 * 1024
    assert not service.thread.is_alive()


def test_headers_without_an_end_are_no_answer(tmp_path):
    with listening(INSIDE, answer=b"HTTP/1.1 201 Yes\r\nX: " + b"x" * 100_000 + b"...") as service:
        assert sent(tmp_path, service.port) == Sent(None)


def test_no_proxy_of_the_machine_is_asked(tmp_path, monkeypatch):
    with listening(INSIDE) as proxy, listening(INSIDE) as service:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert sent(tmp_path, service.port) == Sent(201)
        assert (service.came, proxy.came) == (1, 0)
