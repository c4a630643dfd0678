"""What is called for, and what the schedule makes up for: a call that is lost is one that comes a minute later.

Deliveries are called for by whoever writes them. A round of summaries is shared out in parts to all who are free, while the schedule
goes through all of it itself.
"""

from datetime import datetime, timedelta

from jobs import outbox, summaries
from server.clock import Clock
from server.db import Database, dispatch, procrastinate
from server.db.dispatch import Call, Work
from server.push.sender import Sender
from server.store import bonds, notices
from server.watching import Watch

SWEEP_EVERY = timedelta(minutes=1)
LOOKED_AHEAD = SWEEP_EVERY + timedelta(seconds=15)
PART = 500


def deliver(database: Database, sender: Sender, clock: Clock, *, watch: Watch | None = None) -> int:
    """Send what is due, and call for what falls due before the next sweep."""
    taken, now = outbox.deliver(database, sender, clock, watch=watch), clock.now()
    with database.read() as session:
        soon = notices.next_due(session, until=now + LOOKED_AHEAD)
    if soon:
        with database.write() as session:
            notices.call_to_deliver(session, soon, now=now)
    return taken


def share_out(database: Database, now: datetime) -> int:
    """Call others for the summaries that are due where they are many, and make summaries until none is due."""
    with database.read() as session:
        parts = bonds.reviewing_parts(session, now, PART)
        is_shared = len(parts) > 1 and not procrastinate.trouble(session) and not procrastinate.waiting(session, Work.SUMMARISE)
    if is_shared:
        with database.write() as session:
            for part in parts:
                dispatch.note(session, Call(Work.SUMMARISE, part=part))
    return summaries.summarise(database, now)
