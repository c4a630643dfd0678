"""Occurrences: one promise on one day, as the folds have it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, tuple_

from server.db import Session, moved, upsert
from server.db.tables import occurrences, promises, streaks
from server.domain import outcomes
from server.domain.outcomes import Effect, Outcome
from server.domain.schedule import Occurrence
from server.domain.streaks import Stitch
from server.store import let_goes
from server.store.bound import bound, its_promise
from server.store.promises import Promise

Key = tuple[UUID, date]


@dataclass(frozen=True, slots=True)
class Row:
    """An occurrence; `changes_at` is when it turns by itself, `carried` the streak's state after it, None from where the fold stopped."""

    promise_id: UUID
    day: date
    last_day: date
    bond_id: UUID | None
    member_id: UUID
    due_at: datetime
    settles_at: datetime
    outcome: Outcome
    value: float | None = None
    changes_at: datetime | None = None
    told_ahead: bool = False
    witnessed: bool = False
    repaired: bool = False
    done: int = 0
    carried: list[Any] | None = None

    @property
    def key(self) -> Key:
        return self.promise_id, self.day

    @property
    def waits(self) -> bool:
        """Whether nothing was said and a tap still answers it."""
        return self.outcome is Outcome.UNREPORTED and self.changes_at is not None

    @property
    def effect(self) -> Effect:
        return outcomes.effect(self.outcome, self.value, waits=self.waits)

    @property
    def holds(self) -> bool:
        return outcomes.holds_a_day(self.outcome, self.value)

    @property
    def stitch(self) -> Stitch:
        return Stitch(self.day, self.outcome, self.value, self.waits, self.repaired)


NAMES = tuple(field.name for field in fields(Row))
COLUMNS = [occurrences.c[name] for name in NAMES]
OUTCOME = NAMES.index("outcome")
NOT_LET_GO = let_goes.stands(occurrences)

_TAILS = (
    select(*COLUMNS)
    .join(streaks, bound(occurrences, streaks, promise_id="promise_id"))
    .where(
        occurrences.c.promise_id.in_(bindparam("ids", expanding=True)),
        occurrences.c.day >= streaks.c.tail_on,
        (occurrences.c.day <= bindparam("last")) | (occurrences.c.outcome != Outcome.PENDING),
    )
    .order_by(occurrences.c.promise_id, occurrences.c.day)
)


def fresh(promise: Promise, occurrence: Occurrence) -> Row:
    """A new occurrence, nothing said yet."""
    return Row(
        promise_id=promise.id,
        day=occurrence.day,
        last_day=occurrence.last_day,
        bond_id=promise.bond_id,
        member_id=promise.member_id,
        due_at=occurrence.due_at,
        settles_at=occurrence.settles_at,
        outcome=Outcome.PENDING,
        changes_at=occurrence.settles_at,
    )


def put(session: Session, rows: Sequence[Row]) -> None:
    """Write rows, replacing those of the same promise and day, in one statement."""
    if not rows:
        return
    written = upsert(session, occurrences, ("promise_id", "day"), NAMES[2:])
    session.execute(written, [{name: getattr(row, name) for name in NAMES} for row in rows])
    moved.note(session, ((row.bond_id, row.member_id) for row in rows))


def tails(session: Session, promise_ids: Collection[UUID], last: date) -> list[Row]:
    """What an in-order check-in reads: each promise's occurrences from where its fold can still move.

    Days after `last` of which nothing is said stop the fold and are left out, as long as nothing is said of any later day either.
    """
    rows = [_row(row) for row in session.execute(_TAILS, {"ids": list(promise_ids), "last": last})]
    ahead = {row.promise_id for row in rows if row.day > last}
    return [row for row in rows if row.promise_id not in ahead] + tails(session, ahead, date.max) if ahead else rows


def since(session: Session, promise_id: UUID, day: date) -> list[Row]:
    """A promise's occurrences from the last one before a day, whose state a fold goes on from."""
    before = select(func.max(occurrences.c.day)).where(occurrences.c.promise_id == promise_id, occurrences.c.day < day).scalar_subquery()
    query = select(*COLUMNS).where(occurrences.c.promise_id == promise_id, occurrences.c.day >= func.coalesce(before, day))
    return _rows(session, query)


