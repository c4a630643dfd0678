"""What the page of a bond alone asks: since when its members are in it, its pauses, whether one has closed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from server.db import Session
from server.db.tables import bond_members, bonds, pauses
from server.store import closings
from server.store.promises import Pause


def joined(session: Session, bond_id: UUID) -> dict[UUID, datetime]:
    """Since when each member is in the bond."""
    query = select(bond_members.c.member_id, bond_members.c.joined_at).where(
        bond_members.c.bond_id == bond_id, bond_members.c.left_at.is_(None)
    )
    return {row.member_id: row.joined_at for row in session.execute(query)}


def pauses_from(session: Session, bond_id: UUID, first: date) -> list[Pause]:
    """The bond's own pauses that are not over before a day, the earliest first."""
    query = select(pauses.c.from_on, pauses.c.until_on).where(pauses.c.bond_id == bond_id, pauses.c.until_on >= first)
    query = query.where(pauses.c.promise_id.is_(None))
    return [Pause(row.from_on, row.until_on, bond_id=bond_id) for row in session.execute(query.order_by(pauses.c.from_on))]


def has_closed(session: Session, member_id: UUID) -> bool:
    """Whether a bond was closed in which this member had stayed, also one that is there no more."""
    stayed = select(bonds.c.id).join(bond_members, bond_members.c.bond_id == bonds.c.id)
    mine = stayed.where(bond_members.c.member_id == member_id, bond_members.c.left_at.is_(None), bonds.c.closed_at.is_not(None))
    return session.scalar(mine.limit(1)) is not None or closings.is_past(session, member_id)
