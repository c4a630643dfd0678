"""Milestones are found."""

from datetime import datetime

from jobs.chunks import in_chunks
from server.actions import milestones
from server.db import Database

AT_ONCE = 500


def celebrate(database: Database, now: datetime) -> int:
    """Record what folds have come to, and tell both."""
    return in_chunks(database, lambda session: milestones.celebrate(session, now=now, limit=AT_ONCE), AT_ONCE)
