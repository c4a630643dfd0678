"""How much there is of what grows: counts and sizes, of nobody in particular."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, text

from server.db import Database, Session, room
from server.db.tables import deliveries, push_subscriptions
from server.store import push
from server.store.notices import State, written

SIDES = ("", "-wal")


@dataclass(frozen=True, slots=True)
class Outbox:
    """What waits to leave, how much of it is `due`, since when the oldest of that is; and how many `phones` take notices."""

    waiting: int
    due: int
    oldest_due_at: datetime | None
    phones: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How many phones take notices, and how many stopped taking them since an instant."""

    live: int
    ended: int


def outbox(session: Session, *, now: datetime) -> Outbox:
    """How the outbox stands; what rests for quiet hours waits, and is not due."""
    waits = deliveries.c.state == written(State.WAITS)
    is_due = deliveries.c.next_at <= now
    columns = (func.count(), func.count().filter(is_due), func.min(deliveries.c.next_at).filter(is_due))
    waiting, due, oldest = session.execute(select(*columns).where(waits)).one()
    phones = session.scalar(select(func.count()).select_from(push_subscriptions).where(push.live())) or 0
    return Outbox(waiting, due, oldest, phones)


def endings(session: Session, *, since: datetime) -> Ending:
    """Phones that take notices, and those that ended since then."""
    ended = select(func.count()).where(push_subscriptions.c.ended_at >= since)
    live = select(func.count()).select_from(push_subscriptions).where(push.live())
    return Ending(session.scalar(live) or 0, session.scalar(ended) or 0)


def size(database: Database, session: Session) -> int:
    """How many bytes the database takes, on SQLite with its log of writes."""
    if database.is_sqlite:
        return sum(side_size(database, side) for side in SIDES)
    return session.scalar(text("SELECT pg_database_size(current_database())")) or 0


def side_size(database: Database, side: str) -> int:
    """How many bytes the file beside SQLite's takes; none where there is none."""
    path = Path(f"{database.url.database}{side}")
    return path.stat().st_size if path.is_file() else 0


def free(place: Path) -> int:
    """How many bytes are free on the disk of a file."""
    return room.free(place)
