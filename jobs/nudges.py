"""Nudges find out whether they reach anybody."""

from datetime import datetime

from jobs.chunks import in_chunks
from server.actions import nudges
from server.db import Database

AT_ONCE = 200


def nudge(database: Database, now: datetime) -> int:
    """Tell the receivers of those that reach them."""
    return in_chunks(database, lambda session: nudges.tell(session, now=now, limit=AT_ONCE), AT_ONCE)
