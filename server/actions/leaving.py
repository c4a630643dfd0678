"""Leaving a bond."""

from datetime import datetime
from uuid import UUID

from server.actions import bonds, invitations, promises
from server.db import Session
from server.store import bonds as bond_store
from server.store import promises as promise_store

PAIR = 2


def leave(session: Session, bond_id: UUID, *, member_id: UUID, now: datetime) -> None:
    """Leave a bond at once, without a reason and without a word to anybody.

    What one promised in it ends with the day that runs; where the bond closes with it, so does what the other promised.
    """
    bond_store.lock(session, [bond_id])
    closes = len(bond_store.members_of(session, bond_id)) <= PAIR
    for promise in promise_store.of_bond(session, bond_id):
        if promise.plan.released_on is None and (closes or promise.member_id == member_id):
            promises.release(session, promise.id, member_id=promise.member_id, now=now)
    for invitation in invitations.standing(session, member_id, now=now):
        if invitation.bond_id == bond_id:
            invitations.withdraw(session, invitation.id, member_id=member_id, now=now)
    bonds.leave(session, bond_id, member_id=member_id, now=now)
