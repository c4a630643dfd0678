"""What a calendar outside Weft is given (RFC 5545): each due day and each planned moment on its own, as an instant or a whole day."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from server.actions import folding
from server.db import Session
from server.domain import schedule
from server.domain.check_ins import Kind, live
from server.domain.outcomes import Outcome
from server.domain.text import isolated
from server.routes.showing import words
from server.store import bonds, calendars, let_goes, members, moments, occurrences, promises
from server.store.bonds import Bond
from server.store.calendars import Calendar, Changes
from server.store.moments import Moment
from server.store.occurrences import Key
from server.store.promises import Pause, Promise
from web.views import CalendarForm

BACK, AHEAD = timedelta(days=14), timedelta(days=90)
MOST_MOMENTS = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a calendar: `starts` is an instant, or a day and then `ends` the day after its last; `version` counts its changes.

    When it was changed last is told by the day: nobody's calendar says at which minute another tapped.
    """

    uid: str
    title: str
    starts: datetime | date
    ends: date | None
    changed_on: date
    version: int
    path: str


@dataclass(frozen=True, slots=True)
class _Ground:
    """What due days are told from: whose names, what was changed, what rests, what is not shown, and what was moved by a word ahead."""

    me: UUID
    names: Mapping[UUID, str]
    changes: Mapping[UUID, Changes]
    pauses: Sequence[Pause]
    hidden: set[Key]
    moved: Mapping[Key, datetime]


def load(session: Session, calendar: Calendar, *, now: datetime) -> list[Entry]:
    """What is due from two weeks ago to three months ahead, and every planned moment from then on."""
    me = members.get(session, calendar.member_id)
    today = schedule.local_day(now, me.zone, me.day_start)
    first, last = today - BACK, today + AHEAD
    mine = bonds.of_member(session, me.id)
    shown = {one.id: one for one in promises.of_member(session, me.id) if _is_chosen(one, calendar)}
    ground = _ground(session, calendar, mine, shown, first, last)
    due = [entry for one in shown.values() for entry in _due(one, ground, first, last)]
    planned = moments.planned(session, [one.id for one in mine], since=first, limit=MOST_MOMENTS)
    return [*due, *_planned(planned, mine)]


def tag(entries: Iterable[Entry]) -> str:
    """What tells one state of a calendar from another, as an ETag."""
    return f'W/"{hashlib.sha256(repr([*entries]).encode()).hexdigest()[:32]}"'


def form(calendar: Calendar | None, since: str) -> CalendarForm:
    """The setting on one's own page; `since` is the day from which an address is in use."""
    if calendar is None:
        return CalendarForm()
    return CalendarForm(since=since, has_theirs=calendar.has_theirs, has_personal=calendar.has_personal)


def _is_chosen(promise: Promise, calendar: Calendar) -> bool:
    if promise.bond_id is None:
        return calendar.has_personal
    return calendar.has_theirs or promise.member_id == calendar.member_id


def _ground(session: Session, calendar: Calendar, mine: Sequence[Bond], shown: Mapping[UUID, Promise], first: date, last: date) -> _Ground:
    rows = [
        *occurrences.seen_in_bonds(session, [one.id for one in mine], first, last),
        *occurrences.personal(session, calendar.member_id, first, last),
    ]
    told = [row for row in rows if row.told_ahead and row.promise_id in shown]
    said = folding.said_in(session, shown, told)
    moved = {key: one.to for key, some in said.items() for one in live(some) if one.kind is Kind.HEADS_UP and one.to}
    people = bonds.people(session, [one.id for one in mine])
    return _Ground(
        me=calendar.member_id,
        names={one.id: one.name for some in people.values() for one in some},
        changes=calendars.changes(session, shown),
        pauses=promises.pauses_of(session, shown.values()),
        hidden={row.key for row in rows if row.outcome is Outcome.EXCUSED} | let_goes.gone(session, shown),
        moved=moved,
    )


def _due(promise: Promise, ground: _Ground, first: date, last: date) -> Iterator[Entry]:
    """The due days of one promise that neither rest nor were let go."""
    known = ground.changes.get(promise.id)
    whose = "" if promise.member_id == ground.me else f"{isolated(ground.names.get(promise.member_id, ''))}: "
    for one in schedule.occurrences(promise.plan, first, last):
        key = promise.id, one.day
        if key in ground.hidden or any(pause.covers(promise, one.day) for pause in ground.pauses):
            continue
        has_time = one.terms.due_time is not None
        often = f", {words.rhythm(one.terms)}" if one.terms.times else ""
        yield Entry(
            uid=f"{promise.id}-{one.day:%Y%m%d}",
            title=f"{whose}{isolated(promise.title)}{often}",
            starts=ground.moved.get(key, one.due_at) if has_time else one.day,
            ends=None if has_time else one.last_day + schedule.DAY,
            changed_on=(max(promise.made_at, known.last_at) if known else promise.made_at).date(),
            version=known.count if known else 0,
            path=f"/promises/{promise.id}",
        )


def _planned(planned: Iterable[Moment], mine: Sequence[Bond]) -> Iterator[Entry]:
    zones = {one.id: one.zone for one in mine}
    for one in planned:
        at = schedule.instant(one.on_date, one.at_time, zones[one.bond_id]) if one.at_time else None
        ends = None if at else one.on_date + schedule.DAY
        yield Entry(str(one.id), one.what, at or one.on_date, ends, one.made_at.date(), 0, "/moments")
