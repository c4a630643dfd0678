"""What turns by itself: a day settles, a silence closes, a difference falls away."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from server.actions import folding, milestones, opening, silences
from server.db import Session
from server.store import bonds, folds, occurrences, promises
from server.store.occurrences import Row


def settle(session: Session, *, now: datetime, limit: int) -> int:
    """Judge the occurrences that turn by now, at most `limit`; doing it again finds none."""
    rows = occurrences.turning(session, now, limit)
    bonds.lock(session, {row.bond_id for row in rows if row.bond_id})
    # Whoever checks in a personal promise holds its streak, as there is no bond to hold.
    folds.streaks_of(session, {row.promise_id for row in rows if row.bond_id is None}, to_change=True)
    milestones.before_days_turn(session, {row.promise_id for row in rows}, now=now)
    heard = {row.promise_id for row in rows if not silences.is_silent(row)}
    silent = [row for row in rows if row.promise_id not in heard]
    silences.settle(session, [row for row in silent if not silences.closes(row, now)], now=now)
    left = silences.close(session, _days(row for row in silent if silences.closes(row, now)), now=now)
    folding.refold(session, left | _days(row for row in rows if row.promise_id in heard), now=now)
    return len(rows)


def open_ahead(session: Session, *, now: datetime, limit: int) -> int:
    """Open the days ahead of promises whose opened ones run out, at most `limit` promises."""
    found = folds.opening(session, now, limit)
    opening.lock(session, promises.by_ids(session, found).values())
    opening.open_days(session, found, now=now)
    return len(found)


def _days(rows: Iterable[Row]) -> dict[UUID, list[date]]:
    found: dict[UUID, list[date]] = defaultdict(list)
    for row in rows:
        found[row.promise_id].append(row.day)
    return found
