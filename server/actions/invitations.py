"""Asking somebody into a bond, and saying yes."""

from datetime import datetime, timedelta
from secrets import token_bytes
from uuid import UUID

from server.actions import bonds as making
from server.actions import limits
from server.db import Session, scope
from server.domain import secrets
from server.domain.bonds import Kind, kind_of, may_grow
from server.domain.errors import ConflictError, InvalidError, NotFoundError
from server.domain.limits import Limit
from server.store import bonds, ids, invitations, members
from server.store.invitations import Invitation

LASTS = timedelta(hours=72)
ASKING = Limit(20, timedelta(days=1))
GONE = "This invitation was used, taken back, or is too old. Ask for a new one."


def invite(session: Session, member_id: UUID, *, kind: str, now: datetime, bond_id: UUID | None = None) -> tuple[Invitation, str]:
    """Ask somebody into a new bond, or into one that may grow; returns the invitation and its token, which is shown once."""
    limits.take(session, f"invite:{member_id}", ASKING, now=now)
    chosen = _growing(session, member_id, bond_id) if bond_id else kind_of(kind)
    token = secrets.token_of(token_bytes(secrets.TOKEN_BYTES))
    invitation = Invitation(ids.new(), member_id, bond_id, chosen, now, now + LASTS)
    invitations.insert(session, invitation, token_hash=secrets.hash_of(token))
    return invitation, token


def standing(session: Session, member_id: UUID, *, now: datetime) -> list[Invitation]:
    """A member's own invitations that nobody has taken yet, newest first."""
    return invitations.of_member(session, member_id, now=now)


def withdraw(session: Session, invitation_id: UUID, *, member_id: UUID, now: datetime) -> None:
    """Take an invitation back."""
    if not invitations.withdraw(session, invitation_id, member_id, now=now):
        raise NotFoundError("There is no such invitation, or it was taken already.")


def read(session: Session, token: str, *, now: datetime) -> Invitation:
    """The invitation that a token opens, or InvalidError with the one sentence for all that do not stand."""
    found = invitations.by_hash(session, secrets.hash_of(token), now=now)
    if found is None:
        raise InvalidError(GONE, "token")
    return found


def accept(session: Session, token: str, *, member_id: UUID, now: datetime) -> UUID:
    """Say yes, once, and return the bond that it leads into."""
    invitation = read(session, token, now=now)
    if invitation.inviter_id == member_id:
        raise ConflictError("This is your own invitation. It is for somebody else.")
    if not invitations.accept(session, invitation.id, member_id, now=now):
        raise InvalidError(GONE, "token")
    if invitation.bond_id:
        return _join(session, invitation, invitation.bond_id, member_id, now)
    zone = members.get(session, invitation.inviter_id).zone
    pair = (invitation.inviter_id, member_id)
    return making.make(session, ids.new(), kind=invitation.kind, member_ids=pair, zone=zone, now=now).id


def _join(session: Session, invitation: Invitation, bond_id: UUID, member_id: UUID, now: datetime) -> UUID:
    scope.include(session, bond_id)
    bonds.lock(session, [bond_id])
    _growing(session, invitation.inviter_id, bond_id)
    if any(one.id == member_id for one in bonds.members_of(session, bond_id)):
        raise ConflictError("You are in this bond already.")
    bonds.join(session, bond_id, member_id, now=now)
    return bond_id


def _growing(session: Session, member_id: UUID, bond_id: UUID) -> Kind:
    """The kind of a bond that the member is in and that takes more than two."""
    bond = next((one for one in bonds.of_member(session, member_id) if one.id == bond_id), None)
    if bond is None:
        raise NotFoundError("There is no such bond.")
    if not may_grow(bond.kind):
        raise ConflictError("This bond is for two.")
    return bond.kind
