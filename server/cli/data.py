"""The data folder and its database, as a command opens them."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import structlog

from jobs import backup
from server.cli.running import FailedError
from server.clock import Clock
from server.config import Settings
from server.db import Database, copies, upgrade
from server.store import health

log = structlog.get_logger("weft")


@contextmanager
def opened(settings: Settings, clock: Clock, *, migrates: bool = False) -> Iterator[Database]:
    """The database of this version's shape, held so that nothing puts another in its place meanwhile."""
    with unopened(settings) as database:
        trouble = health.trouble(database)
        if trouble == health.NOT_MIGRATED and migrates:
            migrate(database, settings, clock)
        elif trouble:
            raise FailedError(trouble)
        yield database


@contextmanager
def unopened(settings: Settings) -> Iterator[Database]:
    """The database as it is, of whatever shape."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with held(settings):
        database = Database(settings.database)
        try:
            yield database
        finally:
            database.close()


@contextmanager
def held(settings: Settings, *, alone: bool = False) -> Iterator[None]:
    """Hold the data folder beside others, or alone; FailedError where it is held otherwise."""
    with (settings.data / "lock").open("w") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FailedError(f"Weft is at work in {settings.data}. Stop it first.") from None
        yield


def migrate(database: Database, settings: Settings, clock: Clock) -> list[str]:
    """Bring the database to this version's shape, after a copy where it holds something; return the migrations that were run."""
    with database.read() as session:
        missing, is_new = upgrade.missing(session), upgrade.revision(session) is None
    if missing and not is_new:
        _copy_before(missing[0], database, settings, clock.now())
    upgrade.upgrade(database)
    return missing


def backups(settings: Settings) -> Path:
    """Where copies are kept."""
    return settings.data / "backups"


def suffix(database: Database) -> str:
    """How a copy's name ends."""
    return ".sqlite3" if database.is_sqlite else ".dump"


def _copy_before(migration: str, database: Database, settings: Settings, now: datetime) -> None:
    if not copies.can_copy(database):
        log.warning("no copy was made before the migration: pg_dump is not here", migration=migration)
        return
    copies.copy(database, backup.named(backups(settings), now, f"before-{migration}", suffix(database)))
