"""Episodes that two people let go: what they agreed on is in no list, summary or picture of either."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select

from server.db import Session, moved, upsert
from server.db.tables import let_goes
from server.store.bound import Rows, same_day

CHANGED = ("bond_id", "proposed_by", "proposed_at", "hurt_id", "agreed_at")


@dataclass(frozen=True, slots=True)
class LetGo:
    """A proposal to let a day of a promise go; `hurt_id` is the receiver who proposed it or said yes, `agreed_at` when both had."""

    promise_id: UUID
    day: date
    bond_id: UUID
    proposed_by: UUID
    proposed_at: datetime
    hurt_id: UUID | None = None
    agreed_at: datetime | None = None


def put(session: Session, one: LetGo) -> None:
    written = upsert(session, let_goes, ("promise_id", "day"), CHANGED)
    session.execute(written, {name: getattr(one, name) for name in ("promise_id", "day", *CHANGED)})
    moved.note(session, [(one.bond_id, None)])


def get(session: Session, promise_id: UUID, day: date) -> LetGo | None:
    row = session.execute(select(let_goes).where(let_goes.c.promise_id == promise_id, let_goes.c.day == day)).first()
    return LetGo(**row._mapping) if row else None


def stands(rows: Rows) -> ColumnElement[bool]:
    """Whether the promise and day of a row were not let go: for the queries of what people see."""
    return ~exists().where(same_day(rows, let_goes), let_goes.c.agreed_at.is_not(None))


def gone(session: Session, promise_ids: Iterable[UUID]) -> set[tuple[UUID, date]]:
    """The days of promises that were let go."""
    query = select(let_goes.c.promise_id, let_goes.c.day).where(
        let_goes.c.promise_id.in_(list(promise_ids)), let_goes.c.agreed_at.is_not(None)
    )
    rows: Iterable[Any] = session.execute(query)
    return {(row.promise_id, row.day) for row in rows}
