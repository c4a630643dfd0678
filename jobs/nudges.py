"""Nudges find out whether they reach anybody."""

from datetime import datetime

from jobs.chunks import in_chunks
from server.actions import nudges
from server.db import Database

AT_ONCE, MOST = 50, 200


def nudge(database: Database, now: datetime) -> int:
    """Tell the receivers of those that reach them."""
    return in_chunks(database, lambda session, limit: nudges.tell(session, now=now, limit=limit), AT_ONCE, MOST)
