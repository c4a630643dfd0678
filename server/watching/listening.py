"""The port on which Prometheus asks, apart from people's."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hmac import compare_digest
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from server.config import Settings
from server.watching import Watch

TYPE = "text/plain; version=0.0.4"
PATH = "/metrics"
PATIENCE = 5


class Asked(WSGIRequestHandler):
    """Writes no log, and waits for nobody."""

    timeout = PATIENCE

    def log_message(self, *_: Any) -> None:
        """Nothing: a line an asking would be the most of the log."""


class Port(ThreadingMixIn, WSGIServer):
    """Answers each who asks in a thread of its own."""

    daemon_threads = True
    block_on_close = False

    def server_bind(self) -> None:
        """Without asking anybody for this machine's full name: that can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up in the middle is nobody's trouble."""


def is_allowed(authorization: str, token: str) -> bool:
    """Whether who asks carries the token."""
    scheme, _, given = authorization.partition(" ")
    return scheme.lower() == "bearer" and compare_digest(given.strip().encode(), token.encode())


@contextmanager
def listening(settings: Settings, watch: Watch) -> Iterator[int]:
    """Answer on the port of WEFT_METRICS until the block ends, and say which; OSError where it cannot be had."""
    host, port = settings.metrics or ("", 0)

    def answer(environ: Any, start: Any) -> Iterable[bytes]:
        is_theirs = not settings.metrics_token or is_allowed(environ.get("HTTP_AUTHORIZATION", ""), settings.metrics_token)
        if environ["REQUEST_METHOD"] != "GET" or environ["PATH_INFO"] != PATH or not is_theirs:
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"There is nothing here.\n"]
        start("200 OK", [("Content-Type", f"{TYPE}; charset=utf-8"), ("Cache-Control", "no-store")])
        return [watch.page()]

    server = make_server(host, port, answer, server_class=Port, handler_class=Asked)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="metrics", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)
