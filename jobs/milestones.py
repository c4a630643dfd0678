"""Milestones are found."""

from datetime import datetime

from jobs.chunks import in_two_steps
from server.actions import milestones
from server.db import Database

AT_ONCE, MOST = 50, 200


def celebrate(database: Database, now: datetime) -> int:
    """Record what folds have come to, and tell both."""
    return in_two_steps(
        database,
        lambda session, limit: milestones.look(session, now=now, limit=limit),
        lambda session, found: milestones.announce(session, found, now=now),
        len,
        AT_ONCE,
        MOST,
    )
