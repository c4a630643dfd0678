"""The secret addresses by which calendars outside Weft read, one a member."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update

from server.db import Session, upsert
from server.db.tables import calendars, events

CHANGES = ("changed", "heads_up")


@dataclass(frozen=True, slots=True)
class Calendar:
    """A member's address without its secret: since when it is in use, and what it shows beside their own part of their bonds."""

    member_id: UUID
    made_at: datetime
    has_theirs: bool = False
    has_personal: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """How often a promise was changed since it was made, and when last."""

    count: int
    last_at: datetime


NAMES = tuple(one.name for one in fields(Calendar))
_COLUMNS = [calendars.c[name] for name in NAMES]


def put(session: Session, calendar: Calendar, *, token_hash: bytes) -> None:
    """Write a member's address; the one before is gone."""
    written = upsert(session, calendars, ("member_id",), (*NAMES[1:], "token_hash"))
    session.execute(written, {**asdict(calendar), "token_hash": token_hash})


def choose(session: Session, member_id: UUID, *, has_theirs: bool, has_personal: bool) -> bool:
    """Change what an address shows; False where there is none."""
    changed = update(calendars).where(calendars.c.member_id == member_id)
    return session.execute(changed.values(has_theirs=has_theirs, has_personal=has_personal)).rowcount == 1


def end(session: Session, member_id: UUID) -> None:
    session.execute(delete(calendars).where(calendars.c.member_id == member_id))


def of_member(session: Session, member_id: UUID) -> Calendar | None:
    row = session.execute(select(*_COLUMNS).where(calendars.c.member_id == member_id)).one_or_none()
    return Calendar(*row) if row else None


def by_hash(session: Session, token_hash: bytes) -> Calendar | None:
    """The address whose secret has this hash."""
    row = session.execute(select(*_COLUMNS).where(calendars.c.token_hash == token_hash)).one_or_none()
    return Calendar(*row) if row else None


def changes(session: Session, promise_ids: Collection[UUID]) -> dict[UUID, Changes]:
    """What was changed about promises, or told ahead of one of their days."""
    wanted = events.c.promise_id.in_(list(promise_ids)), events.c.kind.in_(CHANGES)
    query = select(events.c.promise_id, func.count(), func.max(events.c.received_at)).where(*wanted).group_by(events.c.promise_id)
    return {row[0]: Changes(row[1], row[2]) for row in session.execute(query)}
