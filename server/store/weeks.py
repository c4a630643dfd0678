"""The weekly summaries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, tuple_

from server.db import Session, insert, moved
from server.db.tables import bond_days, weeks


@dataclass(frozen=True, slots=True)
class Summary:
    """A bond's week as it was made, and as it was last refreshed."""

    bond_id: UUID
    from_on: date
    to_on: date
    made_at: datetime
    refreshed_at: datetime
    summary: dict[str, Any]


NAMES = ("bond_id", "from_on", "to_on", "made_at", "refreshed_at", "summary")


def put(session: Session, rows: Sequence[Summary]) -> None:
    """Write summaries; one made before keeps its `made_at`."""
    if rows:
        written = insert(session, weeks)
        changed = {name: written.excluded[name] for name in ("refreshed_at", "summary")}
        written = written.on_conflict_do_update(index_elements=["bond_id", "to_on"], set_=changed)
        session.execute(written, [{name: getattr(row, name) for name in NAMES} for row in rows])
        moved.note(session, ((row.bond_id, None) for row in rows))


def get(session: Session, bond_id: UUID, to_on: date) -> Summary | None:
    row = session.execute(_columns().where(weeks.c.bond_id == bond_id, weeks.c.to_on == to_on)).one_or_none()
    return Summary(*row) if row else None


def of_bond(session: Session, bond_id: UUID, limit: int = 60) -> list[Summary]:
    """A bond's summaries, the latest first."""
    query = _columns().where(weeks.c.bond_id == bond_id).order_by(weeks.c.to_on.desc()).limit(limit)
    return [Summary(*row) for row in session.execute(query)]


def of_ends(session: Session, ends: Sequence[tuple[UUID, date]]) -> dict[tuple[UUID, date], Summary]:
    """The summaries of bonds' weeks by their last day."""
    if not ends:
        return {}
    rows = session.execute(_columns().where(tuple_(weeks.c.bond_id, weeks.c.to_on).in_(list(ends))))
    return {(row.bond_id, row.to_on): Summary(*row) for row in rows}


def unsettled(session: Session, limit: int) -> list[Summary]:
    """Summaries of which a day has changed since they were last refreshed."""
    changed = exists().where(
        bond_days.c.bond_id == weeks.c.bond_id,
        bond_days.c.day.between(weeks.c.from_on, weeks.c.to_on),
        bond_days.c.changed_at > weeks.c.refreshed_at,
    )
    return [Summary(*row) for row in session.execute(_columns().where(changed).order_by(weeks.c.refreshed_at).limit(limit))]


def _columns() -> Any:
    return select(*(weeks.c[name] for name in NAMES))
