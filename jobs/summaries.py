"""Weeks are summarised at their review moments, and refreshed as they settle."""

from datetime import datetime, timedelta

from jobs.chunks import in_two_steps
from server.actions import summaries
from server.actions.summaries import Draft
from server.db import Database, Session
from server.db.dispatch import Part

AT_ONCE, MOST = 50, 200
LATELY = timedelta(days=14)
"""What was made or refreshed within this time still settles; whatever is older changes only by a late word."""


def summarise(database: Database, now: datetime, part: Part | None = None) -> int:
    """Make the summaries whose moment has come, of a part of the bonds where one is named."""
    return in_two_steps(
        database,
        lambda session, limit: summaries.draft(session, now=now, limit=limit, part=part),
        lambda session, found: summaries.publish(session, found, now=now),
        lambda found: len(found.due),
        AT_ONCE,
        MOST,
    )


def refresh(database: Database, now: datetime) -> int:
    """Refresh the summaries of the last weeks of which something has changed."""
    return _refresh(database, now, now - LATELY)


def refresh_all(database: Database, now: datetime) -> int:
    """Refresh whichever summaries of which something has changed, however long ago they were made."""
    return _refresh(database, now, None)


def _refresh(database: Database, now: datetime, since: datetime | None) -> int:
    def find(session: Session, limit: int) -> Draft:
        return summaries.redraft(session, now=now, limit=limit, since=since)

    return in_two_steps(
        database, find, lambda session, found: summaries.publish(session, found, now=now), lambda found: len(found.summaries), AT_ONCE, MOST
    )
