"""Milestones, and the folds that may have come to one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from server.db import Session, insert, moved
from server.db.prepared import Prepared
from server.db.tables import milestone_answers, milestones, stitches, streaks, weaves
from server.db.tables import occurrences as days
from server.domain.milestones import MilestoneKind
from server.store import bonds, ids, let_goes, occurrences, sealing
from server.store.bound import bound
from server.store.turns import waits


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something reached, once for its scope (a promise, a member or a bond) and its `subject` (a day, or the bond of a member's count)."""

    kind: MilestoneKind
    scope_id: UUID
    threshold: int
    subject: str
    reached_at: datetime
    bond_id: UUID | None = None
    member_id: UUID | None = None
    promise_id: UUID | None = None
    id: UUID = field(default_factory=ids.new)

    @property
    def day(self) -> date | None:
        """The day that was mended."""
        return date.fromisoformat(self.subject) if self.kind is MilestoneKind.MEND else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a member said to a milestone, under the id that it was made with, at the moment of saying it."""

    id: UUID
    milestone_id: UUID
    member_id: UUID
    line: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GrownStreak:
    """A streak to be looked at; `mended` are its promise's mended days."""

    promise_id: UUID
    bond_id: UUID | None
    member_id: UUID
    current: int
    comeback_on: date | None
    changed_at: datetime
    mended: Sequence[date] = ()


@dataclass(frozen=True, slots=True)
class Grown:
    """Which folds are to be looked at: streaks by their promise, stitches and weaves by their bond."""

    promise_ids: Sequence[UUID]
    stitched_ids: Sequence[UUID]
    woven_ids: Sequence[UUID]

    def __len__(self) -> int:
        return max(len(self.promise_ids), len(self.stitched_ids), len(self.woven_ids))


_NAME = (milestones.c.kind, milestones.c.scope_id, milestones.c.threshold, milestones.c.subject)
_STREAK = [streaks.c[name] for name in ("promise_id", "bond_id", "member_id", "current", "comeback_on", "changed_at")]
_WAITING = Prepared(lambda _, many: select(*_STREAK).where(many.of("ids", streaks.c.promise_id), waits(streaks)))
_REACHED = Prepared(lambda _, many: select(*_NAME).where(milestones.c.kind.in_([*MilestoneKind]), many.of("ids", milestones.c.scope_id)))


def insert_new(session: Session, found: Iterable[Milestone]) -> list[Milestone]:
    """Record those that had not been reached before, and return them."""
    rows = {(one.kind.value, one.scope_id, one.threshold, one.subject): one for one in found}
    if not rows:
        return []
    known = set(_REACHED.rows(session, ids={one.scope_id for one in rows.values()}))
    new = [one for key, one in rows.items() if key not in known]
    if not new:
        return []
    columns = [column.name for column in milestones.columns]
    written = insert(session, milestones).on_conflict_do_nothing().returning(milestones.c.id)
    stored = set(session.scalars(written, [{column: getattr(one, column) for column in columns} for one in new]))
    moved.note(session, ((one.bond_id, one.member_id) for one in new))
    return [one for one in new if one.id in stored]


def grown(session: Session, limit: int, *, now: datetime) -> Grown:
    """The folds that have grown since they were last looked at, of each kind at most so many: for jobs.

    One in which a day has still to settle or close waits for that: a silence that nobody has looked at yet may break a weave, or
    leave unmended what seems mended.
    """
    turn = select(days.c.promise_id).where(days.c.changes_at <= now)
    turns = select(days.c.bond_id).where(days.c.changes_at <= now, days.c.bond_id.is_not(None))
    return Grown(
        _grown(session, streaks, streaks.c.promise_id, limit, streaks.c.promise_id.not_in(turn)),
        _grown(session, stitches, stitches.c.bond_id, limit),
        _grown(session, weaves, weaves.c.bond_id, limit, weaves.c.bond_id.not_in(turns)),
    )


def claim_streaks(session: Session, promise_ids: Sequence[UUID]) -> list[GrownStreak]:
    """Those of these streaks that still are to be looked at; they count as looked at from now on."""
    rows = _claim(session, streaks, streaks.c.promise_id, promise_ids)
    mended: dict[UUID, list[date]] = defaultdict(list)
    for promise_id, day in occurrences.mended_days(session, [row.promise_id for row in rows]) if rows else []:
        mended[promise_id].append(day)
    return [GrownStreak(r.promise_id, r.bond_id, r.member_id, r.current, r.comeback_on, r.changed_at, mended[r.promise_id]) for r in rows]


def waiting_streaks(session: Session, promise_ids: Collection[UUID]) -> list[GrownStreak]:
    """Those of these streaks that are to be looked at, and stay so; which days are mended is not said."""
    rows = _WAITING.rows(session, ids=promise_ids) if promise_ids else []
    return [GrownStreak(*row) for row in rows]


def claim_stitches(session: Session, bond_ids: Sequence[UUID]) -> list[Any]:
    """The same for the stitches of the members of these bonds."""
    return _claim(session, stitches, stitches.c.bond_id, bond_ids)


def claim_weaves(session: Session, bond_ids: Sequence[UUID]) -> list[Any]:
    """The same for the weaves of these bonds."""
    return _claim(session, weaves, weaves.c.bond_id, bond_ids)


