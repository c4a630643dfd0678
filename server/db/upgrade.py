"""Bringing a database to the shape that this version needs: all that is missing, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from server.db.database import Database, Session

FOLDER = Path(__file__).with_name("migrations")
TURN = 7_264_183_295


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
    """Run the migrations that are missing, in one transaction."""
    with _alone(database) as session:
        if missing(session):
            config = _config()
            config.attributes["connection"] = session
            command.upgrade(config, "head")


@contextmanager
def _alone(database: Database) -> Iterator[Session]:
    """A transaction that no other start upgrades beside."""
    if database.is_sqlite:
        with _without_foreign_keys(database) as session:
            yield session
        return
    with database.write() as session:
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
