"""When something next happens by itself."""

from datetime import datetime

from sqlalchemy import Table, TextClause, func, select, text

from server.db import Session
from server.db.tables import bonds, occurrences, stitches, streaks, weaves

_TURNS = select(
    select(func.min(occurrences.c.changes_at)).where(occurrences.c.changes_at.is_not(None)).scalar_subquery().label("turns"),
    select(func.min(streaks.c.opens_at)).scalar_subquery().label("opens"),
    select(func.min(bonds.c.next_review_at)).where(bonds.c.closed_at.is_(None)).scalar_subquery().label("reviews"),
)


def waits(table: Table) -> TextClause:
    """Whether one of these folds is to be looked at for a milestone, in the very words of its index: SQLite finds it by no others."""
    return text(f"{table.name}.unannounced")


_GROWN = select(*(select(table).where(waits(table)).exists() for table in (streaks, stitches, weaves)))


def next_turn(session: Session) -> datetime | None:
    """When the next occurrence turns, promise is opened or review comes."""
    return min((at for at in session.execute(_TURNS).one() if at), default=None)


def has_grown(session: Session) -> bool:
    """Whether a streak, a member's stitches or a weave have grown since they were last looked at for a milestone."""
    return any(session.execute(_GROWN).one())
