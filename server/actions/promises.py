"""Making, changing, pausing and releasing a promise: the promiser's alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from server.actions import folding, opening
from server.db import Session
from server.domain import schedule
from server.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from server.domain.promises import area_of, words_of
from server.domain.schedule import GRACE, Terms
from server.store import bonds, events, ids, members, promises
from server.store.events import Event
from server.store.promises import Pause, Promise

LONGEST_PAUSE = timedelta(days=366)
FARTHEST_START = timedelta(days=3 * 366)
LINES = ("title", "done_when", "cue")


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to promise; without a zone it is their own, without a bond it is personal."""

    title: str
    area: str
    rule: str
    starts_on: date
    bond_id: UUID | None = None
    times: int | None = None
    due_time: time | None = None
    grace: timedelta = GRACE
    zone: str | None = None
    done_when: str | None = None
    cue: str | None = None
    grown_from: UUID | None = None


def make(session: Session, promise_id: UUID, draft: Draft, *, member_id: UUID, now: datetime) -> Promise:
    """Make a promise to the bond, or to oneself."""
    member = members.get(session, member_id)
    if draft.bond_id is not None:
        bonds.lock(session, [draft.bond_id])
        if (draft.bond_id, member_id) not in bonds.seats(session, [draft.bond_id]):
            raise NotFoundError("There is no such bond.")
    if promises.by_ids(session, [promise_id]):
        raise ConflictError("There is a promise with that id already.")
    promise = _drafted(promise_id, draft, member, now)
    promises.insert_promise(session, promise)
    _note(session, "promised", promise, member_id, now, title=promise.title)
    opening.begin(session, promise, now=now)
    return promise


def change(session: Session, promise_id: UUID, changes: Mapping[str, Any], *, member_id: UUID, now: datetime) -> Promise:
    """Change terms from the next day that has not begun, and words at once."""
    promise = own(session, promise_id, member_id)
    words = _reworded(changes)
    terms = {name: changes[name] for name in ("rule", "times", "due_time", "grace", "zone", "day_start") if name in changes}
    if words:
        promises.reword(session, promise.id, words)
    if terms:
        _agree(session, promise, terms, now)
    _note(session, "changed", promise, member_id, now, **{name: _plain(value) for name, value in {**changes, **words}.items()})
    return promises.by_ids(session, [promise.id])[promise.id]


def release(session: Session, promise_id: UUID, *, member_id: UUID, now: datetime) -> Promise:
    """Let a promise end with the day that runs."""
    promise = own(session, promise_id, member_id)
    day = schedule.next_day(promise.plan, now)
    if promise.plan.released_on is not None:
        raise ConflictError("This promise was released already.")
    promises.release(session, promise.id, day)
    _note(session, "released", promise, member_id, now)
    released = promises.by_ids(session, [promise.id])[promise.id]
    opening.reopen(session, released, day, now=now)
    return released


def pause(session: Session, pause: Pause, *, member_id: UUID, now: datetime) -> None:
    """Let a promise (by its promiser), one's own promises, or a bond (by anyone in it) rest for some days."""
    check_pause(pause.from_on, pause.until_on)
    bond_id = _bond_of_pause(session, pause, member_id)
    promises.insert_pause(session, ids.new(), pause, now=now)
    sent = {"from": pause.from_on.isoformat(), "until": pause.until_on.isoformat()}
    events.append(session, [Event(ids.new(), "paused", bond_id, pause.promise_id, member_id, now, now, sent=sent)])
    touched = promises.concerned(session, pause)
    opening.lock(session, promises.by_ids(session, touched.keys()).values())
    folding.refold(session, touched, now=now)


def check_pause(first: date, last: date) -> None:
    """Refuse a pause that ends before it begins, or goes on for too long (InvalidError)."""
    if last < first:
        raise InvalidError("A pause ends after it begins.", "until")
    if last - first > LONGEST_PAUSE:
        raise InvalidError("A pause is a year at the longest.", "until")


def follow_member(session: Session, member_id: UUID, *, zone: str, day_start: time, now: datetime) -> None:
    """Let a member's promises follow them to another zone or day start, from the next day; one with a zone of its own keeps it."""
    member = members.get(session, member_id)
    for promise in promises.made_by(session, member_id):
        latest = promise.plan.terms[-1]
        moved = replace(latest, zone=zone if latest.zone == member.zone else latest.zone, day_start=day_start)
        if promise.plan.released_on is None and moved != latest:
            opening.lock(session, [promise])
            _agree(session, promise, {"zone": moved.zone, "day_start": moved.day_start}, now)


def own(session: Session, promise_id: UUID, member_id: UUID) -> Promise:
    """The promise, its bond locked, if this member made it; NotFoundError for a stranger, NotAllowedError for a receiver."""
    promise = promises.visible(session, member_id, [promise_id]).get(promise_id)
    if promise is None:
        raise NotFoundError("There is no such promise.")
    if promise.member_id != member_id:
        raise NotAllowedError("Only the one who made a promise changes it.")
    opening.lock(session, [promise])
    return promise


def _reworded(changes: Mapping[str, Any]) -> dict[str, Any]:
    words = words_of(**{name: changes[name] for name in LINES if name in changes})
    return {**words, "area": area_of(changes["area"])} if "area" in changes else words


def _drafted(promise_id: UUID, draft: Draft, member: members.Member, now: datetime) -> Promise:
    words = _reworded({"title": draft.title, "area": draft.area, "done_when": draft.done_when, "cue": draft.cue})
    zone = draft.zone or member.zone
    schedule.zone_of(zone)
    today = schedule.local_day(now, zone, member.day_start)
    if abs(draft.starts_on - today) > FARTHEST_START:
        raise InvalidError("A promise starts within three years of today.", "starts_on")
    first = min(draft.starts_on, today)
    terms = schedule.check(Terms(first, draft.rule, zone, member.day_start, draft.times, draft.due_time, draft.grace))
    plan = schedule.plan_of(draft.starts_on, [terms])
    return Promise(promise_id, draft.bond_id, member.id, made_at=now, grown_from=draft.grown_from, plan=plan, **words)


def _agree(session: Session, promise: Promise, changes: Mapping[str, Any], now: datetime) -> None:
    day = schedule.next_day(promise.plan, now)
    if promise.plan.released_on is not None:
        raise ConflictError("This promise was released; make it anew instead.")
    standing = schedule.terms_on(promise.plan, date.max)
    terms = schedule.check(replace(standing, from_on=day, **changes))
    promises.drop_terms_after(session, promise.id, day)
    promises.put_terms(session, promise, terms)
    opening.reopen(session, promises.by_ids(session, [promise.id])[promise.id], day, now=now)


def _bond_of_pause(session: Session, pause: Pause, member_id: UUID) -> UUID | None:
    """The bond in which something rests, if this member may let it rest."""
    if pause.promise_id is not None:
        return own(session, pause.promise_id, member_id).bond_id
    if pause.member_id not in (None, member_id):
        raise NotAllowedError("Everyone pauses for themselves.")
    if pause.bond_id is not None and (pause.bond_id, member_id) not in bonds.seats(session, [pause.bond_id]):
        raise NotFoundError("There is no such bond.")
    return pause.bond_id


def _note(session: Session, kind: str, promise: Promise, member_id: UUID, now: datetime, **sent: Any) -> None:
    events.append(session, [Event(ids.new(), kind, promise.bond_id, promise.id, member_id, now, now, sent=sent)])


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)
