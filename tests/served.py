"""The real thing: `weft` as a process of its own, on loopback, over a data folder and a database."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from tests import make

WEFT = str(Path(sys.executable).with_name("weft"))
PATIENCE = 30


class Server:
    """A `weft serve` (or another that stays) that can be ended, killed and started again on the same port."""

    def __init__(self, folder: Path, url: str = "", command: str = "serve", *, program: Sequence[str] = (), **settings: str) -> None:
        self.program, self.port = program or (WEFT, command), free_port()
        self.settings = environment(folder, url, WEFT_PORT=str(self.port), **settings)
        self.log = folder.parent / f"{folder.name}.log"
        self.started()

    def started(self) -> None:
        """Start it and wait until it says that it runs."""
        self.begun()
        self.ready()

    def ready(self) -> None:
        """Wait until it says that it runs."""
        assert self.process.stdout
        self.said = self.process.stdout.readline()
        if not self.said.startswith("Weft "):
            self.killed()
            raise AssertionError(self.log.read_text())

    def begun(self) -> None:
        """Start it and wait for nothing."""
        # Started in the background of a shell, the tests ignore Ctrl-C, and so would whatever they start.
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*self.program], env=self.settings, stdout=subprocess.PIPE, stderr=log, text=True)

    def says(self) -> str:
        """Its next line."""
        assert self.process.stdout
        return self.process.stdout.readline()

    def ended(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, and return its exit code."""
        return self._gone(how)

    def killed(self) -> None:
        """Take it away at once, whatever it does."""
        self._gone(signal.SIGKILL)

    def connection(self) -> HTTPConnection:
        """A line to it, which it takes up with the first request."""
        return HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        connection = self.connection()
        try:
            connection.request("GET", path, headers={"Host": f"localhost:{self.port}"} | headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _gone(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        if self.process.stdout:
            self.process.stdout.close()
        return code


@contextmanager
def served(folder: Path, url: str = "", command: str = "serve", *, program: Sequence[str] = (), **settings: str) -> Iterator[Server]:
    """A server that is gone when the block ends; `program` is another way to start one."""
    server = Server(folder, url, command, program=program, **settings)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.killed()


def weft(
    folder: Path, url: str, *words: str, said: str | None = None, patience: int = 2 * PATIENCE, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, of so many seconds at most."""
    env = environment(folder, url, **settings)
    return subprocess.run([WEFT, *words], env=env, input=said, capture_output=True, text=True, timeout=patience, check=False)


def environment(folder: Path, url: str, **settings: str) -> dict[str, str]:
    """Ours without anybody's WEFT_ settings, and these."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("WEFT_")}
    if url and not (folder / "secrets").exists():
        make.lend_keys(folder)
    return plain | {"WEFT_DATA": str(folder)} | ({"WEFT_DATABASE": url} if url else {}) | settings


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
