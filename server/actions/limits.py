"""Holding back whoever tries too often."""

import math
from datetime import datetime

from server.db import Session
from server.domain import limits as rules
from server.domain.errors import TooManyError
from server.domain.limits import Limit
from server.store import limits


def take(session: Session, key: str, limit: Limit, *, now: datetime) -> None:
    """Count one try; TooManyError where there were too many.

    Commit it before the try itself: what is rolled back was not counted.
    """
    tokens, counted_at = limits.hold(session, key, full=limit.most, now=now)
    taken = rules.take(limit, tokens, now - counted_at)
    if taken.wait is not None:
        seconds = math.ceil(taken.wait.total_seconds())
        raise TooManyError(f"That was tried often. Please wait {_span(seconds)}.", retry_after=seconds)
    limits.put(session, key, tokens=taken.tokens, now=now)


def _span(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    return "a minute" if minutes == 1 else f"{minutes} minutes"
