"""Moments that people plan together."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from server.db import Session, insert, moved
from server.db.tables import moments
from server.store import sealing


@dataclass(frozen=True, slots=True)
class Moment:
    """A planned thing of a bond; `at_time` is local to the bond's zone, None for any time that day."""

    id: UUID
    bond_id: UUID
    member_id: UUID
    what: str
    place: str
    on_date: date
    at_time: time | None
    made_at: datetime


NAMES = tuple(one.name for one in fields(Moment))
_COLUMNS = [moments.c[name] for name in NAMES]


def put(session: Session, moment: Moment) -> None:
    row = {name: getattr(moment, name) for name in NAMES}
    session.execute(insert(session, moments), sealing.sealed_row(session, moments, row))
    moved.note(session, [(moment.bond_id, None)])


def get(session: Session, moment_id: UUID) -> Moment | None:
    """The moment, also one that was called off."""
    row = session.execute(select(*_COLUMNS).where(moments.c.id == moment_id)).one_or_none()
    return _moment(session, row) if row else None


def cancel(session: Session, moment: Moment, *, now: datetime) -> None:
    session.execute(update(moments).where(moments.c.id == moment.id, moments.c.cancelled_at.is_(None)).values(cancelled_at=now))
    moved.note(session, [(moment.bond_id, None)])


def planned(session: Session, bond_ids: Collection[UUID], *, since: date, limit: int = 60) -> list[Moment]:
    """What these bonds have planned from a day on, the nearest first."""
    if not bond_ids:
        return []
    query = select(*_COLUMNS).where(moments.c.bond_id.in_(bond_ids), moments.c.on_date >= since, moments.c.cancelled_at.is_(None))
    rows = session.execute(query.order_by(moments.c.on_date, moments.c.at_time, moments.c.id).limit(limit))
    return [_moment(session, row) for row in rows]


def _moment(session: Session, row: Any) -> Moment:
    return Moment(**sealing.opened_row(session, moments, row._mapping))
