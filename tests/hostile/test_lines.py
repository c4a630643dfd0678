"""The lines that requests come by: what is no request, what never ends, who speaks slowly."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import uvicorn

from server.cli import lines
from tests.served import Server, served


@pytest.fixture(scope="module")
def weft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("wire") / "data"
    with served(folder, f"sqlite:///{folder}/weft.sqlite3") as running:
        yield running


def said_to(weft: Server, *parts: bytes) -> bytes:
    """What it answers to these bytes, until it hangs up."""
    with socket.create_connection(("127.0.0.1", weft.port), timeout=20) as line:
        for part in parts:
            line.sendall(part)
        found = b""
        while part := line.recv(65536):
            found += part
        return found


BROKEN = {
    "two lengths": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\ncode=",
    "a length and chunks": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "no length that counts": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "a line that is none": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "a null in a header": b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
    "a space before the colon": b"GET /sign-in HTTP/1.1\r\nHost : localhost\r\n\r\n",
    "a header of a megabyte": b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("bytes_sent", BROKEN.values(), ids=BROKEN)
def test_what_is_no_request_is_answered_with_a_refusal_and_the_line_ends(weft: Server, bytes_sent: bytes) -> None:
    try:
        answer = said_to(weft, bytes_sent)
    except ConnectionError:
        answer = b""
    assert not answer or answer.startswith(b"HTTP/1.1 4")
    assert answer.count(b"HTTP/1.1") <= 1
    assert weft.get("/healthz")[0] == 200


@pytest.mark.slow
def test_who_speaks_slowly_keeps_nobody_waiting(weft: Server) -> None:
    """Two hundred lines that never end a request: another is answered as ever."""
    slow = [socket.create_connection(("127.0.0.1", weft.port), timeout=5) for _ in range(200)]
    try:
        for line in slow:
            line.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nc")
        began = time.monotonic()
        assert weft.get("/sign-in")[0] == 200
        assert time.monotonic() - began < 5
    finally:
        for line in slow:
            line.close()
    assert weft.get("/healthz")[0] == 200


class Served(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, app: Any) -> None:
        super().__init__(uvicorn.Config(app, port=0, http=lines.Line, ws="none", lifespan="off", log_config=None))
        self.listens = threading.Event()

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        self.port = self.servers[0].sockets[0].getsockname()[1]
        self.listens.set()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server that waits half a second for a request, and says back what it was sent."""

    async def echo(scope: Any, receive: Any, send: Any) -> None:
        body = (await receive()).get("body", b"")
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})

    monkeypatch.setattr(lines, "HEARD_WITHIN", timedelta(milliseconds=500))
    server = Served(echo)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert server.listens.wait(10)
    yield server
    server.should_exit = True
    thread.join(10)


@pytest.mark.parametrize(
    "begun",
    [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\nX: ", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"],
    ids=["nothing", "a line", "a head", "a body"],
)
def test_a_request_that_does_not_arrive_is_not_waited_for(hurried: Served, begun: bytes) -> None:
    with socket.create_connection(("127.0.0.1", hurried.port), timeout=10) as line:
        line.sendall(begun)
        began = time.monotonic()
        assert b"200 OK" not in line.recv(65536) or line.recv(65536) == b""
        assert 0.3 < time.monotonic() - began < 5


def test_one_request_after_the_other_is_heard_on_one_line(hurried: Served) -> None:
    with socket.create_connection(("127.0.0.1", hurried.port), timeout=10) as line:
        for _ in range(3):
            line.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
            assert line.recv(65536).endswith(b"abc")


def test_headers_without_an_end_are_not_kept(hurried: Served) -> None:
    with socket.create_connection(("127.0.0.1", hurried.port), timeout=10) as line, suppress(ConnectionError):
        line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
        for _ in range(2000):
            line.sendall(b"x" * 4096)
        assert line.recv(65536).startswith(b"HTTP/1.1 400")
    with socket.create_connection(("127.0.0.1", hurried.port), timeout=10) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 8000 + b"\r\n\r\n")
        assert line.recv(65536).startswith(b"HTTP/1.1 200")
