"""What only a supporter's page and the page for print ask of a bond: what was said in its reviews, and asked between its members."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from server.db import Session
from server.db.tables import asks, reviews
from server.domain.reviews import SPOKEN
from server.store import asks as asking
from server.store import reviews as reviewing
from server.store.asks import Answer, Ask
from server.store.reviews import Line


def spoken(session: Session, bond_id: UUID, *, since: date) -> list[Line]:
    """The words of a bond's closed reviews from a week on, the latest week first."""
    query = select(reviews.c.to_on).where(reviews.c.bond_id == bond_id, reviews.c.closed_at.is_not(None), reviews.c.to_on >= since)
    weeks = session.scalars(query.order_by(reviews.c.to_on.desc())).all()
    return [one for one in reviewing.lines(session, [(bond_id, to_on) for to_on in weeks]) if one.kind in SPOKEN and one.text]


def asked(session: Session, bond_id: UUID, people: Collection[UUID], *, since: datetime) -> list[Ask]:
    """What these members asked of each other from an instant on and did not take back, the latest first."""
    between = (asks.c.bond_id == bond_id, asks.c.from_id.in_(people), asks.c.to_id.in_(people), asks.c.asked_at >= since)
    ids = session.scalars(select(asks.c.id).where(*between).order_by(asks.c.asked_at.desc(), asks.c.id)).all()
    found = [asking.get(session, one) for one in ids]
    return [one for one in found if one is not None and one.answer is not Answer.TAKEN_BACK]
