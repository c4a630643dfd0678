"""Whether a server is well, and what to do where it is not; nothing is changed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from jobs import backup, condition, surroundings
from jobs.findings import Finding
from jobs.schedule import JOBS, Job
from server import keyring
from server.actions import rebuilding
from server.clock import Clock
from server.config import Settings, SettingsError
from server.db import Database, belts
from server.db.dispatch import PROCRASTINATE
from server.push import keys
from server.store import column_keys, health, push, standing
from server.store.health import Run

LATE_AFTER = timedelta(minutes=5)
COPY_AFTER = timedelta(hours=26)
SAMPLE = 3
PUT_BACK = "Put the former {} back from the backup."


def examine(database: Database, settings: Settings, clock: Clock) -> list[Finding]:
    """Look at everything; without a database only at what is around it."""
    around = [*surroundings.examine(settings)]
    if damage := condition.damage(database):
        return [damage, *around]
    if trouble := health.trouble(database):
        return [Finding("The database cannot be used.", trouble), *around]
    at, words = clock.now(), _words(database, settings)
    return [
        Finding("The database answers and is of this version."),
        *around,
        surroundings.others(database),
        _keys(database, settings),
        words,
        *_belts(database),
        *condition.examine(database, at),
        *_calls(database, settings),
        _copies(database, backup.newest_at(settings.data / "backups"), at),
        *_jobs(database, at),
        *([_folds(database, clock)] if words.is_well else []),
    ]


def _belts(database: Database) -> Iterator[Finding]:
    """Whether PostgreSQL itself holds every request to its member's rows."""
    if database.is_sqlite:
        return
    with database.read() as session:
        loose = belts.loose(session)
    held = "PostgreSQL itself holds every request to its member's bonds."
    yield Finding("PostgreSQL may show a request more than its member's own.", loose) if loose else Finding(held)


def _calls(database: Database, settings: Settings) -> Iterator[Finding]:
    """Whether whoever is called comes, where calls are made at all."""
    if settings.dispatch == PROCRASTINATE:
        with database.read() as session:
            yield condition.calls(session)


def _keys(database: Database, settings: Settings) -> Finding:
    if not (settings.secrets / keys.FILE).exists():
        return Finding("There is no push key.", "It is made at the start: weft serve")
    try:
        with database.read() as session:
            keys.check(keys.load(settings.secrets), push.keys_in_use(session))
    except SettingsError as error:
        return Finding("Phones cannot be notified.", str(error))
    return Finding("The push key is its owner's alone, and the one that phones subscribed under.")


def _words(database: Database, settings: Settings) -> Finding:
    """Whether people's words can be read; from here on the database has the keys."""
    path = settings.secrets / keyring.FILE
    if not path.exists():
        with database.read() as session:
            missing = PUT_BACK.format(path.name) if column_keys.in_use(session) else "It is made at the start: weft serve"
        return Finding("There is no key for people's words.", missing)
    try:
        database.sealer.use(keyring.load(settings.secrets))
    except SettingsError as error:
        return Finding("People's words cannot be read.", str(error))
    with database.read() as session:
        lacking = column_keys.lacking(session)
    if lacking:
        return Finding(f"People's words were sealed with a key that {path} does not hold.", PUT_BACK.format(path.name))
    return Finding("People's words are sealed, and their key is its owner's alone.")


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
