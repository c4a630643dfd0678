"""Promisers are reminded of what is ahead; what fell due while nothing ran is left alone."""

from collections.abc import Sequence
from datetime import datetime

from jobs.chunks import Pace
from server.actions.notices import tell
from server.db import Database
from server.domain import notices as wording
from server.domain.notices import LEAD, LEAD_OF_A_DAY, Notice
from server.store import reminders
from server.store.reminders import Ahead

AT_ONCE, MOST = 100, 500


def remind(database: Database, now: datetime) -> int:
    """Remind of every occurrence whose time for it has come, once each."""
    total, after, pace = 0, None, Pace(AT_ONCE, MOST)
    while True:
        limit = pace.at_once
        with database.step:
            with database.read() as session:
                found = reminders.to_remind(
                    session, now=now, timed_until=now + LEAD, others_until=now + LEAD_OF_A_DAY, after=after, limit=limit
                )
            if told := _reminders(found):
                total += pace.write(database, lambda session, told=told: tell(session, told, now=now))  # type: ignore[misc]
        if len(found) < limit:
            return total
        after = found[-1].due_at, found[-1].promise_id
        pace.breathe()


def _reminders(found: Sequence[Ahead]) -> list[Notice]:
    """None for what was promised after the moment at which it would have been reminded of: its maker knows."""
    return [_reminder(one) for one in found if one.made_at <= wording.remind_at(one.due_at, one.due_time)]


def _reminder(one: Ahead) -> Notice:
    reminder = wording.reminder(
        one.member_id,
        one.promise_id,
        one.day,
        bond_id=one.bond_id,
        last_day=one.last_day,
        title=one.title,
        due_time=one.due_time,
        expires_at=one.settles_at,
    )
    return wording.may_run_late(reminder, one.due_at) if one.due_time else reminder
