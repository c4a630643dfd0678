"""Opening the database: one transaction at a time for whoever opens it, on SQLite or PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Connection, Engine, StaticPool, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from server.db import belts, dispatch, moved, room, scope, sealing, triggers
from server.db.dispatch import Dispatch, Embedded
from server.db.haste import Haste
from server.db.moved import Moved
from server.db.scope import EVERYTHING, NOBODY, Scope
from server.db.sealing import Sealer
from server.db.tables import metadata

Session = Connection
BUSY_TIMEOUT_MS = 10_000
READERS = 8
PREPARED_AFTER = 5
CHECKPOINT_AFTER = 4000
"""Pages of 4 KiB: what many write again and again is carried from SQLite's log into its file that much less often."""


class Database:
    """A database by URL; `read()` and `write()` open one transaction each, `write()` committed at its end.

    On SQLite all writes follow each other through one connection that begins with BEGIN IMMEDIATE, and readers are query_only. Jobs take
    their steps inside `step`, there one after the other: whoever writes waits for one at most, however many jobs are at work.
    Listeners are told what a transaction has changed, in its thread, once it is committed; they may not fail, nor wait.
    What it calls for (server.db.dispatch) goes with it.
    A transaction acts for nobody until the database is asked for one that acts `of()` members or for `everything()` (server.db.scope).
    """

    def __init__(self, url: str, sealer: Sealer | None = None, dispatch: Dispatch | None = None) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        in_memory = self.is_sqlite and self.url.database in (None, "", ":memory:")
        self._file = Path(self.url.database or "") if self.is_sqlite and not in_memory else None
        self._scope = NOBODY
        self._dispatch = dispatch or Embedded()
        self._turn = Turn()
        self.step: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()
        self.haste = Haste()
        self.listeners: list[Callable[[Moved], None]] = []
        # What is in memory alone has a key of its own, for as long.
        self.sealer = sealer or (sealing.passing() if in_memory else Sealer())
        if self.is_sqlite:
            self.writer = _sqlite(url, in_memory=in_memory, writes=True)
            self.reader = self.writer if in_memory else _sqlite(url, in_memory=False, writes=False)
        else:
            self.writer = self.reader = _postgresql(url)
        for engine in {self.writer, self.reader}:
            event.listen(engine, "connect", self._lend_sealer)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads."""
        if self.reader is self.writer and self.is_sqlite:
            with self.write() as session:
                yield session
            return
        with self.reader.connect() as session:
            yield session if self.is_sqlite else session.execution_options(**{scope.OPTION: self._scope})
            # After a rollback psycopg lets go of all that the connection has prepared.
            if not self.is_sqlite:
                session.commit()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that is committed at the end of the block, or rolled back whole; NoRoomError where SQLite's disk is nearly full."""
        if not self.is_sqlite:
            with self.writer.connect() as session, session.execution_options(**{scope.OPTION: self._scope}).begin():
                noted = self._begin(session)
                yield session
                dispatch.end(session, self._dispatch)
            self._tell(noted)
            return
        if self._turn.whose == threading.get_ident():
            raise RuntimeError("a transaction is open already in this thread; a second one would wait for itself")
        if self._file:
            room.check(self._file)
        with self._turn, self.writer.begin() as session:
            noted = self._begin(session)
            yield session
            dispatch.end(session, self._dispatch)
        self._tell(noted)

    def of(self, *member_ids: UUID) -> Self:
        """The same database, for what these members may see and write, and no more."""
        return self._acting(scope.of(member_ids))

    def everything(self) -> Self:
        """The same database, for jobs and the operator, who act for all."""
        return self._acting(EVERYTHING)

    def create_all(self) -> None:
        """Make every table at once: for a store in memory, which needs no migrations."""
        with self.everything().write() as session:
            metadata.create_all(session)
            triggers.create(session)
            belts.fasten(session)

    def close(self) -> None:
        self.writer.dispose()
        self.reader.dispose()

    def _acting(self, chosen: Scope) -> Self:
        other = copy(self)
        other._scope = chosen
        return other

    @staticmethod
    def _begin(session: Session) -> Moved:
        dispatch.begin(session)
        return moved.begin(session)

    def _lend_sealer(self, _: Any, connected: Any) -> None:
        connected.info[sealing.SEALER] = self.sealer

    def _tell(self, noted: Moved) -> None:
        if self.listeners and (told := noted.told()):
            for listener in [*self.listeners]:
                listener(told)


class Turn:
    """The turn of the one who writes on SQLite; `whose` thread has it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.whose: int | None = None

    def __enter__(self) -> None:
        self._lock.acquire()
        self.whose = threading.get_ident()

    def __exit__(self, *_: object) -> None:
        self.whose = None
        self._lock.release()


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
    engine = create_engine(
        plain,
        pool_size=10,
        max_overflow=10,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"prepare_threshold": None},
    )
    event.listen(engine, "connect", scope.arrive)
    event.listen(engine, "connect", _greet)
    event.listen(engine, "begin", scope.begin)
    return engine


def _greet(driver_connection: Any, _: Any) -> None:
    """Speak of instants in UTC, and let the database keep what is asked often prepared, unless a pooler lies between.

    A pooler gives each transaction to another process of the database, where nothing is prepared; it shows by its own process number.
    It refuses `options` at the start of a connection, but takes a time zone along from one process to the next.
    """
    row = driver_connection.execute("SELECT set_config('TimeZone', 'UTC', false), pg_backend_pid()").fetchone()
    if row[1] == driver_connection.info.backend_pid:
        driver_connection.prepare_threshold = PREPARED_AFTER


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
        f"wal_autocheckpoint={CHECKPOINT_AFTER}",
        f"query_only={'OFF' if writes else 'ON'}",
    ):
        connection.execute(f"PRAGMA {pragma}")
