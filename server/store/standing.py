"""What stands in the folds, as rebuilding takes it away and compares it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, select

from server.db import Session
from server.db.tables import bond_days, bonds, occurrences, promises, stitches, streaks, weaves

Standing = dict[tuple[Any, ...], tuple[Any, ...]]
COMPARED: dict[Table, tuple[str, ...]] = {
    occurrences: (
        "last_day",
        "due_at",
        "settles_at",
        "outcome",
        "value",
        "changes_at",
        "told_ahead",
        "witnessed",
        "repaired",
        "done",
        "carried",
    ),
    streaks: ("current", "best", "score", "valued", "kept", "stitches", "comeback_on", "half_life", "opened_on"),
    bond_days: ("held", "broke"),
    stitches: ("kept",),
    weaves: ("together", "broken_on"),
}
OF_PROMISES = (occurrences, streaks)
COUNTED = (bond_days, stitches)


@dataclass(frozen=True, slots=True)
class Part:
    """What is folded together: a bond and its promises, or a personal promise without a bond."""

    bond_id: UUID | None
    promise_ids: tuple[UUID, ...]


def parts(session: Session) -> list[Part]:
    """Everything that there is to fold, the oldest bond first, then the personal promises."""
    query = select(bonds.c.id, promises.c.id).outerjoin(promises, promises.c.bond_id == bonds.c.id)
    found: dict[UUID, list[UUID]] = {}
    for bond_id, promise_id in session.execute(query.order_by(bonds.c.made_at, bonds.c.id, promises.c.made_at, promises.c.id)):
        found.setdefault(bond_id, []).extend([promise_id] if promise_id else [])
    own = session.scalars(select(promises.c.id).where(promises.c.bond_id.is_(None)).order_by(promises.c.made_at, promises.c.id))
    return [Part(bond_id, tuple(ids)) for bond_id, ids in found.items()] + [Part(None, (one,)) for one in own]


def read(session: Session, some: Sequence[Part]) -> Standing:
    """What is compared of these parts, by table and key; a count of nothing is as good as none."""
    found: Standing = {}
    for table, names in COMPARED.items():
        keys = tuple(table.primary_key.columns)
        for row in session.execute(select(*keys, *(table.c[name] for name in names)).where(_of(table, some))):
            found[table.name, *row[: len(keys)]] = tuple(_frozen(one) for one in row[len(keys) :])
    nothing = {table.name: (0,) * len(COMPARED[table]) for table in COUNTED}
    return {key: values for key, values in found.items() if nothing.get(key[0]) != values}


def turning(session: Session, some: Sequence[Part], now: datetime) -> dict[UUID, list[date]]:
    """The days of these parts that turn by themselves by now, by promise."""
    found: dict[UUID, list[date]] = {}
    query = select(occurrences.c.promise_id, occurrences.c.day).where(_of(occurrences, some), occurrences.c.changes_at <= now)
    for promise_id, day in session.execute(query):
        found.setdefault(promise_id, []).append(day)
    return found


def drop(session: Session, some: Sequence[Part]) -> None:
    """Throw the folds of these parts away; streaks and weaves are written over, so that their rows stay locked."""
    for table in (occurrences, bond_days, stitches):
        session.execute(delete(table).where(_of(table, some)))


def names(table: str) -> tuple[str, ...]:
    """What is compared in a table of this name."""
    return next(compared for one, compared in COMPARED.items() if one.name == table)


def _of(table: Table, some: Sequence[Part]) -> Any:
    wanted: Collection[UUID] = [one for part in some for one in part.promise_ids]
    if table not in OF_PROMISES:
        wanted = [part.bond_id for part in some if part.bond_id]
    return table.c["promise_id" if table in OF_PROMISES else "bond_id"].in_(wanted)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
