"""Moving a promise to another day: the promiser asks, a receiver's yes lets this day go and makes one for that day (RULES.md 3)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from server.actions import check_ins, opening
from server.actions import promises as promising
from server.actions.promises import Draft
from server.db import Session
from server.domain import check_ins as rules
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
    promise, row = _found(session, promise_id, day, member_id)
    if promise.member_id != member_id:
        raise NotAllowedError("Only the one who made the promise can ask to move it.")
    if promise.bond_id is None:
        raise ConflictError("A promise to yourself needs nobody’s yes: change it, or use a spare day.")
    if asked := _asked(session, row):
        if asked.to_on != to_on:
            raise ConflictError("You have asked about this day already.")
        return
    if not row.last_day < to_on <= row.last_day + FARTHEST:
        raise InvalidError("To a later day within a year, please.", "to_on")
    _check_open(promise, row, now)
    if row.waits:
        raise ConflictError("That day is over, and waits for a word of yours.")
    moves.put(session, Move(promise_id, day, promise.bond_id, to_on, now))


def answer(
    session: Session,
    promise_id: UUID,
    day: date,
    *,
    agrees: bool,
    member_id: UUID,
    now: datetime,
    at: datetime | None = None,
    tap_id: UUID | None = None,
) -> None:
    """Answer it as a receiver: a yes excuses this day and makes the linked promise, a no leaves everything as it was.

    It is judged by `at`; the same answer again changes nothing. `tap_id` names the word that excuses the day.
    """
    promise, row = _found(session, promise_id, day, member_id)
    asked = _asked(session, row)
    if promise.member_id == member_id or asked is None:
        raise NotFoundError("Nobody has asked that.")
    if asked.agreed is not None:
        if (asked.agreed, asked.answered_by) != (agrees, member_id):
            raise ConflictError("That has been answered.")
        return
    said_at = at or now
    rules.check_at(said_at, now)
    _check_open(promise, row, said_at)
    word = Tap(tap_id or ids.new(), promise.id, member_id, Kind.EXCUSE, said_at, row.day)
    linked_id = _move(session, promise, row, asked, word, now=now) if agrees else None
    moves.put(session, replace(asked, answered_by=member_id, answered_at=said_at, agreed=agrees, linked_id=linked_id))


def _move(session: Session, promise: Promise, row: Row, asked: Move, word: Tap, *, now: datetime) -> UUID:
    if asked.to_on < schedule.day_of(promise.plan, now):
        raise ConflictError("The day to which it was to be moved is over.")
    check_ins.check_in_one(session, word, now=now)
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


def _found(session: Session, promise_id: UUID, day: date, member_id: UUID) -> tuple[Promise, Row]:
    promise = promises.visible(session, member_id, [promise_id]).get(promise_id)
    if promise is None:
        raise NotFoundError("There is no such promise.")
    opening.lock(session, [promise])
    row = occurrences.by_keys(session, [(promise_id, day)]).get((promise_id, day))
    if row is None:
        raise NotFoundError("The promise is not due on that day.")
    return promise, row


def _asked(session: Session, row: Row) -> Move | None:
    return moves.of_promises(session, [row.promise_id], since=row.day).get(row.key)


def _check_open(promise: Promise, row: Row, at: datetime) -> None:
    """Refuse a day that has not begun, has its answer, or was over when this was said."""
    if row.day > schedule.day_of(promise.plan, at):
        raise InvalidError("That day has not begun yet.", "day")
    if (row.outcome is not Outcome.PENDING and not row.waits) or at > row.settles_at:
        raise ConflictError("That day has its answer already.")
