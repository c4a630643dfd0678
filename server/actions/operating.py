"""What whoever runs the server does to an account: its owner is shown it for 30 days."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.db import Session
from server.store import ids, operator

TOLD_FOR = timedelta(days=30)


class Act(StrEnum):
    """What can be done to an account from outside."""

    LINK = "link"
    TOKEN = "token"


def note(session: Session, member_id: UUID, act: Act, *, now: datetime) -> None:
    """Note what was done to a member's account."""
    operator.note(session, ids.new(), member_id, act.value, now=now)


def lately_done(session: Session, member_id: UUID, *, now: datetime) -> list[tuple[Act, datetime]]:
    """What was done to a member's account in the last 30 days, the latest first."""
    return [(Act(act), at) for act, at in operator.done_since(session, member_id, now - TOLD_FOR)]
