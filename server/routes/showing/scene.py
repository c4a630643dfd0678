"""What a member's pages are made from, read in one go."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Protocol
from uuid import UUID

from server.actions import folding
from server.db import Session
from server.domain import check_ins, owning, schedule
from server.domain.check_ins import SPARE_WINDOW, Said
from server.domain.outcomes import Effect, Outcome
from server.domain.text import isolated
from server.domain.weaves import Weave
from server.store import bonds, events, folds, members, moves, occurrences, promises
from server.store.bonds import Bond
from server.store.folds import StreakRow
from server.store.members import Member
from server.store.moves import Move
from server.store.occurrences import Key, Row
from server.store.promises import Promise

BACK = timedelta(days=21)
AHEAD = timedelta(days=8)


class Drawn(Protocol):
    """An occurrence, or as much of it as is drawn."""

    @property
    def day(self) -> date: ...
    @property
    def last_day(self) -> date: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def told_ahead(self) -> bool: ...
    @property
    def waits(self) -> bool: ...
    @property
    def effect(self) -> Effect: ...


@dataclass(frozen=True, kw_only=True)
class Sight:
    """Who looks, when, at whom, and the occurrences of which something may be said; `rows` and `days` are in order of day, by promise.

    `days` are those of the last three weeks, as far as they are drawn, and `counts` how long streaks are.
    """

    me: Member
    now: datetime
    bonds: Sequence[Bond]
    people: dict[UUID, list[Member]]
    promises: dict[UUID, Promise]
    rows: dict[UUID, list[Row]]
    days: Mapping[UUID, Sequence[Drawn]]
    counts: Mapping[UUID, int]
    weaves: dict[UUID, Weave]
    said: dict[Key, list[Said]]
    moves: dict[Key, Move]
    spare: Mapping[UUID, Sequence[Said]]

    @cached_property
    def today(self) -> date:
        """The running day of the one who looks."""
        return schedule.local_day(self.now, self.me.zone, self.me.day_start)

    @cached_property
    def by(self) -> str:
        """The one who looks, as it stands in every form."""
        return str(self.me.id)

    @property
    def pair(self) -> Sequence[Member]:
        """The people of the first bond, in the order of their strands; the one who looks alone before there is one."""
        return self.people[self.bonds[0].id] if self.bonds else [self.me]

    @cached_property
    def colours(self) -> dict[UUID, int]:
        """Each member's colour, counted from 1 in the order of joining; those seen first keep theirs."""
        found: dict[UUID, int] = {}
        for people in self.people.values():
            for place, one in enumerate(people, 1):
                found.setdefault(one.id, place)
        return found | {self.me.id: found.get(self.me.id, 1)}

    @cached_property
    def names(self) -> dict[UUID, str]:
        return {one.id: isolated(one.name) for people in self.people.values() for one in people}

    @cached_property
    def others(self) -> dict[UUID, str]:
        """The names of those in the same bonds."""
        return {member_id: name for member_id, name in self.names.items() if member_id != self.me.id}

    @cached_property
    def crowded(self) -> Collection[Key]:
        """One's own of today that are due within a quarter of an hour of each other."""
        timed = [one for one in self.promises.values() if one.member_id == self.me.id and one.plan.terms[-1].due_time is not None]
        running = [row for one in timed if (row := self.running(one))]
        return owning.crowded({row.key: row.due_at for row in running if row.outcome is Outcome.PENDING})

    @cached_property
    def _today_of(self) -> dict[UUID, date]:
        return {one.id: schedule.day_of(one.plan, self.now) for one in self.promises.values()}

    @cached_property
    def _running(self) -> dict[UUID, Row]:
        found = {}
        for promise_id, day in self._today_of.items():
            if row := next((row for row in self.rows.get(promise_id, ()) if row.day <= day <= row.last_day), None):
                found[promise_id] = row
        return found

    def day_of(self, promise: Promise) -> date:
        """The promise's own running day."""
        return self._today_of.get(promise.id) or schedule.day_of(promise.plan, self.now)

    def spare_left(self, promise: Promise, day: date) -> int:
        """How many spare days one's own promise has left around a day."""
        return check_ins.spare_left(day, {one.day for one in check_ins.live(self.spare.get(promise.id, []))})

    def running(self, promise: Promise) -> Row | None:
        """The promise's occurrence of its running day or week."""
        return self._running.get(promise.id)


@dataclass(frozen=True, kw_only=True)
class Scene(Sight):
    """The same with all that is known of these weeks: `rows` are the days too, and those to come."""

    streaks: dict[UUID, StreakRow]


def load(session: Session, member_id: UUID, *, now: datetime) -> Scene:
    """Read what a member may see of these weeks; statements do not grow with what there is."""
    me = members.get(session, member_id)
    mine = bonds.of_member(session, member_id)
    people = bonds.people(session, [one.id for one in mine])
    found = {one.id: one for one in promises.of_member(session, member_id)}
    today = schedule.local_day(now, me.zone, me.day_start)
    rows = [
        *occurrences.seen_in_bonds(session, [one.id for one in mine], today - BACK, today + AHEAD),
        *occurrences.personal(session, member_id, today - BACK, today + AHEAD),
    ]
    days, streaks = occurrences.by_promise(rows), folds.streaks_of(session, found.keys())
    of_now = [row for row in rows if _is_near(found.get(row.promise_id), row, now)]
    return Scene(
        me=me,
        now=now,
        bonds=mine,
        people=people,
        promises=found,
        rows=days,
        days=days,
        streaks=streaks,
        counts={one: streak.current for one, streak in streaks.items()},
        weaves=folds.weaves_of(session, [one.id for one in mine]),
        said=folding.said_in(session, found, of_now),
        moves=moves.of_promises(session, found.keys(), since=today - BACK),
        spare=events.spare_days(session, [one.id for one in found.values() if one.member_id == me.id], today - BACK - SPARE_WINDOW),
    )


def _is_near(promise: Promise | None, row: Row, now: datetime) -> bool:
    """Whether something may yet be said of an occurrence: its day runs, or it still waits for a word."""
    if promise is None:
        return False
    return row.waits or (row.day <= schedule.day_of(promise.plan, now) and now <= row.settles_at)
