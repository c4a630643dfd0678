"""A PostgreSQL cluster that lives as long as the tests of one process: on a socket, as nobody's user, and for tests alone."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import psycopg

from tests.files import IN_MEMORY

NOBODY, NOGROUP = 65534, 65534
AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOGROUP}", "--clear-groups")


class Cluster:
    """Databases by URL: empty ones, and copies of one that was made first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)
        self._template = ""

    def url(self, name: str) -> str:
        return f"postgresql://weft@/{name}?host={self.folder}"

    def empty(self) -> str:
        """A database without tables."""
        return self._create("template0")

    def keep(self, url: str) -> None:
        """Let later copies be made of this database; nobody may be connected to it."""
        self._template = _name(url)

    def copy(self, of: str = "") -> str:
        """A database of one's own, like another, to which nobody may be connected."""
        return self._create(_name(of) if of else self._template)

    def drop(self, url: str) -> None:
        self._run(f"DROP DATABASE {_name(url)} WITH (FORCE)")

    def _create(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def restart(self) -> None:
        """Stop it at once, as if it had been killed, and start it again."""
        _run("pg_ctl", "--pgdata", str(self.folder / "data"), "--wait", "--silent", "--mode=immediate", *self._log(), "restart")

    def _log(self) -> tuple[str, ...]:
        return "--log", str(self.folder / "log")


@contextmanager
def cluster(*, forgets: bool = True) -> Iterator[Cluster]:
    """Start a cluster, and stop it and remove it at the end; one that is killed `forgets` what it had no time to write."""
    folder = Path(mkdtemp(prefix="weft-pg-", dir=IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else "/tmp"))
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOGROUP)
    # Processes are killed here, never the machine: what a disk would forget is not what is tested.
    careless = f"-c fsync=off -c synchronous_commit={'off' if forgets else 'on'} -c full_page_writes=off"
    data, options = str(folder / "data"), f"-k {folder} -c listen_addresses= -c max_connections=60 {careless}"
    try:
        _run("initdb", "--pgdata", data, "--username=weft", "--auth=trust", "--encoding=UTF8", "--locale=C")
        _run("pg_ctl", "--pgdata", data, "--wait", "--silent", "--log", str(folder / "log"), "--options", options, "start")
        try:
            yield Cluster(folder)
        finally:
            _run("pg_ctl", "--pgdata", data, "--wait", "--silent", "--mode=immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, *words: str) -> None:
    """PostgreSQL refuses to run as root; its output goes to a file that outlives pg_ctl."""
    as_whom = AS_NOBODY if os.geteuid() == 0 else ()
    subprocess.run([*as_whom, str(_bin() / program), *words], check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def is_here() -> bool:
    """Whether this machine has PostgreSQL."""
    return any(_bins())


def _bin() -> Path:
    return next(_bins())


def _bins() -> Iterator[Path]:
    folders = [*_from_pg_config(), *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    return (one for one in folders if (one / "initdb").exists())


def _from_pg_config() -> list[Path]:
    if shutil.which("pg_config") is None:
        return []
    return [Path(subprocess.run(["pg_config", "--bindir"], check=True, capture_output=True, text=True).stdout.strip())]


def _name(url: str) -> str:
    return url.removeprefix("postgresql://weft@/").partition("?")[0]
