"""Moving a promise to another day: the promiser asks, a receiver's yes lets this day go and makes one for that day (RULES.md 3)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from server.actions import check_ins, opening
from server.actions import promises as promising
from server.actions.promises import Draft
from server.db import Session
from server.domain import schedule
from server.domain.check_ins import Kind, Tap
from server.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from server.domain.outcomes import Outcome
from server.store import ids, moves, occurrences, promises
from server.store.moves import Move
from server.store.occurrences import Row
from server.store.promises import Promise

FARTHEST = timedelta(days=366)
ONCE = "FREQ=DAILY;COUNT=1"


def ask(session: Session, promise_id: UUID, day: date, to_on: date, *, member_id: UUID, now: datetime) -> None:
    """Ask the receivers to move this day to a later one; the same ask again changes nothing, another is not put."""
    promise, row = _pending(session, promise_id, day, member_id, now)
    if promise.member_id != member_id:
        raise NotAllowedError("Only the one who made the promise can ask to move it.")
    if promise.bond_id is None:
        raise ConflictError("A promise to yourself needs nobody’s yes: change it, or use a spare day.")
    if not row.last_day < to_on <= row.last_day + FARTHEST:
        raise InvalidError("To a later day within a year, please.", "to_on")
    asked = moves.of_promises(session, [promise_id], since=day).get((promise_id, day))
    if asked is not None and asked.to_on != to_on:
        raise ConflictError("You have asked about this day already.")
    if asked is None:
        moves.put(session, Move(promise_id, day, promise.bond_id, to_on, now))


def answer(session: Session, promise_id: UUID, day: date, *, agrees: bool, member_id: UUID, now: datetime) -> None:
    """Answer it as a receiver: a yes excuses this day and makes the linked promise, a no leaves everything as it was."""
    promise, row = _pending(session, promise_id, day, member_id, now)
    asked = moves.of_promises(session, [promise_id], since=day).get((promise_id, day))
    if promise.member_id == member_id or asked is None:
        raise NotFoundError("Nobody has asked that.")
    if asked.agreed is not None:
        raise ConflictError("That has been answered.")
    linked_id = _move(session, promise, row, asked, member_id=member_id, now=now) if agrees else None
    moves.put(session, replace(asked, answered_by=member_id, answered_at=now, agreed=agrees, linked_id=linked_id))


def _move(session: Session, promise: Promise, row: Row, asked: Move, *, member_id: UUID, now: datetime) -> UUID:
    check_ins.check_in_one(session, Tap(ids.new(), promise.id, member_id, Kind.EXCUSE, now, row.day), now=now)
    terms = schedule.terms_on(promise.plan, row.day)
    draft = Draft(
        title=promise.title,
        area=promise.area,
        rule=ONCE,
        starts_on=asked.to_on,
        bond_id=promise.bond_id,
        due_time=terms.due_time,
        grace=terms.grace,
        zone=terms.zone,
        done_when=promise.done_when,
        cue=promise.cue,
        grown_from=promise.id,
    )
    return promising.make(session, ids.new(), draft, member_id=promise.member_id, now=now).id


def _pending(session: Session, promise_id: UUID, day: date, member_id: UUID, now: datetime) -> tuple[Promise, Row]:
    """The promise and its running occurrence of that day, of which nothing has been said yet."""
    promise = promises.visible(session, member_id, [promise_id]).get(promise_id)
    if promise is None:
        raise NotFoundError("There is no such promise.")
    opening.lock(session, [promise])
    row = occurrences.by_keys(session, [(promise_id, day)]).get((promise_id, day))
    if row is None:
        raise NotFoundError("The promise is not due on that day.")
    if row.day > schedule.day_of(promise.plan, now):
        raise InvalidError("That day has not begun yet.", "day")
    if row.outcome is not Outcome.PENDING:
        raise ConflictError("That day has its answer already.")
    return promise, row
