"""What members ask of each other, and what was said to it."""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from server.db import Session, moved, upsert
from server.db.tables import asks
from server.store import bonds, sealing

SHOWN_FOR = timedelta(days=14)
"""How long what was answered is still shown."""


class Answer(StrEnum):
    """What became of an ask: a promise of the asked one, another offer, a no; or the one who asked took it back."""

    ACCEPTED = "accepted"
    COUNTERED = "countered"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that one member asks of another; `to_on` is the review in which it was asked, `promise_id` what it became."""

    id: UUID
    bond_id: UUID
    from_id: UUID
    to_id: UUID
    text: str
    asked_at: datetime
    to_on: date | None = None
    answer: Answer | None = None
    answered_at: datetime | None = None
    counter: str = ""
    promise_id: UUID | None = None

    @property
    def is_open(self) -> bool:
        """Whether the asked one may still answer: another offer is no end."""
        return self.answer in (None, Answer.COUNTERED)


NAMES = tuple(one.name for one in fields(Ask))


def put(session: Session, ask: Ask) -> None:
    row = {name: getattr(ask, name) for name in NAMES} | {"answer": ask.answer.value if ask.answer else None}
    session.execute(upsert(session, asks, NAMES[:1], NAMES[1:]), sealing.sealed_row(session, asks, row))
    moved.note(session, [(ask.bond_id, None)])


def get(session: Session, ask_id: UUID) -> Ask | None:
    row = session.execute(select(asks).where(asks.c.id == ask_id)).one_or_none()
    return _ask(session, row) if row else None


def of_member(session: Session, member_id: UUID, *, since: datetime, limit: int = 60) -> list[Ask]:
    """What this member asked and was asked in bonds that they are in and that came since, or that is still open, the latest first."""
    mine = or_(asks.c.from_id == member_id, asks.c.to_id == member_id)
    still_open = or_(asks.c.answer.is_(None), asks.c.answer == Answer.COUNTERED.value)
    query = select(asks).where(asks.c.bond_id.in_(bonds.ids_of(member_id)), mine, or_(still_open, asks.c.answered_at >= since))
    return [_ask(session, row) for row in session.execute(query.order_by(asks.c.asked_at.desc(), asks.c.id).limit(limit))]


def of_review(session: Session, bond_id: UUID, to_on: date) -> list[Ask]:
    """What was asked in a review, in order."""
    query = select(asks).where(asks.c.bond_id == bond_id, asks.c.to_on == to_on)
    return [_ask(session, row) for row in session.execute(query.order_by(asks.c.asked_at, asks.c.id))]


def _ask(session: Session, row: Any) -> Ask:
    return Ask(**{**sealing.opened_row(session, asks, row._mapping), "answer": Answer(row.answer) if row.answer else None})
