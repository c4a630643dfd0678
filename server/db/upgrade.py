"""Bringing a database to the shape that this version needs: all that is missing, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, MetaData, PrimaryKeyConstraint, String, Table, select

from server.db import belts, triggers
from server.db.database import Database, Session
from server.db.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).with_name("migrations")
TURN = 7_264_183_295
LEVEL = Table(
    "alembic_version", MetaData(), Column("version_num", String(32)), PrimaryKeyConstraint("version_num", name="alembic_version_pkc")
)
"""The row in which Alembic notes the last migration, as Alembic makes it."""
SEALS_WORDS = "0006"
_MARK = {"sqlite": "PRAGMA user_version=1", "postgresql": "COMMENT ON TABLE column_keys IS 'to be cleared away'"}
_IS_MARKED = {"sqlite": "PRAGMA user_version", "postgresql": "SELECT obj_description(to_regclass('column_keys'), 'pg_class')"}
_UNMARK = {"sqlite": "PRAGMA user_version=0", "postgresql": "COMMENT ON TABLE column_keys IS NULL"}


class NewerError(Exception):
    """The database has a shape that only a newer version knows."""


def known() -> list[str]:
    """The migrations that this version knows, oldest first: their files are named by their order."""
    return sorted(one.name.partition("_")[0] for one in (FOLDER / "versions").glob("[0-9]*.py"))


@lru_cache(maxsize=1)
def head() -> str:
    """The last migration that this version knows."""
    return known()[-1]


def revision(session: Session) -> str | None:
    """The last migration that this database has had; None for one without tables."""
    if not session.dialect.has_table(session, LEVEL.name):
        return None
    found: str | None = session.scalar(select(LEVEL.c.version_num))
    return found


def missing(session: Session) -> list[str]:
    """The migrations that this database has not had, oldest first; NewerError where it is ahead of this version."""
    had, all_known = revision(session), known()
    if had is not None and had not in all_known:
        raise NewerError("This database was made by a newer version of Weft.")
    return all_known[all_known.index(had) + 1 if had else 0 :]


def upgrade(database: Database) -> None:
    """Run the migrations that are missing, in one transaction; what they have sealed is cleared away from the files."""
    with _alone(database) as session:
        run, had = missing(session), revision(session)
        if run and had:
            _walk(session)
        elif run:
            _make(session)
        if run or belts.loose(session):
            belts.fasten(session)
        if had and SEALS_WORDS in run:
            session.exec_driver_sql(_MARK[session.dialect.name])
    clear_away(database)


def clear_away(database: Database) -> bool:
    """Write every table anew where a migration asked for it: what it sealed stays readable in the files until its place is taken.

    The mark is set with the migration and goes last, so that whoever is killed in between is followed by a start that does it.
    Return whether nothing is left to do; a disk without room, or somebody who reads meanwhile, leaves it to the next start.
    """
    dialect = "sqlite" if database.is_sqlite else "postgresql"
    with database.writer.connect() as session:
        raw: Any = session.connection.driver_connection
        try:
            if not raw.execute(_IS_MARKED[dialect]).fetchone()[0]:
                return True
            raw.execute("VACUUM" if database.is_sqlite else "VACUUM FULL")
            if database.is_sqlite and raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                return False
            raw.execute(_UNMARK[dialect])
        except database.writer.dialect.loaded_dbapi.Error:
            return False
    return True


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


def _make(session: Session) -> None:
    """Make every table at once, in the shape that all migrations one after the other would have given an empty database."""
    metadata.create_all(session, checkfirst=False)
    triggers.create(session)
    LEVEL.create(session)
    session.execute(LEVEL.insert().values(version_num=head()))


def _walk(session: Session) -> None:
    # What walks from one version to the next is as large as all tables together, and most starts find nothing to walk.
    from alembic import command  # noqa: PLC0415

    config = _config()
    config.attributes["connection"] = session
    command.upgrade(config, "head")


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415  # loaded with what walks

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
