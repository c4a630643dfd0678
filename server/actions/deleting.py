"""Deleting an account, and taking away a space that is over."""

from datetime import date, datetime, timedelta
from uuid import UUID

from server.actions import leaving
from server.db import Session
from server.db.erasing import erasing
from server.store import bonds, closings, members
from server.store import erasing as store

STAYS_FOR = timedelta(days=30)
"""How long a space can still be exported by who stayed, from the day on which they first saw that it is closed."""
OF_ANY_ZONE = timedelta(days=2)


def delete(session: Session, member_id: UUID, *, now: datetime) -> None:
    """Take away at once all that is a member's own, and leave a nameless stone in what others have too; nobody is told."""
    members.lock_one(session, member_id)
    for bond in bonds.of_member(session, member_id):
        leaving.leave(session, bond.id, member_id=member_id, now=now)
    with erasing(session, member_id):
        store.words(session, member_id)
        store.own(session, member_id)
    store.stone(session, member_id, now=now)
    store.drop_stones(session)


def is_untold(session: Session, member_id: UUID) -> bool:
    """Whether somebody stayed in a space that is closed and has not seen so yet."""
    return bool(closings.untold(session, member_id))


def tell_closed(session: Session, member_id: UUID, *, today: date) -> None:
    """Note for somebody who stayed in spaces that are closed that they have seen it today; from that day on they can export for 30 days."""
    for bond_id in closings.untold(session, member_id):
        closings.tell(session, bond_id, member_id, on=today)


def exported_until(session: Session, member_id: UUID) -> date | None:
    """The last day on which somebody who stayed can export what is in a closed space; None where there is none, or they were not told."""
    told_on = closings.first_told_on(session, member_id)
    return told_on + STAYS_FOR if told_on else None


def over(session: Session, *, now: datetime, limit: int) -> list[UUID]:
    """Spaces that nobody is in any more, or that closed 30 days ago and nobody who stayed may still export: for jobs."""
    return closings.over(session, closed_before=now - STAYS_FOR, told_before=(now - STAYS_FOR - OF_ANY_ZONE).date(), limit=limit)
