"""What a replayed history has come to, as one document."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from server.db import Database, Session
from server.domain import schedule, weeks
from server.domain.weaves import DayState
from server.store import bonds, folds, milestones, occurrences, promises
from server.store.bonds import Bond
from server.store.occurrences import Row
from server.store.promises import Promise

Names = Mapping[UUID, str]


def report(database: Database, names: Names, refused: Sequence[Mapping[str, Any]], *, now: datetime | None) -> dict[str, Any]:
    """Everything that a run has come to, by the names that the history gave."""
    with database.read() as session:
        found = promises.by_ids(session, promises.all_ids(session))
        every_bond = bonds.every(session)
        return {
            "now": _text(now),
            "promises": {names[one.id]: _promise(session, one, now) for one in found.values() if now},
            "bonds": {names[one.id]: _bond(session, names, one, now) for one in every_bond if now},
            "milestones": _milestones(session, names),
            "refused": list(refused),
        }


def _promise(session: Session, promise: Promise, now: datetime) -> dict[str, Any]:
    streak = folds.streaks_of(session, [promise.id])[promise.id]
    rows = [row for row in occurrences.of_promise(session, promise.id) if _has_begun(promise, row, now)]
    once = schedule.terms_on(promise.plan, schedule.day_of(promise.plan, now)).recurrence.is_once
    return {
        "occurrences": [_occurrence(row) for row in rows],
        "current": streak.current,
        "best": streak.best,
        "consistency": None if once else round(streak.score, 6),
        "stitches": streak.stitches,
    }


def _has_begun(promise: Promise, row: Row, now: datetime) -> bool:
    return schedule.begins_at(row.day, schedule.terms_on(promise.plan, row.day)) <= now


def _occurrence(row: Row) -> dict[str, Any]:
    return {
        "day": row.day.isoformat(),
        "due_at": _text(row.due_at),
        "settles_at": _text(row.settles_at),
        "outcome": row.outcome.value,
        "value": None if row.value is None else round(row.value, 6),
        "told_ahead": row.told_ahead,
        "witnessed": row.witnessed,
    }


def _bond(session: Session, names: Names, bond: Bond, now: datetime) -> dict[str, Any]:
    days = folds.days_between(session, bond.id, date.min, date.max)
    stitches = folds.stitches_of(session, bond.id)
    people = {one.id: names[one.id] for one in bonds.members_of(session, bond.id)}
    return {
        "days": {day.isoformat(): one.state.value for day, one in days.items() if one.state is not DayState.SKIPPED},
        "together": folds.weaves_of(session, [bond.id])[bond.id].together,
        "stitches": {name: stitches.get(member_id, 0) for member_id, name in people.items()},
        "weeks": [_week(session, bond, people, to_on) for to_on in _reviewed(bond, now)],
    }


def _reviewed(bond: Bond, now: datetime) -> list[date]:
    found, to_on = [], weeks.first_review(bond.review, bond.made_at)
    while weeks.moment(bond.review, to_on) <= now:
        found.append(to_on)
        to_on += timedelta(weeks=1)
    return found


def _week(session: Session, bond: Bond, people: Names, to_on: date) -> dict[str, Any]:
    week = weeks.ending(to_on)
    rows = occurrences.of_bond(session, bond.id, week.from_on, week.to_on)
    days = folds.days_between(session, bond.id, week.from_on, week.to_on)
    return {
        "from": week.from_on.isoformat(),
        "to": week.to_on.isoformat(),
        "members": {
            name: weeks.tally((row.outcome, row.told_ahead) for row in rows if row.member_id == one) for one, name in people.items()
        },
        "woven": sum(1 for day in days.values() if day.state is DayState.WOVEN),
    }


def _milestones(session: Session, names: Names) -> list[dict[str, Any]]:
    found = [(one.reached_at, one.kind.value, names[one.scope_id], one.threshold) for one in milestones.all_reached(session)]
    return [{"kind": kind, "scope": scope, "threshold": threshold, "at": _text(at)} for at, kind, scope, threshold in sorted(found)]


def _text(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
