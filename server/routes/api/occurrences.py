"""Occurrences, as today and a promise's history show them."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from server.domain.outcomes import Outcome
from server.routes.api.values import Instant, utc
from server.store.occurrences import Row


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """One promise on one day; for n times a week `day` is the Monday, `last_day` the Sunday and `done` counts the days kept.

    `value` is from 0 to 1; it is null while nothing counts, and for what another member kept late, since it would tell the minute.
    `waits` is true while nothing was said and a check-in still answers it. Nothing here tells when a check-in was made.
    """

    promise: UUID
    by: UUID
    day: date
    last_day: date
    due_at: Instant
    settles_at: Instant
    outcome: Outcome
    value: float | None
    done: int
    told_ahead: bool
    witnessed: bool
    waits: bool


def shown(row: Row, *, viewer_id: UUID) -> Occurrence:
    """An occurrence as this member may see it."""
    return Occurrence(**parts(row, viewer_id=viewer_id))


def parts(row: Row, *, viewer_id: UUID) -> dict[str, Any]:
    """The values of an occurrence by name, as this member may see them."""
    tells_the_minute = row.outcome is Outcome.LATE and row.member_id != viewer_id
    return {
        "promise": row.promise_id,
        "by": row.member_id,
        "day": row.day,
        "last_day": row.last_day,
        "due_at": utc(row.due_at),
        "settles_at": utc(row.settles_at),
        "outcome": row.outcome,
        "value": None if tells_the_minute else row.value,
        "done": row.done,
        "told_ahead": row.told_ahead,
        "witnessed": row.witnessed,
        "waits": row.waits,
    }
