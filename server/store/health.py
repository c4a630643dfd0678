"""Whether this server is well: its tables, what ran by itself, and how far the log has come."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from server.db import Database, Session, upgrade
from server.db import insert as into
from server.db.tables import events, job_runs

UNREACHABLE = "The database does not answer."
NOT_MIGRATED = "The database is not of this version. Run: weft migrate"


@dataclass(frozen=True, slots=True)
class Run:
    """The last time that a job ran; `failure` names what stopped it."""

    name: str
    ended_at: datetime
    count: int
    seconds: float
    failure: str | None = None


COLUMNS = tuple(job_runs.c[one.name] for one in fields(Run))


def trouble(database: Database) -> str | None:
    """Why the database cannot be used by this version, in a sentence; None where it can."""
    try:
        with database.everything().read() as session:
            found = upgrade.revision(session)
    except SQLAlchemyError:
        return UNREACHABLE
    return None if found == upgrade.head() else NOT_MIGRATED


def note_run(session: Session, run: Run) -> None:
    """Write down the last run of a job."""
    changed = {name: value for name, value in asdict(run).items() if name != "name"}
    written = into(session, job_runs).values(**asdict(run))
    session.execute(written.on_conflict_do_update(index_elements=["name"], set_=changed))


def runs(session: Session) -> dict[str, Run]:
    """The last run of each job, by its name."""
    return {row.name: Run(*row) for row in session.execute(select(*COLUMNS))}


def newest_event_at(session: Session) -> datetime | None:
    """When the last event arrived, by the clock that this server had then."""
    found: datetime | None = session.scalar(select(func.max(events.c.received_at)))
    return found
