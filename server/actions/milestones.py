"""Finding what is to be celebrated, once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from server.actions import telling
from server.db import Session
from server.domain import weaves
from server.domain.milestones import MilestoneKind, reached
from server.store import folds, milestones, turns
from server.store.milestones import Grown, GrownStreak, Milestone


def celebrate(session: Session, *, now: datetime, limit: int) -> int:
    """Record the milestones that folds have come to since they were last looked at, and tell both; return how many folds were looked at."""
    return announce(session, look(session, now=now, limit=limit), now=now)


def look(session: Session, *, now: datetime, limit: int) -> Grown:
    """Which folds have grown since they were last looked at, of each kind at most so many; nothing is written."""
    return milestones.grown(session, limit, now=now) if turns.has_grown(session) else Grown((), (), ())


def announce(session: Session, grown: Grown, *, now: datetime) -> int:
    """Record what these folds have come to, and tell both; return how many folds were looked at."""
    rows = milestones.claim_streaks(session, grown.promise_ids)
    people = milestones.claim_stitches(session, grown.stitched_ids)
    bonds = milestones.claim_weaves(session, grown.woven_ids)
    found = [one for row in rows for one in (*_of_streak(row), *_of_mended(row))]
    _record(session, [*found, *_of_members(people), *_of_bonds(bonds)], now)
    return max(len(rows), len(people), len(bonds))


def before_days_turn(session: Session, promise_ids: Collection[UUID], *, now: datetime) -> None:
    """Record what the streaks of these promises have come to, before a day of theirs turns that may end them.

    They stay to be looked at: whether a day is mended, none can say while one after it has still to turn.
    """
    _record(session, [one for row in milestones.waiting_streaks(session, promise_ids) for one in _of_streak(row)], now)


def before_days_break(session: Session, breaks: Mapping[tuple[UUID, date], datetime], *, now: datetime) -> None:
    """Record what weaves had come to before time breaks these days of theirs, each with when it does."""
    of_bonds: dict[UUID, dict[date, datetime]] = defaultdict(dict)
    for (bond_id, day), at in breaks.items():
        of_bonds[bond_id][day] = at
    waiting = folds.waiting_weaves(session, of_bonds.keys())
    woven = folds.woven_since(session, waiting)
    _record(
        session,
        [
            Milestone(MilestoneKind.TOGETHER, bond_id, threshold, "", at, bond_id=bond_id)
            for bond_id, weave in waiting.items()
            for together, at in weaves.before_breaks(weave, woven[bond_id], of_bonds[bond_id])
            for threshold in reached(MilestoneKind.TOGETHER, together)
        ],
        now,
    )


def _record(session: Session, found: Iterable[Milestone], now: datetime) -> None:
    new = milestones.insert_new(session, found)
    telling.milestones(session, milestones.not_let_go(session, new), now=now)


def _of_streak(row: GrownStreak) -> Iterable[Milestone]:
    for threshold in reached(MilestoneKind.IN_A_ROW, row.current):
        yield _of_promise(row, MilestoneKind.IN_A_ROW, threshold, "")
    if row.comeback_on:
        for threshold in reached(MilestoneKind.COMEBACK, row.current):
            yield _of_promise(row, MilestoneKind.COMEBACK, threshold, row.comeback_on.isoformat())


def _of_mended(row: GrownStreak) -> Iterable[Milestone]:
    for day in row.mended:
        yield _of_promise(row, MilestoneKind.MEND, 1, day.isoformat())


def _of_promise(row: GrownStreak, kind: MilestoneKind, threshold: int, subject: str) -> Milestone:
    return Milestone(
        kind,
        row.promise_id,
        threshold,
        subject,
        row.changed_at,
        bond_id=row.bond_id,
        member_id=row.member_id,
        promise_id=row.promise_id,
    )


def _of_members(rows: Iterable[Any]) -> Iterable[Milestone]:
    for row in rows:
        for threshold in reached(MilestoneKind.KEPT_IN_ALL, row.kept):
            yield Milestone(
                MilestoneKind.KEPT_IN_ALL,
                row.member_id,
                threshold,
                str(row.bond_id),
                row.changed_at,
                bond_id=row.bond_id,
                member_id=row.member_id,
            )


def _of_bonds(rows: Iterable[Any]) -> Iterable[Milestone]:
    for row in rows:
        for threshold in reached(MilestoneKind.TOGETHER, row.together):
            yield Milestone(MilestoneKind.TOGETHER, row.bond_id, threshold, "", row.changed_at, bond_id=row.bond_id)
