"""Finding what is to be celebrated, once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from server.actions import telling
from server.db import Session
from server.domain.milestones import MilestoneKind, reached
from server.store import milestones, turns
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
    new = milestones.insert_new(session, [*_of_streaks(rows), *_of_members(people), *_of_bonds(bonds)])
    telling.milestones(session, milestones.not_let_go(session, new), now=now)
    return max(len(rows), len(people), len(bonds))


def _of_streaks(rows: Iterable[GrownStreak]) -> Iterable[Milestone]:
    for row in rows:
        for threshold in reached(MilestoneKind.IN_A_ROW, row.current):
            yield _of_promise(row, MilestoneKind.IN_A_ROW, threshold, "")
        if row.comeback_on:
            for threshold in reached(MilestoneKind.COMEBACK, row.current):
                yield _of_promise(row, MilestoneKind.COMEBACK, threshold, row.comeback_on.isoformat())
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
