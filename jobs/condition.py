"""How the database is, and what waits in it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from jobs.findings import Finding
from server.clock import SystemClock
from server.db import Database, Session, procrastinate
from server.store import condition, health, measures
from server.store.measures import Ending, Outbox

CLOCK_OFF = timedelta(minutes=5)
CLOCKS_APART = timedelta(seconds=30)
DUE_FOR = timedelta(minutes=10)
CALLED_FOR = timedelta(minutes=5)
MUCH_WAITS = 1000
LARGE_LOG = 256 * 2**20
LOOKED_BACK = timedelta(days=7)
FEW_PHONES = 3


def damage(database: Database) -> Finding | None:
    """Whether SQLite's file is broken, for then nothing more can be asked."""
    if condition.is_whole(database):
        return None
    return Finding("The database file is damaged.", "Stop Weft, keep the file, and put the newest copy back: weft restore FILE")


def examine(database: Database, at: datetime) -> list[Finding]:
    """Look at the database itself, then at what it holds for phones."""
    with database.read() as session:
        return [
            _clock(session, at),
            *(_sqlite(database, session) if database.is_sqlite else postgresql(session)),
            outbox(measures.outbox(session, now=at), at),
            phones(measures.endings(session, since=at - LOOKED_BACK)),
        ]


def outbox(found: Outbox, at: datetime) -> Finding:
    """Whether messages leave."""
    due_for = at - found.oldest_due_at if found.oldest_due_at else timedelta(0)
    if due_for > DUE_FOR:
        what = f"{found.due} messages to phones are due, the oldest for {due_for // timedelta(minutes=1)} minutes."
        return Finding(
            what, "See whether the job “deliver” runs, whether this machine reaches the internet, and what the log says of push."
        )
    if found.due > MUCH_WAITS:
        return Finding(f"{found.due} messages to phones are due at once.", "Look again in a quarter of an hour.", harms=False)
    return Finding(f"{found.due} messages to phones are due, {found.waiting - found.due} rest until later.")


def calls(session: Session) -> Finding:
    """Whether those who are called to send and summarise come; while they do not, the schedule does it, if later."""
    if trouble := procrastinate.trouble(session):
        return Finding("Nobody can be called to send and to summarise.", trouble)
    found = procrastinate.standing(session)
    late = bool(found.since and found.now - found.since > CALLED_FOR)
    what = f"{found.workers} workers take up what they are called for, and {found.waiting} calls wait."
    if not found.workers or late:
        return Finding(what, "Start weft jobs with WEFT_DISPATCH=procrastinate, or more of them.", harms=False)
    return Finding(what)


def phones(found: Ending) -> Finding:
    """Whether phones go on taking notices."""
    if found.ended >= FEW_PHONES and found.ended > found.live:
        what = f"{found.ended} phones stopped taking notices within a week, {found.live} still take them."
        return Finding(
            what, "Look in the log for “push refused”, and see that WEFT_ORIGIN and the push key are those of before.", harms=False
        )
    return Finding(f"{found.live} phones take notices.")


def _clock(session: Session, at: datetime) -> Finding:
    """Against what was written last: a clock that was set back meets what comes later."""
    newest = max([one.ended_at for one in health.runs(session).values()] + [health.newest_event_at(session) or at])
    if newest > at + CLOCK_OFF:
        return Finding(f"What was written last is of {newest:%Y-%m-%d %H:%M} UTC, later than now.", "Set this machine's clock right.")
    return Finding(f"It is {at:%Y-%m-%d %H:%M} UTC by this machine's clock, and nothing written is later.")


def _sqlite(database: Database, session: Session) -> Iterator[Finding]:
    yield Finding(f"The database is whole, and {measures.size(database, session) // 2**20} MB large.")
    log = measures.side_size(database, "-wal")
    if log > LARGE_LOG:
        yield Finding(
            f"The log of writes beside it has grown to {log // 2**20} MB.", "Start Weft again: something reads for very long.", harms=False
        )
    else:
        yield Finding("The log of writes beside it is small.")


def postgresql(session: Session) -> Iterator[Finding]:
    """Whether PostgreSQL keeps what it answers, and from others what is not theirs."""
    yield _version(session)
    yield _settings(session)
    yield clocks(session, SystemClock().now())
    what = "The database holds each transaction to those for whom it acts"
    loose = condition.loose(session)
    yield Finding(f"{what} not in every table.", loose) if loose else Finding(f"{what}.")


def _version(session: Session) -> Finding:
    found = condition.version(session)
    if found < condition.OLDEST:
        return Finding(f"PostgreSQL is of version {found}.", f"Move to version {condition.OLDEST} or newer.")
    return Finding(f"PostgreSQL is of version {found}.")


def _settings(session: Session) -> Finding:
    if losing := condition.losing(session):
        named = ", ".join(f"{name} is {value}" for name, value in losing.items())
        return Finding(f"PostgreSQL may lose what was answered: {named}.", f"Set to on in postgresql.conf: {', '.join(losing)}.")
    if condition.zone(session) != "UTC":
        return Finding(
            "Our connections to PostgreSQL are not in UTC.", "Take options with a time zone out of WEFT_DATABASE and its service file."
        )
    if condition.encoding(session) != condition.UTF8:
        return Finding(
            "PostgreSQL keeps text in another encoding than UTF8.", "Make a database with ENCODING UTF8 and restore a copy into it."
        )
    return Finding("PostgreSQL keeps what it has answered, in UTC and UTF8.")


def clocks(session: Session, at: datetime) -> Finding:
    """Whether this machine's clock and PostgreSQL's agree."""
    theirs = condition.now(session)
    if theirs and abs(theirs - at) > CLOCKS_APART:
        return Finding(
            f"PostgreSQL's clock says {theirs:%Y-%m-%d %H:%M:%S} UTC, ours {at:%H:%M:%S}.", "Set both clocks by the same source (NTP)."
        )
    return Finding("PostgreSQL's clock and ours agree.")
