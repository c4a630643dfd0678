"""Occurrences: one promise on one day, as the folds have it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, bindparam, delete, func, select, text

from server.db import Session, moved, upsert
from server.db.prepared import Many, Prepared
from server.db.tables import occurrences, promises, streaks
from server.domain import outcomes
from server.domain.outcomes import Effect, Judgement, Outcome
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
OUTCOMES = {one.value: one for one in Outcome}
KEY = itemgetter(0, 1)
NOT_LET_GO = let_goes.stands(occurrences)


def _tails(_: Session, many: Many) -> Any:
    query = select(*COLUMNS).join(streaks, bound(occurrences, streaks, promise_id="promise_id"))
    last = occurrences.c.day <= bindparam("last", None, type_=occurrences.c.day.type)
    return query.where(
        many.of("ids", streaks.c.promise_id),
        occurrences.c.day >= streaks.c.tail_on,
        last | (occurrences.c.outcome != Outcome.PENDING.value),
    )


_TAILS = Prepared(_tails)
_PUT = Prepared(lambda session, _: upsert(session, occurrences, ("promise_id", "day"), NAMES[2:]), NAMES)

JUDGED = NAMES[OUTCOME:]
TURNS = ("outcome", "value", "changes_at", "carried")
SILENT = TURNS[:3]
_TURNING = Prepared(
    lambda _, __: (
        select(*COLUMNS)
        .where(occurrences.c.changes_at <= bindparam("now", None, type_=occurrences.c.changes_at.type))
        .order_by(occurrences.c.changes_at)
        .limit(bindparam("most", None, type_=Integer))
    )
)


def _since_each(_: Session, many: Many) -> Any:
    keys, promise_id, day = many.halves("keys", occurrences.c.promise_id, occurrences.c.day)
    earlier = occurrences.alias()
    before = select(func.max(earlier.c.day)).where(earlier.c.promise_id == promise_id, earlier.c.day < day).scalar_subquery()
    there = (occurrences.c.promise_id == promise_id) & (occurrences.c.day >= func.coalesce(before, day))
    return select(*COLUMNS).select_from(keys.join(occurrences, there))


def _by_keys(_: Session, many: Many) -> Any:
    keys, of_keys = many.pairs("keys", occurrences.c.promise_id, occurrences.c.day)
    return select(*COLUMNS).select_from(keys.join(occurrences, of_keys))


_BY_KEYS = Prepared(_by_keys)
_SINCE_EACH = Prepared(_since_each)
# Asked plainly, PostgreSQL may rather look through all that it takes to be pending than for the rows that are given.
_IS_SILENT: Any = text("CASE WHEN occurrences.outcome = 'pending' THEN occurrences.done = 0 ELSE false END")
_JUDGED = Prepared(lambda _, many: many.setting(occurrences, NAMES[:2], JUDGED))
_TURN = Prepared(lambda _, many: many.setting(occurrences, NAMES[:2], TURNS))
_TURN_SILENT = Prepared(lambda _, many: many.setting(occurrences, NAMES[:2], SILENT, _IS_SILENT))


_MENDED = Prepared(
    lambda _, many: select(*COLUMNS[:2]).where(text("outcome = 'mended'"), many.of("ids", occurrences.c.promise_id)).order_by(*COLUMNS[:2])
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
    _PUT.put(session, [{name: getattr(row, name) for name in NAMES} for row in rows])
    moved.note(session, ((row.bond_id, row.member_id) for row in rows))


def tails(session: Session, promise_ids: Collection[UUID], last: date) -> list[Row]:
    """What an in-order check-in reads: each promise's occurrences from where its fold can still move.

    Days after `last` of which nothing is said stop the fold and are left out, as long as nothing is said of any later day either.
    """
    rows = [_row(row) for row in sorted(_TAILS.rows(session, ids=promise_ids, last=last), key=KEY)]
    ahead = {row.promise_id for row in rows if row.day > last}
    return [row for row in rows if row.promise_id not in ahead] + tails(session, ahead, date.max) if ahead else rows


def since_each(session: Session, days: Mapping[UUID, date]) -> dict[UUID, list[Row]]:
    """Each promise's occurrences from the last one before its day, whose state a fold goes on from."""
    return by_promise(_row(row) for row in sorted(_SINCE_EACH.rows(session, keys=days.items()), key=KEY)) if days else {}


def of_promise(session: Session, promise_id: UUID, *, first: date = date.min, last: date = date.max) -> list[Row]:
    return _rows(session, _of_promise(promise_id, first, last))


def by_keys(session: Session, keys: Collection[Key]) -> dict[Key, Row]:
    if not keys:
        return {}
    return {row.key: row for row in map(_row, sorted(_BY_KEYS.rows(session, keys=set(keys)), key=KEY))}


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


def turning(session: Session, now: datetime, limit: int) -> list[Row]:
    """Occurrences that turn by themselves by now, the longest due first: for jobs."""
    return [_row(row) for row in _TURNING.rows(session, now=now, most=limit)]


def turn(session: Session, rows: Sequence[Row]) -> None:
    """Write what has become of rows that time alone turned: their outcomes, and their streaks' states."""
    _write(session, _TURN, rows, TURNS)


def turn_silent(session: Session, found: Sequence[tuple[Row, Judgement]]) -> None:
    """Write what time alone made of those that are still pending and not done at all: whatever was said in the meantime stands."""
    _TURN_SILENT.put(
        session,
        [
            {"promise_id": row.promise_id, "day": row.day, "outcome": one.outcome, "value": one.value, "changes_at": one.changes_at}
            for row, one in found
        ],
    )
    moved.note(session, ((row.bond_id, row.member_id) for row, _ in found))


def judge(session: Session, rows: Sequence[Row]) -> None:
    """Write how rows that are there were judged; when they are due, and whose they are, stays."""
    _write(session, _JUDGED, rows, JUDGED)


def _write(session: Session, turned: Prepared, rows: Sequence[Row], names: Sequence[str]) -> None:
    turned.put(session, [{name: getattr(row, name) for name in (*NAMES[:2], *names)} for row in rows])
    moved.note(session, ((row.bond_id, row.member_id) for row in rows))


def mended_days(session: Session, promise_ids: Collection[UUID]) -> list[Key]:
    return _MENDED.rows(session, ids=promise_ids)


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
    return Row(*(*row[:OUTCOME], OUTCOMES[row[OUTCOME]], *row[OUTCOME + 1 :]))


def by_promise(rows: Iterable[Row]) -> dict[UUID, list[Row]]:
    """Rows grouped by promise, in order of day."""
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row.promise_id, []).append(row)
    return found
