"""Making a bond, and leaving it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from server.db import Session
from server.domain import weeks
from server.domain.bonds import kind_of
from server.domain.errors import NotFoundError
from server.domain.weeks import Review
from server.store import bonds
from server.store.bonds import Bond

SUNDAY_EVENING = Review()


def make(
    session: Session, bond_id: UUID, *, kind: str, member_ids: Sequence[UUID], zone: str, now: datetime, review: Review = SUNDAY_EVENING
) -> Bond:
    """Make a bond of these members, each on the strand of their place; the review's moment is in the bond's zone."""
    review = replace(review, zone=zone)
    first = weeks.first_review(review, now)
    bond = Bond(bond_id, kind_of(kind), review, made_at=now, next_review_on=first, next_review_at=weeks.moment(review, first))
    bonds.insert(session, bond)
    for member_id in member_ids:
        bonds.join(session, bond_id, member_id, now=now)
    return bond


def leave(session: Session, bond_id: UUID, *, member_id: UUID, now: datetime) -> None:
    """Leave a bond, at once and without a reason; where one member stays alone it is closed."""
    bonds.lock(session, [bond_id])
    if not bonds.leave(session, bond_id, member_id, now=now):
        raise NotFoundError("There is no such bond.")
    if len(bonds.members_of(session, bond_id)) < 2:
        bonds.update(session, bond_id, closed_at=now)
