"""What a member's pages are made from, read in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from server.actions import folding
from server.db import Session
from server.domain import check_ins, schedule
from server.domain.check_ins import SPARE_WINDOW, Said
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


@dataclass(frozen=True)
class Scene:
    """Who looks, when, at whom, and what of the last three weeks they may see; `rows` are in order of day, by promise."""

    me: Member
    now: datetime
    bonds: Sequence[Bond]
    people: dict[UUID, list[Member]]
    promises: dict[UUID, Promise]
    rows: dict[UUID, list[Row]]
    streaks: dict[UUID, StreakRow]
    weaves: dict[UUID, Weave]
    said: dict[Key, list[Said]]
    moves: dict[Key, Move]
    spare: dict[UUID, list[Said]]

    @property
    def today(self) -> date:
        """The running day of the one who looks."""
        return schedule.local_day(self.now, self.me.zone, self.me.day_start)

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

    def day_of(self, promise: Promise) -> date:
        """The promise's own running day."""
        return schedule.day_of(promise.plan, self.now)

    def spare_left(self, promise: Promise, day: date) -> int:
        """How many spare days one's own promise has left around a day."""
        return check_ins.spare_left(day, {one.day for one in check_ins.live(self.spare.get(promise.id, []))})

    def running(self, promise: Promise) -> Row | None:
        """The promise's occurrence of its running day or week."""
        day = self.day_of(promise)
        return next((row for row in self.rows.get(promise.id, []) if row.day <= day <= row.last_day), None)

    def recent(self, promise: Promise) -> list[Row]:
        """The promise's occurrences of the last three weeks, up to its running day."""
        day = self.day_of(promise)
        return [row for row in self.rows.get(promise.id, []) if row.day <= day]


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
    of_now = [row for row in rows if _is_near(found.get(row.promise_id), row, now)]
    return Scene(
        me=me,
        now=now,
        bonds=mine,
        people=people,
        promises=found,
        rows=occurrences.by_promise(rows),
        streaks=folds.streaks_of(session, found.keys()),
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
