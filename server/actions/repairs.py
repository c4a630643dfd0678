"""Owning a missed promise in words, and what the other makes of it: it moves no figure but the promiser's own mend."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypedDict, Unpack
from uuid import UUID

from server.actions import folding, opening
from server.actions import promises as promising
from server.actions.promises import Draft
from server.db import Session
from server.domain import check_ins, schedule
from server.domain import repairs as rules
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


class Tap(TypedDict, total=False):
    """The id that a page made for one tap, and the moment by which it is judged."""

    event_id: UUID | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class _Word:
    """Something that somebody says about a missed day in one tap."""

    kind: str
    promise_id: UUID
    day: date
    member_id: UUID
    now: datetime
    sent: dict[str, Any] = field(default_factory=dict)


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
    words = rules.said(words)
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
    promise = _visible(session, promise_id, member_id)
    _check_own_missed(session, promise, _Word(events.REPAIR, promise_id, day, member_id, now))
    repairs.keep_draft(session, promise.id, day, rules.draft_of(words), bond_id=promise.bond_id, member_id=member_id, now=now)


def say_sorry(session: Session, promise_id: UUID, day: date, *, member_id: UUID, now: datetime, **tap: Unpack[Tap]) -> None:
    """Acknowledge a miss in one word; that is no repair, and mends nothing."""
    _say(session, _Word(repairs.SORRY, promise_id, day, member_id, now), _check_own_missed, **tap)


def tell(session: Session, promise_id: UUID, day: date, *, member_id: UUID, now: datetime, **tap: Unpack[Tap]) -> None:
    """Mark that the words were said in person."""
    _say(session, _Word(repairs.TOLD, promise_id, day, member_id, now), _check_to_be_told, **tap)


def hear(session: Session, promise_id: UUID, day: date, *, member_id: UUID, now: datetime, **tap: Unpack[Tap]) -> None:
    """Mark, as a receiver, that it was said and heard."""
    _say(session, _Word(repairs.HEARD, promise_id, day, member_id, now), _check_reached, **tap)


def answer(
    session: Session, promise_id: UUID, day: date, *, said: RepairAnswer, member_id: UUID, now: datetime, **tap: Unpack[Tap]
) -> None:
    """Answer a repair, or answer it otherwise; no figure moves, and nobody is told to."""
    _say(session, _Word(repairs.ANSWERED, promise_id, day, member_id, now, {"answer": said.value}), _check_reached, **tap)


def mark(session: Session, promise_id: UUID, day: date, noted: Mark, *, member_id: UUID, now: datetime) -> None:
    """Note something for oneself about a day; nothing is computed from it, and nobody else sees it."""
    promise = _visible(session, promise_id, member_id)
    if noted.remind_on and not now.date() <= noted.remind_on <= now.date() + FARTHEST_REMINDER:
        raise InvalidError("A day within the next year, please.", "remind_on")
    repairs.put_mark(session, promise.id, day, noted, bond_id=promise.bond_id, member_id=member_id, now=now)


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


def _say(session: Session, word: _Word, check: Callable[[Session, Promise, _Word], None], **tap: Unpack[Tap]) -> None:
    """Note a word that `check` does not refuse; under an id that is known it was said before, and changes nothing."""
    promise = _visible(session, word.promise_id, word.member_id)
    at, event_id = tap.get("at") or word.now, tap.get("event_id") or ids.new()
    event = Event(event_id, word.kind, promise.bond_id, promise.id, word.member_id, at, word.now, word.day, sent=word.sent)
    if _is_known(session, event, at=tap.get("at")):
        return
    check_ins.check_at(at, word.now)
    check(session, promise, word)
    events.append(session, [event])


def _is_known(session: Session, event: Event, *, besides: tuple[str, ...] = (), at: datetime | None = None) -> bool:
    """Whether this very thing was said before under the same id, at the same moment where one is given; else ConflictError."""
    known = events.by_ids(session, [event.id]).get(event.id)
    if known is None:
        return False
    if _told(known, besides) != _told(event, besides) or at not in (None, known.at):
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


def _check_own_missed(session: Session, promise: Promise, word: _Word) -> None:
    row = occurrences.by_keys(session, [(promise.id, word.day)]).get((promise.id, word.day))
    if row is None:
        raise NotFoundError("The promise was not due on that day.")
    if promise.member_id != word.member_id:
        raise NotAllowedError("Only the one who made the promise can say that.")
    if row.outcome not in (Outcome.MISSED, Outcome.MENDED):
        raise ConflictError("That one does not stand as missed.")


def _check_to_be_told(session: Session, promise: Promise, word: _Word) -> None:
    _check_own_missed(session, promise, word)
    standing = repairs.of_promise(session, promise.id, since=word.day).get(word.day)
    if standing is None or standing.words is None or standing.way is not Way.IN_PERSON:
        raise ConflictError("There are no words to be said in person.")


def _check_reached(session: Session, promise: Promise, word: _Word) -> None:
    """Refuse whoever is no receiver whom words about that day have reached."""
    standing = repairs.of_promise(session, promise.id, since=word.day).get(word.day)
    if promise.member_id == word.member_id or standing is None or not standing.has_reached:
        raise NotFoundError("There is nothing to answer.")