def of_promise(session: Session, promise_id: UUID, *, first: date = date.min, last: date = date.max) -> list[Row]:
    return _rows(session, _of_promise(promise_id, first, last))


def by_keys(session: Session, keys: Collection[Key]) -> dict[Key, Row]:
    if not keys:
        return {}
    wanted = tuple_(occurrences.c.promise_id, occurrences.c.day).in_(list(keys))
    return {row.key: row for row in _rows(session, select(*COLUMNS).where(wanted))}


def of_bond(session: Session, bond_id: UUID, first: date, last: date) -> list[Row]:
    """A bond's occurrences whose last day lies in a range, both dates included."""
    return of_bonds(session, [bond_id], first, last)


def of_bonds(session: Session, bond_ids: Collection[UUID], first: date, last: date) -> list[Row]:
    """The same for several bonds at once: for jobs."""
    return _rows(session, _in_bonds(bond_ids, first, last))


def seen_in_bonds(session: Session, bond_ids: Collection[UUID], first: date, last: date) -> list[Row]:
    """The same as people see them: without what was let go."""
    return _rows(session, _in_bonds(bond_ids, first, last).where(NOT_LET_GO))


def seen_of_promise(session: Session, promise_id: UUID, *, first: date = date.min, last: date = date.max) -> list[Row]:
    """A promise's occurrences as people see them: without what was let go."""
    return _rows(session, _of_promise(promise_id, first, last).where(NOT_LET_GO))


def personal(session: Session, member_id: UUID, first: date, last: date) -> list[Row]:
    """A member's own, personal occurrences whose last day lies in a range."""
    mine = (occurrences.c.member_id == member_id) & occurrences.c.bond_id.is_(None)
    return _rows(session, select(*COLUMNS).where(mine, occurrences.c.last_day.between(first, last)))


def waiting(session: Session, member_id: UUID) -> list[Row]:
    """A promiser's occurrences that still wait for a word, oldest first."""
    query = select(*COLUMNS).join(promises, its_promise(occurrences))
    silent = (occurrences.c.outcome == Outcome.UNREPORTED) & occurrences.c.changes_at.is_not(None)
    return sorted(_rows(session, query.where(promises.c.member_id == member_id, silent)), key=lambda row: row.settles_at)


def turning(session: Session, now: datetime, limit: int) -> list[Key]:
    """Occurrences that turn by themselves by now, the longest due first: for jobs."""
    query = select(occurrences.c.promise_id, occurrences.c.day).where(occurrences.c.changes_at <= now)
    return [(row.promise_id, row.day) for row in session.execute(query.order_by(occurrences.c.changes_at).limit(limit))]


def mended_days(session: Session, promise_ids: Collection[UUID]) -> list[Key]:
    query = select(occurrences.c.promise_id, occurrences.c.day).where(occurrences.c.outcome == Outcome.MENDED.value)
    return [(row.promise_id, row.day) for row in session.execute(query.where(occurrences.c.promise_id.in_(promise_ids)))]


def drop_from(session: Session, promise_id: UUID, day: date) -> None:
    """Take away the occurrences from a day that has not begun: newer terms will open others."""
    session.execute(delete(occurrences).where(occurrences.c.promise_id == promise_id, occurrences.c.day >= day))


def _of_promise(promise_id: UUID, first: date, last: date) -> Any:
    return select(*COLUMNS).where(occurrences.c.promise_id == promise_id, occurrences.c.day.between(first, last))


def _in_bonds(bond_ids: Collection[UUID], first: date, last: date) -> Any:
    return select(*COLUMNS).where(occurrences.c.bond_id.in_(bond_ids), occurrences.c.last_day.between(first, last))


def _rows(session: Session, query: Any) -> list[Row]:
    found = session.execute(query.order_by(occurrences.c.promise_id, occurrences.c.day))
    return [_row(row) for row in found]


def _row(row: Any) -> Row:
    return Row(*(*row[:OUTCOME], Outcome(row[OUTCOME]), *row[OUTCOME + 1 :]))


def by_promise(rows: Iterable[Row]) -> dict[UUID, list[Row]]:
    """Rows grouped by promise, in order of day."""
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row.promise_id, []).append(row)
    return found
