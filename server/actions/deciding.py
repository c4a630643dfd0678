"""What is said while a week is gone through: a line, what becomes of a promise, a moment, an ask; each counts once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from server.actions import asks, moments, promises, reviews
from server.db import Session
from server.domain import reviews as rules
from server.domain import schedule
from server.domain.errors import ConflictError, InvalidError, NotFoundError
from server.domain.reviews import DECISIONS, SPOKEN, LineKind
from server.store import asks as ask_store
from server.store import reviews as store
from server.store.asks import Answer, Ask
from server.store.moments import Moment
from server.store.promises import Promise
from server.store.reviews import Key, Line


def say(session: Session, key: Key, line_id: UUID, kind: LineKind, text: str, *, member_id: UUID, now: datetime) -> Line:
    """Say a line of thanks, or of what frayed."""
    if kind not in SPOKEN:
        raise InvalidError("Thanks, or a line of what frayed.", "kind")
    return _once(session, Line(line_id, *key, member_id, kind, now, rules.line_of(text)))


def decide(
    session: Session,
    key: Key,
    line_id: UUID,
    promise_id: UUID,
    kind: LineKind,
    changes: Mapping[str, Any],
    *,
    member_id: UUID,
    now: datetime,
) -> Line:
    """Keep, change from the next day, or retire a promise of one's own; the same tap again changes nothing more."""
    if kind not in DECISIONS:
        raise InvalidError("Keep it, change it or retire it.", "decision")
    review = reviews.entered(session, *key, member_id)
    promise = promises.own(session, promise_id, member_id)
    if promise.bond_id != review.bond_id:
        raise NotFoundError("There is no such promise.")
    day = schedule.next_day(promise.plan, now) if kind is LineKind.ADJUST else None
    line = Line(line_id, *key, member_id, kind, now, promise_id=promise_id, from_on=day)
    if store.line(session, line_id) is None:
        _change(session, promise, kind, changes, member_id=member_id, now=now)
    return _once(session, line)


def plan(session: Session, key: Key, moment: Moment, *, now: datetime) -> Line:
    """Plan a moment, as ever, and let it stand here too."""
    planned = moments.plan(session, moment, now=now)
    line = Line(planned.id, *key, planned.member_id, LineKind.MOMENT, now, planned.what, moment_id=planned.id)
    return _once(session, line)


def ask(session: Session, key: Key, wanted: Ask, *, now: datetime) -> Ask:
    """Ask one thing of another: one each, unless it is taken back."""
    reviews.heard(session, reviews.entered(session, *key, wanted.from_id), wanted.from_id, now=now)
    mine = [one for one in ask_store.of_review(session, *key) if one.from_id == wanted.from_id and one.answer is not Answer.TAKEN_BACK]
    if any(one.id != wanted.id for one in mine):
        raise ConflictError("One ask each is enough for today.")
    return asks.ask(session, wanted, now=now)


def _change(session: Session, promise: Promise, kind: LineKind, changes: Mapping[str, Any], *, member_id: UUID, now: datetime) -> None:
    if kind is LineKind.RETIRE:
        promises.release(session, promise.id, member_id=member_id, now=now)
    elif promise.plan.released_on is not None:
        raise ConflictError("This promise was released.")
    elif kind is LineKind.ADJUST:
        if not changes:
            raise InvalidError("Change something, or keep it as it is.")
        promises.change(session, promise.id, changes, member_id=member_id, now=now)


def _once(session: Session, line: Line) -> Line:
    """Write a line in a review that runs; with an id that is known nothing more is said, with another's it is refused."""
    review = reviews.heard(session, reviews.entered(session, line.bond_id, line.to_on, line.member_id), line.member_id, now=line.said_at)
    known = store.line(session, line.id)
    if known is None:
        store.put_line(session, line)
    elif (*review.key, line.member_id, line.kind, line.promise_id) != (
        known.bond_id,
        known.to_on,
        known.member_id,
        known.kind,
        known.promise_id,
    ):
        raise ConflictError("Something else has that id already.")
    return known or line
