"""Spaces that are closed: who stayed has been told, and since when; which are over."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, or_, select

from server.db import Session
from server.db import insert as into
from server.db.tables import bond_members, bonds, closings, past_spaces


def untold(session: Session, member_id: UUID) -> list[UUID]:
    """The closed bonds in which a member stayed and that they have not seen closed yet."""
    told = exists().where(closings.c.bond_id == bonds.c.id, closings.c.member_id == member_id)
    query = select(bonds.c.id).join(bond_members, bond_members.c.bond_id == bonds.c.id).where(bonds.c.closed_at.is_not(None), ~told)
    return list(session.scalars(query.where(bond_members.c.member_id == member_id, bond_members.c.left_at.is_(None))))


def tell(session: Session, bond_id: UUID, member_id: UUID, *, on: date) -> None:
    """Note the day on which a member first saw a bond closed."""
    session.execute(into(session, closings).values(bond_id=bond_id, member_id=member_id, told_on=on).on_conflict_do_nothing())


def first_told_on(session: Session, member_id: UUID) -> date | None:
    """The earliest such day of the bonds that are there still."""
    query = select(closings.c.told_on).where(closings.c.member_id == member_id).order_by(closings.c.told_on).limit(1)
    return session.execute(query).scalar_one_or_none()


def over(session: Session, *, closed_before: datetime, told_before: date, limit: int) -> list[UUID]:
    """Closed bonds that nobody is in, or that were closed before an instant and seen closed after a day by nobody: for jobs."""
    stayed = exists().where(bond_members.c.bond_id == bonds.c.id, bond_members.c.left_at.is_(None))
    lately = exists().where(closings.c.bond_id == bonds.c.id, closings.c.told_on >= told_before)
    due = or_(~stayed, (bonds.c.closed_at <= closed_before) & ~lately)
    query = select(bonds.c.id).where(bonds.c.closed_at.is_not(None), due).order_by(bonds.c.closed_at, bonds.c.id)
    return list(session.scalars(query.limit(limit)))


def is_past(session: Session, member_id: UUID) -> bool:
    """Whether a space in which this member had stayed was closed and is there no more."""
    return session.scalar(select(past_spaces.c.member_id).where(past_spaces.c.member_id == member_id)) is not None
