"""Members and their own settings."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, text
from sqlalchemy import update as change

from server.db import Session, moved
from server.db import insert as into
from server.db.tables import members, stones
from server.domain.errors import NotFoundError
from server.store import sealing


@dataclass(frozen=True, slots=True)
class Member:
    """A person with an account; `appearance` is phone, light or dark, quiet hours are local times."""

    id: UUID
    name: str
    zone: str
    day_start: time
    appearance: str = "phone"
    hides_streaks: bool = False
    quiet_from: time | None = None
    quiet_until: time | None = None


COLUMNS = tuple(members.c[name] for name in Member.__slots__)
_BY_ID = select(*COLUMNS).where(members.c.id == bindparam("the_member"))


def insert(session: Session, member: Member, *, now: datetime) -> None:
    session.execute(into(session, members), sealing.sealed_row(session, members, {**asdict(member), "made_at": now}))


def get(session: Session, member_id: UUID) -> Member:
    """The member; NotFoundError where there is none."""
    row = session.execute(_BY_ID, {"the_member": member_id}).one_or_none()
    if row is None:
        raise NotFoundError("There is no such member.")
    return member_of(session, row)


def count(session: Session) -> int:
    """How many members there are; those who deleted their account are none any more."""
    return session.execute(select(func.count()).where(members.c.id.not_in(select(stones.c.member_id)))).scalar_one()


def lock(session: Session) -> None:
    """Let nobody else make a member until this transaction ends; SQLite has one writer anyway."""
    if session.dialect.name == "postgresql":
        session.execute(text("LOCK TABLE members IN SHARE ROW EXCLUSIVE MODE"))


def lock_one(session: Session, member_id: UUID) -> None:
    """Let nobody else change this member's ways in until the transaction ends."""
    session.execute(select(members.c.id).where(members.c.id == member_id).with_for_update()).one()


def update(session: Session, member_id: UUID, **changes: Any) -> None:
    """Change columns of one member, by name."""
    if "name" in changes:
        changes["name"] = sealing.seal(session, members.c.name, member_id, changes["name"])
    session.execute(change(members).where(members.c.id == member_id).values(**changes))
    moved.note(session, [(None, member_id)])


def member_of(session: Session, row: Sequence[Any]) -> Member:
    """The member in a row that holds COLUMNS."""
    member_id, name, *others = row
    return Member(member_id, sealing.opened(session, members.c.name, member_id, name), *others)
