"""What turns by itself: a day settles, a silence closes, a difference falls away."""

from collections import defaultdict
from datetime import date, datetime
from uuid import UUID

from server.actions import folding, opening
from server.db import Session
from server.store import folds, occurrences, promises


def settle(session: Session, *, now: datetime, limit: int) -> int:
    """Judge the occurrences that turn by now, at most `limit`; doing it again finds none."""
    touched: dict[UUID, list[date]] = defaultdict(list)
    keys = occurrences.turning(session, now, limit)
    for promise_id, day in keys:
        touched[promise_id].append(day)
    opening.lock(session, promises.by_ids(session, touched.keys()).values())
    folding.refold(session, touched, now=now)
    return len(keys)


def open_ahead(session: Session, *, now: datetime, limit: int) -> int:
    """Open the days ahead of promises whose opened ones run out, at most `limit` promises."""
    found = folds.opening(session, now, limit)
    opening.lock(session, promises.by_ids(session, found).values())
    opening.open_days(session, found, now=now)
    return len(found)
