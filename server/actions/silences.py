"""What time alone turns: a day settles and closes of which nothing was said, judged without a look into the log."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from server.actions import folding
from server.actions.folding import Change, Tail
from server.db import Session
from server.domain import outcomes
from server.domain.outcomes import Outcome
from server.domain.schedule import CLOSES_AFTER, DAY
from server.domain.streaks import unpacked
from server.store import events, folds, occurrences
from server.store.folds import StreakRow
from server.store.occurrences import Key, Row

Days = dict[UUID, list[date]]


def is_silent(row: Row) -> bool:
    """Whether only time turns an occurrence: whatever was said of it left it pending and undone, or waiting."""
    return row.waits or (row.outcome is Outcome.PENDING and not row.done)


def closes(row: Row, now: datetime) -> bool:
    """Whether a silent occurrence can be answered no more."""
    return now >= row.settles_at + CLOSES_AFTER


def settle(session: Session, rows: Sequence[Row], *, now: datetime) -> None:
    """Let silent occurrences wait for a word; folds stop at them as they did before, so neither streaks nor days are read."""
    # Very many settle at the same instant.
    found = {at: outcomes.silence(at, now, was_active=False) for at in {row.settles_at for row in rows}}
    occurrences.turn_silent(session, [(row, found[row.settles_at]) for row in rows])
    folds.touch_days(session, {(row.bond_id, row.last_day) for row in rows if row.bond_id}, now=now)


def close(session: Session, touched: Days, *, now: datetime) -> Days:
    """Close silent occurrences and fold their promises on; return those whose fold does not simply go on from its tail.

    The caller holds the bonds' locks. What was said in the meantime stands.
    """
    standing = folds.streaks_of(session, touched.keys(), to_change=True)
    in_order = [one for one, days in touched.items() if _is_in_order(standing[one], days, now)]
    tails = occurrences.by_promise(occurrences.tails(session, in_order, now.date() + DAY)) if in_order else {}
    silent = [row for rows in tails.values() for row in rows if row.day in touched[row.promise_id] and is_silent(row) and closes(row, now)]
    active = events.active_before(session, [row.key for row in silent])
    closed = {row.key: _turned(row, now, was_active=row.key in active) for row in silent}
    _fold_on(session, {one: standing[one] for one, _ in closed}, tails, closed, now)
    return {one: days for one, days in touched.items() if one not in tails}


def _turned(row: Row, now: datetime, *, was_active: bool) -> Row:
    found = outcomes.silence(row.settles_at, now, was_active=was_active)
    return replace(row, outcome=found.outcome, value=found.value, changes_at=found.changes_at)


def _is_in_order(standing: StreakRow, days: Sequence[date], now: datetime) -> bool:
    """Nothing was folded yet of what comes after, and no newer terms have begun."""
    may_have_new_pace = standing.opens_at is not None and standing.opens_at <= now
    return min(days) >= standing.tail_on and not may_have_new_pace


def _fold_on(
    session: Session, standing: Mapping[UUID, StreakRow], tails: Mapping[UUID, Sequence[Row]], closed: Mapping[Key, Row], now: datetime
) -> None:
    changes: list[Change] = []
    new: list[StreakRow] = []
    for one, streak in standing.items():
        tail = Tail(streak.tail_on, unpacked(streak.carried), tails[one])
        moved, folded = folding.fold_on(streak, tail, closed, streak.half_life, now)
        changes += moved
        new.append(folded)
    occurrences.turn(session, [change.after for change in changes if change.after])
    folds.fold_streaks(session, new)
    folding.follow(session, changes, now=now)
