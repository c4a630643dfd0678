"""The data folder and its database, as a command opens them."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import structlog

from jobs import backup
from server import keyring
from server.cli.running import FailedError
from server.clock import Clock
from server.config import Settings, SettingsError
from server.db import Database, copies, dispatch, procrastinate, upgrade
from server.db.dispatch import PROCRASTINATE
from server.store import column_keys, health

PUT_BACK = f"Put the former {keyring.FILE} back from the backup."
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
        else:
            unlock(database, settings)
            if migrates:
                _clear_away(database)
        _prepare(database, settings, makes=migrates)
        yield database


@contextmanager
def unopened(settings: Settings) -> Iterator[Database]:
    """The database as it is, of whatever shape, for everything: the operator acts for all."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with held(settings):
        database = Database(settings.database, dispatch=dispatch.of(settings.dispatch))
        try:
            yield database.everything()
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
    unlock(database, settings)
    upgrade.upgrade(database)
    _clear_away(database)
    column_keys.note_newest(database)
    _prepare(database, settings, makes=True)
    if upgrade.SEALS_WORDS in missing and not is_new:
        log.warning("copies made before this hold people's words openly; delete them when all is well", folder=str(backups(settings)))
    return missing


def unlock(database: Database, settings: Settings) -> None:
    """Give the database the keys of its words, made where nothing was sealed yet; SettingsError where they are not those it needs."""
    with database.read() as session:
        in_use = column_keys.in_use(session)
    if in_use and not keyring.is_there(settings.secrets):
        raise SettingsError(f"{settings.secrets / keyring.FILE} is not there, and people's words cannot be read without it. {PUT_BACK}")
    changed = keyring.changes(settings.secrets)
    database.sealer.use(keyring.load(settings.secrets), changed)
    with database.read() as session:
        if in_use and (lacking := column_keys.lacking(session)):
            which = ", ".join(lacking)
            raise SettingsError(f"People's words were sealed with another key than {keyring.FILE} holds ({which}). {PUT_BACK}")
    if in_use:
        column_keys.note_newest(database)


def backups(settings: Settings) -> Path:
    """Where copies are kept."""
    return settings.data / "backups"


def suffix(database: Database) -> str:
    """How a copy's name ends."""
    return ".sqlite3" if database.is_sqlite else ".dump"


def _prepare(database: Database, settings: Settings, *, makes: bool) -> None:
    """See that calls can be enqueued where they are to be; FailedError where they cannot, and nothing may be made."""
    if settings.dispatch != PROCRASTINATE:
        return
    if makes:
        procrastinate.prepare(database)
    with database.read() as session:
        if trouble := procrastinate.trouble(session):
            raise FailedError(trouble)


def _clear_away(database: Database) -> None:
    if not upgrade.clear_away(database):
        log.warning("what was sealed still lies openly in the database's files; the next start clears it away, with room on the disk")


def _copy_before(migration: str, database: Database, settings: Settings, now: datetime) -> None:
    if not copies.can_copy(database):
        log.warning("no copy was made before the migration: pg_dump is not here", migration=migration)
        return
    copies.copy(database, backup.named(backups(settings), now, f"before-{migration}", suffix(database)))
