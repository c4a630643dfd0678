"""Opening the database: one transaction at a time for whoever opens it, on SQLite or PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from server.db import moved, triggers
from server.db.moved import Moved
from server.db.tables import metadata

Session = Connection
BUSY_TIMEOUT_MS = 10_000
READERS = 8


class Database:
    """A database by URL; `read()` and `write()` open one transaction each, `write()` committed at its end.

    On SQLite all writes follow each other through one connection that begins with BEGIN IMMEDIATE, and readers are query_only.
    Listeners are told what a transaction has changed, in its thread, once it is committed; they may not fail, nor wait.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        in_memory = self.is_sqlite and self.url.database in (None, "", ":memory:")
        self._turn = threading.Lock()
        self._writes_in: int | None = None
        self.listeners: list[Callable[[Moved], None]] = []
        if not self.is_sqlite:
            self.writer = self.reader = _postgresql(url)
            return
        self.writer = _sqlite(url, in_memory=in_memory, writes=True)
        self.reader = self.writer if in_memory else _sqlite(url, in_memory=False, writes=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads."""
        if self.reader is self.writer and self.is_sqlite:
            with self.write() as session:
                yield session
            return
        with self.reader.connect() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that is committed at the end of the block, or rolled back whole."""
        if not self.is_sqlite:
            with self.writer.begin() as session:
                noted = moved.begin(session)
                yield session
            self._tell(noted)
            return
        if self._writes_in == threading.get_ident():
            raise RuntimeError("a transaction is open already in this thread; a second one would wait for itself")
        with self._turn:
            self._writes_in = threading.get_ident()
            try:
                with self.writer.begin() as session:
                    noted = moved.begin(session)
                    yield session
            finally:
                self._writes_in = None
        self._tell(noted)

    def create_all(self) -> None:
        """Make every table at once: for a store in memory, which needs no migrations."""
        with self.write() as session:
            metadata.create_all(session)
            triggers.create(session)

    def close(self) -> None:
        self.writer.dispose()
        self.reader.dispose()

    def _tell(self, noted: Moved) -> None:
        if self.listeners and (told := noted.told()):
            for listener in [*self.listeners]:
                listener(told)


def insert(session: Session, table: Any) -> Any:
    """The dialect's own INSERT, which knows ON CONFLICT."""
    chosen: type[Insert] = sqlite.Insert if session.dialect.name == "sqlite" else postgresql.Insert
    return chosen(table)


Names = tuple[str, ...]


def upsert(session: Session, table: Table, keys: Names, changed: Names, *, flags: Names = (), sums: Names = ()) -> Any:
    """INSERT that replaces the `changed` columns of the row with the same `keys`; `flags` stay set once set, and `sums` are added to.

    It is made once for each table: on the way of a tap, to make a statement takes longer than to run it.
    """
    return _upsert(session.dialect.name, table, keys, changed, flags, sums)


@cache
def _upsert(dialect: str, table: Table, keys: Names, changed: Names, flags: Names, sums: Names) -> Any:
    written = (sqlite.Insert if dialect == "sqlite" else postgresql.Insert)(table)
    values: dict[str, Any] = {name: written.excluded[name] for name in changed}
    values |= {name: table.c[name] | written.excluded[name] for name in flags}
    values |= {name: table.c[name] + written.excluded[name] for name in sums}
    return written.on_conflict_do_update(index_elements=keys, set_=values)


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def _postgresql(url: str) -> Engine:
    plain = make_url(url)
    if plain.drivername in ("postgresql", "postgres"):
        plain = plain.set(drivername="postgresql+psycopg")
    return create_engine(
        plain,
        pool_size=10,
        max_overflow=10,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": "-c timezone=UTC", "prepare_threshold": 5},
    )


def _sqlite(url: str, *, in_memory: bool, writes: bool) -> Engine:
    shape: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {"pool_size": 1 if writes else READERS, "max_overflow": 0}
    engine = create_engine(url, hide_parameters=True, connect_args={"check_same_thread": False, "cached_statements": 256}, **shape)
    event.listen(engine, "connect", lambda connection, _: _prepare(connection, writes=writes))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN"))
    return engine


def _prepare(connection: Any, *, writes: bool) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "temp_store=MEMORY",
        f"query_only={'OFF' if writes else 'ON'}",
    ):
        connection.execute(f"PRAGMA {pragma}")
