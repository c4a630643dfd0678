"""Promisers are reminded of what is ahead; what fell due while nothing ran is left alone."""

import time
from collections.abc import Sequence
from datetime import datetime

from jobs.chunks import BREATH
from server.actions.notices import tell
from server.db import Database
from server.domain import notices as wording
from server.domain.notices import LEAD, LEAD_OF_A_DAY, Notice
from server.store import reminders
from server.store.reminders import Ahead

AT_ONCE = 500


def remind(database: Database, now: datetime) -> int:
    """Remind of every occurrence whose time for it has come, once each."""
    total, after = 0, None
    while True:
        with database.read() as session:
            found = reminders.to_remind(
                session, now=now, timed_until=now + LEAD, others_until=now + LEAD_OF_A_DAY, after=after, limit=AT_ONCE
            )
        if told := _reminders(found):
            with database.write() as session:
                total += tell(session, told, now=now)
        if len(found) < AT_ONCE:
            return total
        after = found[-1].due_at, found[-1].promise_id
        time.sleep(BREATH)


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
