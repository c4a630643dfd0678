"""Whether a server is well, and what to do where it is not; nothing is changed."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from jobs import backup
from jobs.schedule import JOBS, Job
from server.actions import rebuilding
from server.clock import Clock
from server.config import LOOPBACK, Settings, SettingsError
from server.db import Database
from server.push import keys
from server.store import health, push, standing
from server.store.health import Run

OPEN_TO_OTHERS = 0o077
LATE_AFTER = timedelta(minutes=5)
COPY_AFTER = timedelta(hours=26)
CLOCK_BEHIND = timedelta(minutes=5)
ENOUGH_SPACE = 500 * 2**20
SAMPLE = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `what_to_do` where it is not well."""

    what: str
    what_to_do: str = ""

    @property
    def is_well(self) -> bool:
        return not self.what_to_do

    def __str__(self) -> str:
        return f"well  {self.what}" if self.is_well else f"look  {self.what} {self.what_to_do}"


def examine(database: Database, settings: Settings, clock: Clock) -> list[Finding]:
    """Look at everything; without a database only at what is around it."""
    around = [_folder(settings.data), _space(settings.data), _origin(settings)]
    if trouble := health.trouble(database):
        return [Finding("The database cannot be used.", trouble), *around]
    at = clock.now()
    return [
        Finding("The database answers and is of this version."),
        *around,
        _keys(database, settings),
        _clock(database, at),
        _copies(database, backup.newest_at(settings.data / "backups"), at),
        *_jobs(database, at),
        _folds(database, clock),
    ]


def _folder(folder: Path) -> Finding:
    if not folder.exists():
        return Finding(f"There is no folder {folder}.", "Start Weft: weft serve")
    if folder.stat().st_mode & OPEN_TO_OTHERS:
        return Finding(f"{folder} can be read by others.", f"Run: chmod 700 {folder}")
    return Finding(f"{folder} is its owner's alone.")


def _space(folder: Path) -> Finding:
    place = next(one for one in (folder, *folder.parents) if one.exists())
    free = shutil.disk_usage(place).free
    what = f"{free // 2**20} MB are free on the disk of {folder}."
    return Finding(what, "" if free >= ENOUGH_SPACE else "Make room.")


def _origin(settings: Settings) -> Finding:
    if settings.is_secure or settings.rp_id in LOOPBACK:
        return Finding(f"People come in by {settings.origin}.")
    what = f"People come in by {settings.origin}, without HTTPS: phones take no passkeys, notices or installed apps there."
    return Finding(what, "Put a proxy with HTTPS before it and set WEFT_ORIGIN.")


def _keys(database: Database, settings: Settings) -> Finding:
    if not (settings.secrets / keys.FILE).exists():
        return Finding("There is no push key.", "It is made at the start: weft serve")
    try:
        with database.read() as session:
            keys.check(keys.load(settings.secrets), push.keys_in_use(session))
    except SettingsError as error:
        return Finding("Phones cannot be notified.", str(error))
    return Finding("The push key is its owner's alone, and the one that phones subscribed under.")


def _clock(database: Database, at: datetime) -> Finding:
    with database.read() as session:
        newest = health.newest_event_at(session)
    if newest and newest > at + CLOCK_BEHIND:
        return Finding(f"The newest event is of {newest:%Y-%m-%d %H:%M} UTC, later than now.", "Set this machine's clock right.")
    return Finding(f"It is {at:%Y-%m-%d %H:%M} UTC by this machine's clock, and no event is later.")


def _copies(database: Database, newest: datetime | None, at: datetime) -> Finding:
    if not database.is_sqlite:
        return Finding("Copies of PostgreSQL are its operator's to make, by weft backup for example.")
    if newest is None or at - newest > COPY_AFTER:
        return Finding("There is no copy of today.", "Let the jobs run, or run: weft backup")
    return Finding(f"The last copy is of {newest:%Y-%m-%d %H:%M} UTC.")


def _jobs(database: Database, at: datetime) -> Iterator[Finding]:
    with database.read() as session:
        runs = health.runs(session)
    unwell = [finding for job in JOBS if not (finding := _job(job, runs.get(job.name), at)).is_well]
    yield from unwell or [Finding("Every job has run lately.")]


def _job(job: Job, last: Run | None, at: datetime) -> Finding:
    if last is None:
        return Finding(f"The job “{job.name}” never ran.", "Start Weft, or weft jobs where WEFT_JOBS is off.")
    if last.failure:
        return Finding(f"The job “{job.name}” failed with {last.failure}.", "The log says why.")
    if at - last.ended_at > 2 * job.every + LATE_AFTER:
        return Finding(
            f"The job “{job.name}” last ran at {last.ended_at:%Y-%m-%d %H:%M} UTC.", "Start Weft, or weft jobs where WEFT_JOBS is off."
        )
    return Finding(f"The job “{job.name}” ran.")


def _folds(database: Database, clock: Clock) -> Finding:
    with database.write() as session:
        every = standing.parts(session)
        some = every[:: len(every) // SAMPLE or 1][:SAMPLE]
        found = rebuilding.compare(session, some, now=clock.now())
    if found:
        return Finding(f"{len(found)} figures of a few bonds are other than the log makes them.", "Run: weft rebuild")
    return Finding("The figures of a few bonds are what the log makes them.")
