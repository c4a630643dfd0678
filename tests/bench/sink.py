"""A push service that takes whatever comes, with as little work as can be: TLS on loopback, in a process of its own."""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import uvloop

from tests.certificates import signed_by_itself

TAKEN = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nLocation: /message\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Sink:
    """Where it is, what vouches for it, and the file in which it keeps what it took."""

    port: int
    certificate: Path
    kept: Path | None
    process: "subprocess.Popen[str]"

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    def taken(self) -> dict[str, int]:
        """How many messages came to each path since the last time that it was asked."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        found: dict[str, int] = json.loads(self.process.stdout.readline())
        return found


@contextmanager
def open_sink(folder: Path, *, keeps: bool = False) -> Iterator[Sink]:
    """One that takes messages until the block ends."""
    certificate = signed_by_itself(folder)
    kept = folder / "kept" if keeps else None
    command = [sys.executable, "-m", __name__, str(certificate), *([str(kept)] if kept else [])]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        try:
            assert process.stdout
            yield Sink(int(process.stdout.readline()), certificate, kept, process)
        finally:
            process.kill()


def bodies(kept: Path) -> Iterator[tuple[str, bytes]]:
    """What was kept: paths and bodies, in the order in which they came."""
    for line in kept.read_text().splitlines():
        path, _, body = line.partition(" ")
        yield path, bytes.fromhex(body)


class _Taking(asyncio.Protocol):
    """One connection: every request that is whole is answered at once."""

    def __init__(self, counts: Counter[str], kept: Path | None) -> None:
        self._counts, self._kept, self._heard = counts, kept, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (whole := self._whole()) is not None:
            path, body = whole
            self._counts[path] += 1
            if self._kept:
                with self._kept.open("a") as file:
                    file.write(f"{path} {body.hex()}\n")
            self._transport.write(TAKEN)

    def _whole(self) -> tuple[str, bytes] | None:
        head, found, rest = self._heard.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]) if found else 0
        if not found or len(rest) < length:
            return None
        self._heard = rest[length:]
        return head.split(b" ", 2)[1].decode(), rest[:length]


async def _take(certificate: Path, kept: Path | None) -> None:
    counts: Counter[str] = Counter()
    loop, tls = asyncio.get_running_loop(), SSLContext(PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    server = await loop.create_server(lambda: _Taking(counts, kept), "127.0.0.1", 0, ssl=tls, backlog=1024)
    _say(str(server.sockets[0].getsockname()[1]))
    while await loop.run_in_executor(None, sys.stdin.readline):
        _say(json.dumps(counts))
        counts.clear()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(_take(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
