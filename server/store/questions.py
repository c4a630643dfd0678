"""Questions that somebody moved to the page of a week, out of what they kept for themselves."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from server.db import Session, moved
from server.db import insert as into
from server.db.tables import week_questions, weeks
from server.store import sealing


@dataclass(frozen=True, slots=True)
class Question:
    """A question for the first page of a week that ends on `to_on` or later; that is `page_on` once it is there. Its id is the note's."""

    bond_id: UUID
    id: UUID
    member_id: UUID
    to_on: date
    text: str
    moved_at: datetime
    page_on: date | None = None

    @property
    def is_shown(self) -> bool:
        """Whether the page on which it stands is there."""
        return self.page_on is not None


NAMES = Question.__slots__[:-1]
_PAGES = select(func.min(weeks.c.to_on)).where(weeks.c.bond_id == week_questions.c.bond_id, weeks.c.to_on >= week_questions.c.to_on)
_QUERY = select(*(week_questions.c[name] for name in NAMES), _PAGES.scalar_subquery().label("page_on")).order_by(
    week_questions.c.moved_at, week_questions.c.id
)


def put(session: Session, one: Question) -> None:
    values = asdict(one)
    del values["page_on"]
    session.execute(into(session, week_questions).values(**sealing.sealed_row(session, week_questions, values)))
    note(session, one)


def of_week(session: Session, bond_id: UUID, to_on: date) -> list[Question]:
    """What stands on the page of the week that ends on a date, in order."""
    found = _read(session, _QUERY.where(week_questions.c.bond_id == bond_id, week_questions.c.to_on <= to_on))
    return [one for one in found if one.page_on == to_on]


def of_bonds(session: Session, bond_ids: Collection[UUID]) -> list[Question]:
    """What was moved to the weeks of these bonds."""
    return _read(session, _QUERY.where(week_questions.c.bond_id.in_(list(bond_ids))))


def of_member(session: Session, member_id: UUID) -> list[Question]:
    """What a member has moved."""
    return _read(session, _QUERY.where(week_questions.c.member_id == member_id))


def remove(session: Session, one: Question) -> None:
    session.execute(delete(week_questions).where(week_questions.c.bond_id == one.bond_id, week_questions.c.id == one.id))
    note(session, one)


def remove_all(session: Session, member_id: UUID) -> None:
    """Delete all that a member has moved: for who deletes their account."""
    for one in of_member(session, member_id):
        remove(session, one)


def note(session: Session, one: Question) -> None:
    """Let the open pages know: all of the bond's once the page of the week is there, before that only one's own."""
    moved.note(session, [(one.bond_id if one.is_shown else None, one.member_id)])


def _read(session: Session, query: Any) -> list[Question]:
    return [Question(**sealing.opened_row(session, week_questions, row._asdict())) for row in session.execute(query)]
