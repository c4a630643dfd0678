"""SQLite files that live as long as the tests of one process."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import URL

from server.db import Database, sqlite_url

IN_MEMORY = "/dev/shm"
Shape = tuple[Any, ...]


class Files:
    """Databases by URL: empty ones, and copies of one that was made first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)
        self._template = Path()
        self._shapes: dict[URL, Shape] = {}

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
        """Make this database, which may stay open, what the kept one is: to empty it is quicker, where its tables are still the same."""
        with database.writer.connect() as writer:
            raw: Any = writer.connection.driver_connection
            if self._shapes.get(database.url) != _shape(raw):
                with closing(sqlite3.connect(self._template)) as kept:
                    kept.backup(raw)
                self._shapes[database.url] = _shape(raw)
                return
            _empty(raw)

    def drop(self, url: str) -> None:
        for path in self.folder.glob(f"{_path(url).name}*"):
            path.unlink()


@contextmanager
def files() -> Iterator[Files]:
    """A folder for them, in memory where the machine has that: what a disk costs is not what is tested."""
    with TemporaryDirectory(prefix="weft-", dir=IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None) as folder:
        yield Files(Path(folder))


def _shape(raw: Any) -> Shape:
    """What changes with any table, and with the level that a database is at."""
    asked = ("PRAGMA schema_version", "PRAGMA user_version", "SELECT max(version_num) FROM alembic_version")
    try:
        return tuple(raw.execute(one).fetchone()[0] for one in asked)
    except sqlite3.OperationalError:
        return ()


def _empty(raw: Any) -> None:
    """Delete every row; the log lets go of those alone whose names are among what is being erased."""
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("BEGIN IMMEDIATE")
    raw.execute("INSERT OR IGNORE INTO erasures (whose) SELECT coalesce(bond_id, member_id) FROM events")
    tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
    for name in sorted({*tables} - {"alembic_version", "erasures"}):
        raw.execute(f"DELETE FROM {name}")
    raw.execute("DELETE FROM erasures")
    raw.execute("COMMIT")
    raw.execute("PRAGMA foreign_keys=ON")


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
