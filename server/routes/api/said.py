"""A check-in as it is sent, and as it stands."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from server.actions.check_ins import Answer
from server.domain.check_ins import LONGEST_LINE, Kind, Tap
from server.routes.api.values import Instant, Plain, utc
from server.store.events import Event


class NewCheckIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A check-in as it is sent.

    `id` is made by the sender, `at` is when it was tapped, `day` the day that it speaks of when that is another one, `to` until when a
    `heads_up` moves it, `target` what an `undo` takes back, `label` slip or broke_my_word, `line` comes with a `seen`.
    """

    id: UUID
    promise: UUID
    kind: Kind
    at: Instant
    day: date | None = None
    to: Instant | None = None
    target: UUID | None = None
    label: str | None = None
    line: Annotated[Plain, Meta(max_length=LONGEST_LINE)] | None = None


class CheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """A check-in as it stands in the log; `by` is its author, `day` the day that it speaks of, `extra` true when nothing was due on it."""

    id: UUID
    promise: UUID
    by: UUID
    kind: Kind
    at: Instant
    day: date
    extra: bool
    received_at: Instant


def tap_of(sent: NewCheckIn, member_id: UUID) -> Tap:
    """What a member sent."""
    return Tap(sent.id, sent.promise, member_id, sent.kind, sent.at, sent.day, sent.to, sent.target, sent.label, sent.line)


def status_of(answer: Answer) -> int:
    """201 for a new one; 200 for one that was known already."""
    return 201 if answer.is_new else 200


def shown(event: Event) -> CheckIn:
    """A check-in of the log; each is of a promise."""
    if event.promise_id is None:
        raise LookupError(event.id)
    return CheckIn(
        id=event.id,
        promise=event.promise_id,
        by=event.member_id,
        kind=Kind(event.kind),
        at=utc(event.at),
        day=event.day or event.at.date(),
        extra=event.extra,
        received_at=utc(event.received_at),
    )