def _grown(session: Session, table: Any, key: Any, limit: int, *only: Any) -> list[UUID]:
    return list(session.scalars(select(key).where(waits(table), *only).order_by(key).limit(limit)))


def _claim(session: Session, table: Any, key: Any, keys: Sequence[UUID]) -> list[Any]:
    if not keys:
        return []
    free = select(key).where(key.in_(keys), waits(table)).order_by(key).with_for_update(skip_locked=True)
    held = set(session.scalars(free))
    claimed = update(table).where(key.in_(held), waits(table)).values(unannounced=False).returning(*table.columns)
    return list(session.execute(claimed).all()) if held else []


def get(session: Session, milestone_id: UUID) -> Milestone | None:
    """The milestone; None also for a mend of a day that was let go."""
    row = session.execute(select(milestones).where(milestones.c.id == milestone_id)).one_or_none()
    return next(iter(not_let_go(session, [_milestone(row)] if row else [])), None)


def visible(session: Session, member_id: UUID, *, since: datetime, until: datetime, limit: int = 200) -> list[Milestone]:
    """What a member's bonds and their own personal promises have reached in a time, the latest first."""
    theirs = bonds.ids_of(member_id)
    mine = milestones.c.bond_id.in_(theirs) | (milestones.c.bond_id.is_(None) & (milestones.c.member_id == member_id))
    query = select(milestones).where(mine, milestones.c.reached_at.between(since, until))
    rows = session.execute(query.order_by(milestones.c.reached_at.desc(), milestones.c.id).limit(limit))
    return not_let_go(session, [_milestone(row) for row in rows])


def mends(session: Session, promise_id: UUID, day: date) -> list[UUID]:
    """The mends of a day, also of one that was let go."""
    of_day = (milestones.c.kind == MilestoneKind.MEND.value, milestones.c.scope_id == promise_id, milestones.c.subject == day.isoformat())
    return list(session.scalars(select(milestones.c.id).where(*of_day)))


def not_let_go(session: Session, found: list[Milestone]) -> list[Milestone]:
    """Without the mends of days that both let go."""
    mended = {one.promise_id for one in found if one.kind is MilestoneKind.MEND and one.promise_id}
    gone = let_goes.gone(session, mended) if mended else set()
    return [one for one in found if one.promise_id is None or (one.promise_id, one.day) not in gone]


def all_reached(session: Session) -> list[Milestone]:
    """Every milestone: for replay."""
    return [_milestone(row) for row in session.execute(select(milestones).order_by(milestones.c.reached_at))]


def answer(session: Session, milestone: Milestone, given: Answer) -> None:
    """Write a member's answer; one said before gives way, one said after it stands."""
    line = sealing.seal(session, milestone_answers.c.line, milestone.bond_id or given.member_id, given.line)
    words = {"line": line, "at": given.at, "id": given.id}
    written = insert(session, milestone_answers).values(
        bond_id=milestone.bond_id, milestone_id=milestone.id, member_id=given.member_id, **words
    )
    is_later = milestone_answers.c.at <= given.at
    session.execute(written.on_conflict_do_update(index_elements=["milestone_id", "member_id"], set_=words, where=is_later))
    moved.note(session, [(milestone.bond_id, milestone.member_id)])


def answer_of(session: Session, answer_id: UUID) -> Answer | None:
    """The answer that was said under this id, while it stands."""
    row = session.execute(select(milestone_answers).where(milestone_answers.c.id == answer_id)).one_or_none()
    return Answer(row.id, row.milestone_id, row.member_id, _opened(session, row, row.line), row.at) if row else None


def answers(session: Session, milestone_id: UUID) -> dict[UUID, str]:
    return {
        row.member_id: _opened(session, row, row.line)
        for row in session.execute(select(milestone_answers).where(milestone_answers.c.milestone_id == milestone_id))
    }


def answered(session: Session, bond_id: UUID, *, since: datetime, until: datetime) -> list[tuple[Milestone, Answer]]:
    """What was said in a time to what a bond has reached, oldest first."""
    said = [milestone_answers.c[name].label(f"answer_{name}") for name in ("id", "milestone_id", "member_id", "line", "at")]
    query = select(milestones, *said).join(milestones, bound(milestone_answers, milestones, milestone_id="id"))
    query = query.where(milestones.c.bond_id == bond_id, milestone_answers.c.at >= since, milestone_answers.c.at < until)
    rows = session.execute(query.order_by(milestone_answers.c.at)).all()
    seen = {one.id for one in not_let_go(session, [_milestone(row) for row in rows])}
    return [(_milestone(row), _said_to(session, row)) for row in rows if row.id in seen]


def _said_to(session: Session, row: Any) -> Answer:
    return Answer(row.answer_id, row.id, row.answer_member_id, _opened(session, row, row.answer_line), row.answer_at)


def _opened(session: Session, row: Any, line: str) -> str:
    return sealing.opened(session, milestone_answers.c.line, row.bond_id or row.member_id, line)


def _milestone(row: Any) -> Milestone:
    return Milestone(
        MilestoneKind(row.kind),
        row.scope_id,
        row.threshold,
        row.subject,
        row.reached_at,
        row.bond_id,
        row.member_id,
        row.promise_id,
        row.id,
    )
