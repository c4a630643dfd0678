"""What is spent or expired goes; the log stays."""

from datetime import datetime, timedelta

from jobs.chunks import in_chunks
from server.actions import operating
from server.db import Database
from server.store import leftovers, nudges, supporters
from server.store.leftovers import Drop

AT_ONCE = 500
DROPS: tuple[tuple[Drop, timedelta], ...] = (
    (leftovers.drop_ceremonies, timedelta(0)),
    (leftovers.drop_buckets, timedelta(days=2)),
    (leftovers.drop_notices, timedelta(days=30)),
    (leftovers.drop_subscriptions, timedelta(days=30)),
    (leftovers.drop_sessions, timedelta(days=30)),
    (leftovers.drop_tokens, timedelta(days=30)),
    (leftovers.drop_invitations, timedelta(days=30)),
    (leftovers.drop_links, timedelta(0)),
    (leftovers.drop_hand_overs, timedelta(0)),
    (leftovers.drop_operator_acts, operating.TOLD_FOR),
    (leftovers.drop_who_was_here, timedelta(0)),
    (supporters.drop_closed, timedelta(0)),
    (nudges.drop_old, timedelta(days=3)),
)


def clean_up(database: Database, now: datetime) -> int:
    """Drop what nobody needs any more, each kind some time after its end."""
    return sum(_drop(database, drop, now - after) for drop, after in DROPS)


def _drop(database: Database, drop: Drop, before: datetime) -> int:
    return in_chunks(database, lambda session, limit: drop(session, before, limit), AT_ONCE)
