"""The words that people wrote, as they are looked through: whole, in a few statements, whatever their columns hold.

Nothing is matched in SQL: what lies in the columns is sealed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from server.db import Session
from server.db.tables import asks, events, repair_drafts, review_lines
from server.domain.check_ins import Kind
from server.domain.repairs import Repair
from server.domain.reviews import LineKind
from server.store import events as log
from server.store import repairs, sealing
from server.store.repairs import Standing

SHARED = (Kind.SEEN.value, Kind.UNDO.value)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that came with a thank you for a promise's day."""

    promise_id: UUID
    day: date
    member_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line that was said in a bond's review of a week."""

    bond_id: UUID
    to_on: date
    member_id: UUID
    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What one member asked of another, with the other offer that was made, if one was."""

    from_id: UUID
    to_id: UUID
    text: str
    counter: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """What its writer has begun to write about a missed day."""

    promise_id: UUID
    day: date
    words: Repair
    saved_at: datetime


def lines(session: Session, bond_ids: Collection[UUID]) -> list[Line]:
    """The lines of thanks in bonds that were not taken back."""
    query = select(*(events.c[name] for name in ("id", "kind", "bond_id", "promise_id", "day", "member_id", "sent")))
    rows = session.execute(query.where(events.c.bond_id.in_(list(bond_ids)), events.c.kind.in_(SHARED), events.c.sent.is_not(None))).all()
    gone = {row.sent.get("target") for row in rows if row.kind == Kind.UNDO}
    said = (row for row in rows if row.kind == Kind.SEEN and row.sent.get("line") and str(row.id) not in gone)
    return [Line(row.promise_id, row.day, row.member_id, log.opened(session, row)["line"]) for row in said]


def standings(session: Session, member_id: UUID, bond_ids: Collection[UUID]) -> dict[tuple[UUID, date], Standing]:
    """How every day stands of which something was said beyond a check-in, in these bonds and on the member's personal promises."""
    mine = events.c.bond_id.is_(None) & (events.c.member_id == member_id)
    query = select(events).where(or_(events.c.bond_id.in_(list(bond_ids)), mine), events.c.kind.in_(repairs.KINDS)).order_by(events.c.seq)
    by_day: dict[tuple[UUID, date], list[Any]] = {}
    for row in session.execute(query):
        by_day.setdefault((row.promise_id, row.day), []).append(row)
    return {key: repairs.standing(session, rows) for key, rows in by_day.items()}


def drafts(session: Session, member_id: UUID) -> list[Draft]:
    """A member's own drafts."""
    query = select(repair_drafts.c.promise_id, repair_drafts.c.day, repair_drafts.c.words, repair_drafts.c.saved_at)
    rows = session.execute(query.where(repair_drafts.c.member_id == member_id))
    return [Draft(row.promise_id, row.day, repairs.drafted(session, member_id, row.words), row.saved_at) for row in rows]


def spoken(session: Session, bond_ids: Collection[UUID]) -> list[Spoken]:
    """What was said in these bonds' reviews; a moment that was planned there stands among the moments."""
    query = select(*(review_lines.c[name] for name in ("bond_id", "to_on", "member_id", "text", "said_at")))
    rows = session.execute(query.where(review_lines.c.bond_id.in_(list(bond_ids)), review_lines.c.kind != LineKind.MOMENT.value))
    return [Spoken(**sealing.opened_row(session, review_lines, row._mapping)) for row in rows if row.text]


def asked(session: Session, member_id: UUID, bond_ids: Collection[UUID]) -> list[Asked]:
    """What a member asked, and was asked, in these bonds."""
    query = select(*(asks.c[name] for name in ("bond_id", "from_id", "to_id", "text", "counter", "asked_at")))
    mine = or_(asks.c.from_id == member_id, asks.c.to_id == member_id)
    rows = session.execute(query.where(asks.c.bond_id.in_(list(bond_ids)), mine))
    opened = ((row, sealing.opened_row(session, asks, row._mapping)) for row in rows)
    return [Asked(row.from_id, row.to_id, words["text"], words["counter"], row.asked_at) for row, words in opened]
