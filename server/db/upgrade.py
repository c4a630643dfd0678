"""Bringing a database to the shape that this version needs: all that is missing, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from server.db import belts
from server.db.database import Database, Session

FOLDER = Path(__file__).with_name("migrations")
TURN = 7_264_183_295
SEALS_WORDS = "0006"


class NewerError(Exception):
    """The database has a shape that only a newer version knows."""


@lru_cache(maxsize=1)
def head() -> str:
    """The last migration that this version knows."""
    return str(_scripts().get_current_head())


def revision(session: Session) -> str | None:
    """The last migration that this database has had; None for one without tables."""
    return MigrationContext.configure(session).get_current_revision()


def missing(session: Session) -> list[str]:
    """The migrations that this database has not had, oldest first; NewerError where it is ahead of this version."""
    had, known = revision(session), [one.revision for one in _scripts().walk_revisions()]
    if had is not None and had not in known:
        raise NewerError("This database was made by a newer version of Weft.")
    return known[: known.index(had) if had else None][::-1]


def upgrade(database: Database) -> None:
    """Run the migrations that are missing, in one transaction; what they have sealed is cleared away from the files."""
    with _alone(database) as session:
        run, had = missing(session), revision(session)
        if run:
            config = _config()
            config.attributes["connection"] = session
            command.upgrade(config, "head")
        if run or belts.loose(session):
            belts.fasten(session)
    if had and SEALS_WORDS in run:
        clear_away(database)


def clear_away(database: Database) -> None:
    """Write every table anew: what was changed or deleted stays readable in a database's files until its place is taken."""
    with database.writer.connect() as session:
        raw: Any = session.connection.driver_connection
        raw.execute("VACUUM" if database.is_sqlite else "VACUUM FULL")
        if database.is_sqlite:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _alone(database: Database) -> Iterator[Session]:
    """A transaction that no other start upgrades beside."""
    if database.is_sqlite:
        with _without_foreign_keys(database) as session:
            yield session
        return
    with database.everything().write() as session:
        session.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")
        yield session


@contextmanager
def _without_foreign_keys(database: Database) -> Iterator[Session]:
    """SQLite changes a table by making it anew, and dropping the old one would empty those that refer to it."""
    with database.writer.connect() as session:
        raw = session.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        try:
            with session.begin():
                yield session
                if session.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError("a migration left rows that refer to nothing")
        finally:
            raw.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
