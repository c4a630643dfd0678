"""Telling people, in the transaction of what is told."""

from collections.abc import Sequence
from datetime import datetime

from server.db import Session
from server.domain.notices import Notice, not_before
from server.store import notices


def tell(session: Session, told: Sequence[Notice], *, now: datetime) -> int:
    """Put notices in the outbox and return how many were new; what expires within its receiver's quiet hours is dropped."""
    if not told:
        return 0
    quiet = notices.quiet_hours(session, {one.member_id for one in told})
    timed = [(one, not_before(one.kind, now, quiet.get(one.member_id))) for one in told]
    new = notices.insert(session, [(one, at) for one, at in timed if at < one.expires_at], now=now)
    if new:
        notices.insert_deliveries(session, new)
    return len(new)
