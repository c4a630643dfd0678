"""Asks to move a promise to another day, and what was said to them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from server.db import Session, moved, upsert
from server.db.tables import moves

CHANGED = ("bond_id", "to_on", "asked_at", "answered_by", "answered_at", "agreed", "linked_id")


@dataclass(frozen=True, slots=True)
class Move:
    """An ask to move one day of a promise; `agreed` is None until a receiver answered, `linked_id` the promise that came of a yes."""

    promise_id: UUID
    day: date
    bond_id: UUID
    to_on: date
    asked_at: datetime
    answered_by: UUID | None = None
    answered_at: datetime | None = None
    agreed: bool | None = None
    linked_id: UUID | None = None


def put(session: Session, one: Move) -> None:
    written = upsert(session, moves, ("promise_id", "day"), CHANGED)
    session.execute(written, {name: getattr(one, name) for name in ("promise_id", "day", *CHANGED)})
    moved.note(session, [(one.bond_id, None)])


def of_promises(session: Session, promise_ids: Collection[UUID], *, since: date) -> dict[tuple[UUID, date], Move]:
    """The asks about these promises' days since one."""
    if not promise_ids:
        return {}
    rows = session.execute(select(moves).where(moves.c.promise_id.in_(promise_ids), moves.c.day >= since))
    return {(row.promise_id, row.day): Move(**row._mapping) for row in rows}
