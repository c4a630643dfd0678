"""What only the operator asks, across everything."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from server.db import Session
from server.db.tables import members


def named(session: Session, name: str) -> Sequence[UUID]:
    """The members of this name, oldest first."""
    return session.scalars(select(members.c.id).where(members.c.name == name).order_by(members.c.made_at, members.c.id)).all()
