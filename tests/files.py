"""SQLite files that live as long as the tests of one process."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from server.db import Database, sqlite_url

IN_MEMORY = "/dev/shm"


class Files:
    """Databases by URL: empty ones, and copies of one that was made first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)
        self._template = Path()

    def empty(self) -> str:
        """A database without tables."""
        return sqlite_url(self.folder / f"{next(self._numbers)}.sqlite3")

    def keep(self, url: str) -> None:
        """Let later copies be made of this database, which must be closed."""
        self._template = _path(url)

    def copy(self) -> str:
        """A database of one's own."""
        url = self.empty()
        shutil.copyfile(self._template, _path(url))
        return url

    def put_back(self, database: Database) -> None:
        """Make this database, which may stay open, what the kept one is."""
        with closing(sqlite3.connect(self._template)) as kept, database.writer.connect() as writer:
            kept.backup(writer.connection.driver_connection)

    def drop(self, url: str) -> None:
        for path in self.folder.glob(f"{_path(url).name}*"):
            path.unlink()


@contextmanager
def files() -> Iterator[Files]:
    """A folder for them, in memory where the machine has that: what a disk costs is not what is tested."""
    with TemporaryDirectory(prefix="weft-", dir=IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None) as folder:
        yield Files(Path(folder))


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
