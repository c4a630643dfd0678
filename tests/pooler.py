"""pgbouncer in transaction mode before a PostgreSQL of the tests: each transaction may run in another process of the database."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic, sleep

from tests.postgres import AS_NOBODY, NOBODY, NOGROUP, Cluster

PORT = 6432
PATIENCE = 10
SETTINGS = """[databases]
* = host={cluster}

[pgbouncer]
pool_mode = transaction
listen_addr =
unix_socket_dir = {folder}
listen_port = {port}
auth_type = trust
auth_file = {folder}/users
default_pool_size = {most}
max_client_conn = 400
logfile = {folder}/log
pidfile =
"""


def is_here() -> bool:
    """Whether this machine has pgbouncer."""
    return _program() is not None


class Pooler:
    """Lets as many as will connect share a few connections to a cluster; it can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.again()

    def url(self, url: str) -> str:
        """The same database of the cluster, through here."""
        return f"{url.partition('?')[0].replace('@/', f'@:{PORT}/')}?host={self.folder}"

    def again(self) -> None:
        """Start it and wait until it answers."""
        as_whom = AS_NOBODY if os.geteuid() == 0 else ()
        self._process = subprocess.Popen(
            [*as_whom, str(_program()), "-q", str(self.folder / "settings")], cwd="/", stderr=subprocess.DEVNULL
        )
        began = monotonic()
        while not self._answers():
            assert self._process.poll() is None
            assert monotonic() - began < PATIENCE
            sleep(0.02)

    def killed(self) -> None:
        """Take it away with whatever goes through it."""
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as tried:
            return tried.connect_ex(str(self.folder / f".s.PGSQL.{PORT}")) == 0


@contextmanager
def pooler(cluster: Cluster, most: int = 8) -> Iterator[Pooler]:
    """Start one that opens at most so many connections to a database, and end it with the block."""
    folder = Path(mkdtemp(prefix="weft-pool-", dir="/tmp"))
    (folder / "users").write_text('"weft" ""\n')
    (folder / "settings").write_text(SETTINGS.format(cluster=cluster.folder, folder=folder, port=PORT, most=most))
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOGROUP)
    opened = Pooler(folder)
    try:
        yield opened
    finally:
        opened.killed()
        shutil.rmtree(folder, ignore_errors=True)


def _program() -> str | None:
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
