"""Telling people, in the transaction of what is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from server.db import Session
from server.domain.notices import Notice, QuietHours, not_before
from server.store import notices


def tell(session: Session, told: Sequence[Notice], *, now: datetime, quiet: Mapping[UUID, QuietHours] | None = None) -> int:
    """Put notices in the outbox and return how many were new; what expires within its receiver's quiet hours is dropped.

    `quiet` are those hours, where the caller has read them already.
    """
    if not told:
        return 0
    quiet = notices.quiet_hours(session, {one.member_id for one in told}) if quiet is None else quiet
    timed = [(one, not_before(one.kind, now, quiet.get(one.member_id))) for one in told]
    new = notices.insert(session, [(one, at) for one, at in timed if at < one.expires_at], now=now)
    if new:
        notices.insert_deliveries(session, new, now=now)
    return len(new)
