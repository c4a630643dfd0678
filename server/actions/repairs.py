"""Owning a missed promise in words, and what the other makes of it: it moves no figure but the promiser's own mend."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from server.actions import folding, opening
from server.actions import promises as promising
from server.actions.promises import Draft
from server.db import Session
from server.domain import repairs as rules
from server.domain import schedule
from server.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from server.domain.outcomes import Outcome
from server.domain.promises import LONGEST
from server.domain.repairs import Giving, Repair, RepairAnswer, Way
from server.store import events, ids, occurrences, promises, repairs
from server.store.events import Event
from server.store.promises import Promise
from server.store.repairs import Mark

FARTHEST_REMINDER = timedelta(days=366)
WEEKLY = "FREQ=WEEKLY"
SENT = Giving()


def repair(
    session: Session,
    promise_id: UUID,
    day: date,
    words: Repair,
    *,
    member_id: UUID,
    now: datetime,
    given: Giving = SENT,
) -> None:
    """Write a repair for a missed occurrence; it is mended once the next three are kept. The same id again changes nothing."""
    promise = _visible(session, promise_id, member_id)
    row = occurrences.by_keys(session, [(promise_id, day)]).get((promise_id, day))
    if row is None:
        raise NotFoundError("The promise was not due on that day.")
    rules.check(words)
    if promise.member_id != member_id:
        raise NotAllowedError("Only the one who made the promise can repair it.")
    if row.outcome not in (Outcome.MISSED, Outcome.MENDED):
        raise ConflictError("That one does not stand as missed.")
    sent = {name: text for name, text in asdict(words).items() if text or name != "reason"} | {"way": given.way.value}
    event = Event(given.id or ids.new(), events.REPAIR, promise.bond_id, promise.id, member_id, now, now, day, sent=sent)
    if _is_known(session, event, besides=("linked",)):
        return
    if given.new_promise.strip():
        sent["linked"] = str(_promise_it(session, promise, given.new_promise, now=now))
    events.append(session, [event])
    repairs.drop_draft(session, promise_id, day)
    folding.refold(session, {promise.id: [day]}, now=now)


def keep_draft(session: Session, promise_id: UUID, day: date, words: Repair, *, member_id: UUID, now: datetime) -> None:
    """Keep what the promiser has begun to write; nobody else ever reads it."""
    promise = _own_missed(session, promise_id, day, member_id)
    rules.check_draft(words)
    repairs.keep_draft(session, promise.id, day, words, member_id=member_id, now=now)


def say_sorry(session: Session, promise_id: UUID, day: date, *, member_id: UUID, now: datetime, event_id: UUID | None = None) -> None:
    """Acknowledge a miss in one word; that is no repair, and mends nothing."""
    promise = _own_missed(session, promise_id, day, member_id)
    _note(session, repairs.SORRY, promise, day, member_id=member_id, now=now, event_id=event_id)


def tell(session: Session, promise_id: UUID, day: date, *, member_id: UUID, now: datetime, event_id: UUID | None = None) -> None:
    """Mark that the words were said in person."""
    promise = _own_missed(session, promise_id, day, member_id)
    standing = repairs.of_promise(session, promise_id, since=day).get(day)
    if standing is None or standing.words is None or standing.way is not Way.IN_PERSON:
        raise ConflictError("There are no words to be said in person.")
    _note(session, repairs.TOLD, promise, day, member_id=member_id, now=now, event_id=event_id)


def hear(session: Session, promise_id: UUID, day: date, *, member_id: UUID, now: datetime, event_id: UUID | None = None) -> None:
    """Mark, as a receiver, that it was said and heard."""
    promise = _reached(session, promise_id, day, member_id)
    _note(session, repairs.HEARD, promise, day, member_id=member_id, now=now, event_id=event_id)


def answer(
    session: Session, promise_id: UUID, day: date, *, said: RepairAnswer, member_id: UUID, now: datetime, event_id: UUID | None = None
) -> None:
    """Answer a repair, or answer it otherwise; no figure moves, and nobody is told to."""
    promise = _reached(session, promise_id, day, member_id)
    _note(session, repairs.ANSWERED, promise, day, member_id=member_id, now=now, event_id=event_id, answer=said.value)


def mark(session: Session, promise_id: UUID, day: date, noted: Mark, *, member_id: UUID, now: datetime) -> None:
    """Note something for oneself about a day; nothing is computed from it, and nobody else sees it."""
    promise = _visible(session, promise_id, member_id)
    if noted.remind_on and not now.date() <= noted.remind_on <= now.date() + FARTHEST_REMINDER:
        raise InvalidError("A day within the next year, please.", "remind_on")
    repairs.put_mark(session, promise.id, day, noted, member_id=member_id, now=now)


WORDS: Mapping[str, Callable[..., None]] = {
    "sorry": say_sorry,
    "told": tell,
    "was_heard": hear,
    **{one.value: partial(answer, said=one) for one in RepairAnswer},
}
"""What is said about a missed day in one tap, by its name."""


def _promise_it(session: Session, promise: Promise, title: str, *, now: datetime) -> UUID:
    """The prevention as a promise of its own, from the next day, as often as the one that it grew from."""
    terms = promise.plan.terms[-1]
    draft = Draft(
        title=title.strip()[: LONGEST["title"]],
        area=promise.area,
        rule=WEEKLY if terms.recurrence.is_once else terms.rule,
        times=terms.times,
        starts_on=schedule.day_of(promise.plan, now) + schedule.DAY,
        bond_id=promise.bond_id,
        zone=terms.zone,
        grown_from=promise.id,
    )
    return promising.make(session, ids.new(), draft, member_id=promise.member_id, now=now).id


def _note(
    session: Session, kind: str, promise: Promise, day: date, *, member_id: UUID, now: datetime, event_id: UUID | None, **sent: str
) -> None:
    event = Event(event_id or ids.new(), kind, promise.bond_id, promise.id, member_id, now, now, day, sent=dict(sent))
    if not _is_known(session, event):
        events.append(session, [event])


def _is_known(session: Session, event: Event, *, besides: tuple[str, ...] = ()) -> bool:
    """Whether this very thing was said before under the same id; ConflictError where something else was."""
    known = events.by_ids(session, [event.id]).get(event.id)
    if known is None:
        return False
    if _told(known, besides) != _told(event, besides):
        raise ConflictError("Something else has that id already.")
    return True


def _told(event: Event, besides: tuple[str, ...]) -> tuple[object, ...]:
    sent: Mapping[str, Any] = {name: value for name, value in event.sent.items() if name not in besides}
    return event.kind, event.promise_id, event.member_id, event.day, sent


def _visible(session: Session, promise_id: UUID, member_id: UUID) -> Promise:
    promise = promises.visible(session, member_id, [promise_id]).get(promise_id)
    if promise is None:
        raise NotFoundError("There is no such promise.")
    opening.lock(session, [promise])
    return promise


def _own_missed(session: Session, promise_id: UUID, day: date, member_id: UUID) -> Promise:
    promise = _visible(session, promise_id, member_id)
    row = occurrences.by_keys(session, [(promise_id, day)]).get((promise_id, day))
    if row is None:
        raise NotFoundError("The promise was not due on that day.")
    if promise.member_id != member_id:
        raise NotAllowedError("Only the one who made the promise can say that.")
    if row.outcome not in (Outcome.MISSED, Outcome.MENDED):
        raise ConflictError("That one does not stand as missed.")
    return promise


def _reached(session: Session, promise_id: UUID, day: date, member_id: UUID) -> Promise:
    """The promise, for a receiver whom words about that day have reached."""
    promise = _visible(session, promise_id, member_id)
    standing = repairs.of_promise(session, promise_id, since=day).get(day)
    if promise.member_id == member_id or standing is None or not standing.has_reached:
        raise NotFoundError("There is nothing to answer.")
    return promise
