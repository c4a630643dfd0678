"""Throwing folds away and making them again from the log: the same values, or something was wrong."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from server.actions import folding, opening
from server.db import Session
from server.domain import schedule
from server.domain.weaves import Weave
from server.store import bonds, folds, occurrences, promises, standing
from server.store.folds import StreakRow
from server.store.promises import Promise
from server.store.standing import Part, Standing


def rebuild(session: Session, some: Sequence[Part], *, now: datetime) -> list[str]:
    """Make the folds of these parts again; return what is other than before, a sentence each."""
    lock(session, some)
    _catch_up(session, some, now)
    before = standing.read(session, some)
    fold(session, some, now=now)
    return list(_differences(before, standing.read(session, some)))


def compare(session: Session, some: Sequence[Part], *, now: datetime) -> list[str]:
    """What making the folds again would change; nothing is changed."""
    trial = session.begin_nested()
    try:
        return rebuild(session, some, now=now)
    finally:
        trial.rollback()


def fold(session: Session, some: Sequence[Part], *, now: datetime) -> None:
    """Make the folds of these parts from the log alone; the caller holds their bonds' locks."""
    found = promises.by_ids(session, [one for part in some for one in part.promise_ids])
    opened_on = _opened_on(session, found, now)
    standing.drop(session, some)
    folds.put_weaves(session, {part.bond_id: Weave() for part in some if part.bond_id}, (), now=now)
    folds.put_streaks(session, [_blank(promise, opened_on[one], now) for one, promise in found.items()])
    due = {one: list(schedule.occurrences(promise.plan, promise.plan.starts_on, opened_on[one])) for one, promise in found.items()}
    occurrences.put(session, [occurrences.fresh(promise, day) for one, promise in found.items() for day in due[one]])
    folding.refold(session, {one: [occurrence.day for occurrence in days] for one, days in due.items()}, now=now)


def lock(session: Session, some: Sequence[Part]) -> None:
    """Let nobody say anything in these bonds until the transaction ends."""
    bonds.lock(session, [part.bond_id for part in some if part.bond_id])


def _catch_up(session: Session, some: Sequence[Part], now: datetime) -> None:
    """What is due by now is done first, or it would count as a difference."""
    found = folds.streaks_of(session, [one for part in some for one in part.promise_ids])
    late = [one for one, streak in found.items() if streak.opens_at and streak.opens_at <= now]
    opening.open_days(session, late, now=now)
    folding.refold(session, standing.turning(session, some, now), now=now)


def _opened_on(session: Session, found: Mapping[UUID, Promise], now: datetime) -> dict[UUID, date]:
    """Up to where days were opened; the streaks that say so stay locked until the transaction ends."""
    old = folds.streaks_of(session, found.keys(), to_change=True)
    ahead = {one: schedule.day_of(promise.plan, now) + opening.DAYS_AT_ONCE for one, promise in found.items()}
    return ahead | {one: streak.opened_on for one, streak in old.items()}


def _blank(promise: Promise, opened_on: date, now: datetime) -> StreakRow:
    """A streak without a pace, so that the fold begins at its beginning."""
    opens_at = opening.opens_at(promise, opened_on, now)
    return opening.blank(promise, half_life=0.0, opened_on=opened_on, opens_at=opens_at, now=now)


def _differences(before: Standing, after: Standing) -> Iterator[str]:
    for key in sorted(before.keys() | after.keys(), key=str):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        yield f"{_named(key)}: {_changed(key[0], old, new)}"


def _named(key: tuple[Any, ...]) -> str:
    return " ".join(str(one) for one in key)


def _changed(table: str, old: tuple[Any, ...] | None, new: tuple[Any, ...] | None) -> str:
    if old is None or new is None:
        return "there is none" if old is None else "there should be none"
    parts = zip(standing.names(table), old, new, strict=True)
    return ", ".join(f"{name} is {was}, should be {now}" for name, was, now in parts if was != now)
