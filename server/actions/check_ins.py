"""Saying what happened: the one way in for every check-in, one or many."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from server.actions import folding, opening, telling
from server.actions.folding import Ground
from server.db import Session
from server.domain import check_ins, outcomes, schedule
from server.domain.check_ins import AT_ANY_TIME, SPARE_WINDOW, Kind, Said, Tap
from server.domain.errors import ConflictError, NotFoundError, RefusedError
from server.domain.outcomes import Outcome
from server.domain.schedule import Occurrence
from server.store import bonds, events, promises
from server.store.events import Event
from server.store.occurrences import Key
from server.store.promises import Promise

IN_MEMORY = 2**62
SENT = ("day", "to", "target", "label", "line")


@dataclass(frozen=True, slots=True)
class Answer:
    """A check-in that was taken; `is_new` is false for one that had been taken before. `day` names its occurrence, None for an extra."""

    event: Event
    day: date | None
    is_new: bool


def check_in(session: Session, taps: Sequence[Tap], *, now: datetime) -> list[Answer | RefusedError]:
    """Take check-ins in order; each gets its answer or the refusal that it meets, and one refused spoils no other."""
    gathering = _Gathering(session, taps, now)
    answers = [gathering.take(tap) for tap in taps]
    touched = _by_promise(gathering.touched)
    events.append(session, gathering.new)
    standing = opening.ensure(session, {one: max(days) for one, days in touched.items()}, now=now)
    folding.refold(session, touched, now=now, ground=Ground(gathering.promises, gathering.pauses, gathering.said, standing))
    kept = [one for one in gathering.new if one.kind == Kind.KEPT and not one.extra]
    telling.kept(session, kept, gathering.promises, gathering.people, now=now)
    telling.answered(session, gathering.new, gathering.promises, {tap.id: tap.session_id for tap in taps}, now=now)
    return answers


def check_in_one(session: Session, tap: Tap, *, now: datetime) -> Answer:
    """Take one check-in; raise what refuses it."""
    (answer,) = check_in(session, [tap], now=now)
    if isinstance(answer, RefusedError):
        raise answer
    return answer


class _Gathering:
    """The taps of one transaction with all that they are judged by, read for all of them at once."""

    def __init__(self, session: Session, taps: Sequence[Tap], now: datetime) -> None:
        self.session, self.now = session, now
        self.promises = promises.by_ids(session, {tap.promise_id for tap in taps})
        opening.lock(session, self.promises.values())
        self.people = bonds.at_home(session, {one.bond_id for one in self.promises.values() if one.bond_id})
        self.seats = {(bond_id, one.id) for bond_id, some in self.people.items() for one in some}
        self.known = events.by_ids(session, {tap.id for tap in taps} | {tap.target for tap in taps if tap.target})
        self.pauses = promises.pauses_of(session, self.promises.values())
        self.spare = self._spare_days(taps)
        self.said: dict[Key, list[Said]] = {}
        self.new: list[Event] = []
        self.touched: set[Key] = set()
        self._read_said({key for tap in taps if (key := self._likely(tap))})

    def take(self, tap: Tap) -> Answer | RefusedError:
        """Take one tap, or say what refuses it."""
        try:
            return self._take(tap)
        except RefusedError as refusal:
            return refusal

    def _take(self, tap: Tap) -> Answer:
        at = tap.at or self.now
        tap = check_ins.shaped(tap)
        if known := self.known.get(tap.id):
            return self._again(tap, known)
        promise = self._promise(tap)
        target = self._target(tap, promise)
        check_ins.check_at(at, self.now)
        day = check_ins.day_spoken_of(tap, at, promise.plan, target)
        is_author = target is not None and target.member_id == tap.member_id
        check_ins.check_person(tap.kind, is_promiser=promise.member_id == tap.member_id, is_author=is_author)
        occurrence = schedule.occurrence_of(promise.plan, day)
        self._check_state(tap, at, promise, target, day, occurrence)
        return self._write(tap, at, promise, day, occurrence)

    def _again(self, tap: Tap, known: Event) -> Answer:
        same_at = tap.at is None or tap.at == known.at
        same_who = (known.kind, known.promise_id, known.member_id) == (tap.kind, tap.promise_id, tap.member_id)
        if not (same_at and same_who and _sent(tap) == known.sent):
            raise ConflictError("Another check-in has that id already.")
        promise = self.promises[tap.promise_id]
        occurrence = None if known.extra or known.day is None else schedule.occurrence_of(promise.plan, known.day)
        return Answer(known, occurrence.day if occurrence else None, is_new=False)

    def _promise(self, tap: Tap) -> Promise:
        promise = self.promises.get(tap.promise_id)
        if promise is None or not self._may_see(promise, tap.member_id):
            raise NotFoundError("There is no such promise.")
        return promise

    def _may_see(self, promise: Promise, member_id: UUID) -> bool:
        return promise.member_id == member_id if promise.bond_id is None else (promise.bond_id, member_id) in self.seats

    def _target(self, tap: Tap, promise: Promise) -> Said | None:
        if tap.kind is not Kind.UNDO or tap.target is None:
            return None
        event = self.known.get(tap.target)
        if event is None or event.promise_id != promise.id or event.kind not in events.CHECK_INS:
            raise NotFoundError("There is no such check-in.")
        return events.said(event, promise.member_id)

    def _check_state(self, tap: Tap, at: datetime, promise: Promise, target: Said | None, day: date, occurrence: Occurrence | None) -> None:
        if target is not None:
            ends = occurrence.settles_at if occurrence else schedule.begins_at(day + schedule.DAY, schedule.terms_on(promise.plan, day))
            check_ins.check_undo(tap, at, target, self._said((promise.id, occurrence.day if occurrence else day)), ends)
        elif occurrence is not None:
            said = check_ins.live(self._said((promise.id, occurrence.day)))
            stands = self._stands_kept(promise, occurrence) if tap.kind in (Kind.MISSED, *AT_ANY_TIME) else False
            check_ins.check_state(tap, at, occurrence, said, stands_kept=stands, now=self.now)
            if tap.kind is Kind.RESERVE:
                check_ins.check_spare(occurrence.day, {one.day for one in check_ins.live(self.spare[promise.id])})

    def _stands_kept(self, promise: Promise, occurrence: Occurrence) -> bool:
        paused = any(pause.covers(promise, occurrence.day) for pause in self.pauses)
        said = self._said((promise.id, occurrence.day))
        found = outcomes.judge(occurrence, said, self.now, paused=paused, was_active=True)
        return found.outcome in (Outcome.KEPT, Outcome.LATE)

    def _write(self, tap: Tap, at: datetime, promise: Promise, day: date, occurrence: Occurrence | None) -> Answer:
        spoken_of = occurrence.day if occurrence and tap.kind is Kind.RESERVE else day
        event = Event(
            tap.id,
            tap.kind.value,
            promise.bond_id,
            promise.id,
            tap.member_id,
            at,
            self.now,
            spoken_of,
            occurrence is None,
            _sent(tap),
            IN_MEMORY + len(self.new),
        )
        said = events.said(event, promise.member_id)
        self._said((promise.id, occurrence.day if occurrence else day)).append(said)
        if occurrence is not None and tap.kind in (Kind.RESERVE, Kind.UNDO):
            self.spare[promise.id].append(said)
        self.new.append(event)
        self.known[tap.id] = event
        if occurrence is not None:
            self.touched.add((promise.id, occurrence.day))
        return Answer(event, occurrence.day if occurrence else None, is_new=True)

    def _said(self, key: Key) -> list[Said]:
        if key not in self.said:
            self._read_said({key})
        return self.said[key]

    def _read_said(self, keys: Iterable[Key]) -> None:
        keys = set(keys)
        spans = {key: self._days(key) for key in keys}
        found = events.said_on(self.session, {day for span in spans.values() for day in span}, [self.promises[one] for one, _ in keys])
        for key, span in spans.items():
            self.said[key] = sorted((one for day in span for one in found.get(day, [])), key=lambda one: one.seq)

    def _days(self, key: Key) -> list[Key]:
        plan = self.promises[key[0]].plan
        return [(key[0], day) for day in schedule.days_of(plan, key[1])] if schedule.occurrence_of(plan, key[1]) else [key]

    def _likely(self, tap: Tap) -> Key | None:
        """What a tap is about, guessed before it is judged, so that one statement can read for all."""
        promise, target = self.promises.get(tap.promise_id), self.known.get(tap.target) if tap.kind is Kind.UNDO and tap.target else None
        at = tap.at or self.now
        if promise is None or abs(at - self.now) > check_ins.EARLIEST or (tap.day and not check_ins.is_sane(tap.day)):
            return None
        day = (target.day if target else None) or tap.day or schedule.day_of(promise.plan, at)
        occurrence = schedule.occurrence_of(promise.plan, day)
        return promise.id, occurrence.day if occurrence else day

    def _spare_days(self, taps: Sequence[Tap]) -> dict[UUID, list[Said]]:
        asked = {tap.promise_id for tap in taps if tap.kind is Kind.RESERVE}
        found = events.spare_days(self.session, asked, (self.now - check_ins.EARLIEST - 2 * SPARE_WINDOW).date())
        return defaultdict(list, found)


def _sent(tap: Tap) -> dict[str, Any]:
    """What came with a tap, as it was sent, for the log and for telling a repeat from another."""
    values = {name: getattr(tap, name) for name in SENT}
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _by_promise(keys: Iterable[Key]) -> dict[UUID, list[date]]:
    found: dict[UUID, list[date]] = defaultdict(list)
    for promise_id, day in keys:
        found[promise_id].append(day)
    return found
