"""Weeks are summarised at their review moments, and refreshed as they settle."""

from datetime import datetime

from jobs.chunks import in_chunks
from server.actions import summaries
from server.db import Database

AT_ONCE = 200


def summarise(database: Database, now: datetime) -> int:
    """Make the summaries whose moment has come."""
    return in_chunks(database, lambda session: summaries.summarise(session, now=now, limit=AT_ONCE), AT_ONCE)


def refresh(database: Database, now: datetime) -> int:
    """Refresh the summaries of which something has changed."""
    return in_chunks(database, lambda session: summaries.refresh(session, now=now, limit=AT_ONCE), AT_ONCE)
