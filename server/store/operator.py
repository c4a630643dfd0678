"""What only the operator asks, across everything, and what they did to an account."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from server.db import Session, moved
from server.db import insert as into
from server.db.tables import members, operator_acts, stones
from server.store import sealing


def named(session: Session, name: str) -> Sequence[UUID]:
    """The members of this name, oldest first; who deleted their account has none."""
    alive = select(members.c.id, members.c.name).where(members.c.id.not_in(select(stones.c.member_id)))
    rows = session.execute(alive.order_by(members.c.made_at, members.c.id))
    return [row.id for row in rows if sealing.opened(session, members.c.name, row.id, row.name) == name]


def note(session: Session, act_id: UUID, member_id: UUID, act: str, *, now: datetime) -> None:
    """Note what was done to a member's account."""
    session.execute(into(session, operator_acts).values(id=act_id, member_id=member_id, act=act, at=now))
    moved.note(session, [(None, member_id)])


def done_since(session: Session, member_id: UUID, since: datetime) -> list[tuple[str, datetime]]:
    """What was done to a member's account and when, the latest first."""
    query = select(operator_acts.c.act, operator_acts.c.at).where(operator_acts.c.member_id == member_id, operator_acts.c.at > since)
    return [(row.act, row.at) for row in session.execute(query.order_by(operator_acts.c.at.desc()))]
