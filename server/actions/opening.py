"""Occurrences opened ahead of their days."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from server.actions import folding
from server.actions.folding import Change
from server.db import Session
from server.domain import schedule, streaks
from server.domain.outcomes import Outcome
from server.store import bonds, folds, occurrences, promises
from server.store.folds import StreakRow
from server.store.promises import Promise

AHEAD = timedelta(hours=48)
DAYS_AT_ONCE = timedelta(days=9)


def begin(session: Session, promise: Promise, *, now: datetime) -> None:
    """Give a new promise its streak and open its first days."""
    life = streaks.half_life(promise.plan, schedule.day_of(promise.plan, now))
    before = promise.plan.starts_on - schedule.DAY
    folds.put_streaks(session, [blank(promise, half_life=life, opened_on=before, opens_at=None, now=now)])
    open_days(session, [promise.id], now=now)


def blank(promise: Promise, *, half_life: float, opened_on: date, opens_at: datetime | None, now: datetime) -> StreakRow:
    """The streak of a promise of which nothing was folded yet, its days open through one."""
    return StreakRow(
        promise_id=promise.id,
        bond_id=promise.bond_id,
        member_id=promise.member_id,
        half_life=half_life,
        tail_on=promise.plan.starts_on,
        opened_on=opened_on,
        opens_at=opens_at,
        changed_at=now,
    )


def open_days(session: Session, promise_ids: Collection[UUID], *, now: datetime) -> int:
    """Open what is due through the days ahead, and fold on where a paused day or new terms begin; the bonds are locked by the caller."""
    found = promises.by_ids(session, promise_ids)
    standing = folds.streaks_of(session, promise_ids, to_change=True)
    touched: dict[UUID, list[date]] = {}
    opened: list[StreakRow] = []
    rows = []
    pauses = promises.pauses_of(session, found.values())
    for promise in found.values():
        streak = standing[promise.id]
        last = max(schedule.day_of(promise.plan, now) + DAYS_AT_ONCE, streak.opened_on)
        new = [occurrences.fresh(promise, one) for one in schedule.occurrences(promise.plan, streak.opened_on + schedule.DAY, last)]
        rows += new
        touched[promise.id] = [row.day for row in new if any(pause.covers(promise, row.day) for pause in pauses)]
        opened.append(replace(streak, opened_on=last, opens_at=opens_at(promise, last, now)))
    occurrences.put(session, rows)
    folds.put_streaks(session, opened)
    folding.refold(
        session, {one: days for one, days in touched.items() if days or folding.has_new_pace(found[one], standing[one], now)}, now=now
    )
    return len(rows)


def ensure(session: Session, needed: Mapping[UUID, date], *, now: datetime) -> Mapping[UUID, StreakRow]:
    """Make sure that these days are open, for the job that opens ahead may have been down for long; return the streaks, to be changed."""
    standing = folds.streaks_of(session, needed.keys(), to_change=True)
    late = [one for one, day in needed.items() if standing[one].opened_on < day]
    if not late:
        return standing
    open_days(session, late, now=now)
    return folds.streaks_of(session, needed.keys(), to_change=True)


def reopen(session: Session, promise: Promise, day: date, *, now: datetime) -> None:
    """Newer terms hold from a day that has not begun: what was opened from it on is opened again, with what a fast clock said of it."""
    streak = folds.streaks_of(session, [promise.id], to_change=True)[promise.id]
    dropped = occurrences.of_promise(session, promise.id, first=day)
    occurrences.drop_from(session, promise.id, day)
    folding.follow(session, [Change(row, None) for row in dropped], now=now)
    kept = sum(row.outcome is Outcome.KEPT for row in dropped)
    folds.put_streaks(session, [replace(streak, opened_on=min(streak.opened_on, day - schedule.DAY), stitches=streak.stitches - kept)])
    open_days(session, [promise.id], now=now)
    folding.refold(session, {promise.id: [day]}, now=now)


def opens_at(promise: Promise, opened_on: date, now: datetime) -> datetime | None:
    """When to look at a promise again: its next days come near, or newer terms begin; None when nothing more comes."""
    plan = promise.plan
    begins = [schedule.begins_at(terms.from_on, terms) for terms in plan.terms]
    soon = [at for at in begins if at > now]
    if not _has_ended(promise, opened_on):
        day = opened_on + schedule.DAY
        soon.append(schedule.begins_at(day, schedule.terms_on(plan, day)) - AHEAD)
    return min(soon, default=None)


def lock(session: Session, found: Iterable[Promise]) -> None:
    """Take the turn of these promises' bonds, so that what follows is done one after the other."""
    bonds.lock(session, {one.bond_id for one in found if one.bond_id})


def _has_ended(promise: Promise, opened_on: date) -> bool:
    plan, rule = promise.plan, promise.plan.terms[-1].recurrence
    ends = [
        plan.released_on - schedule.DAY if plan.released_on else None,
        rule.until,
        plan.starts_on if rule.is_once and rule.freq == "DAILY" else None,
    ]
    return any(day is not None and day <= opened_on for day in ends)
