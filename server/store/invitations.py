"""Invitations into a bond."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update

from server.db import Session, scope
from server.db import insert as into
from server.db.tables import invitations
from server.domain.bonds import Kind


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation without its token; with `bond_id` it leads into a bond that there is already."""

    id: UUID
    inviter_id: UUID
    bond_id: UUID | None
    kind: Kind
    made_at: datetime
    expires_at: datetime


COLUMNS = tuple(invitations.c[name] for name in Invitation.__slots__)


def insert(session: Session, invitation: Invitation, *, token_hash: bytes) -> None:
    values = {name: getattr(invitation, name) for name in Invitation.__slots__} | {"kind": invitation.kind.value}
    session.execute(into(session, invitations).values(**values, token_hash=token_hash))


def by_hash(session: Session, token_hash: bytes, *, now: datetime) -> Invitation | None:
    """The invitation that still stands and whose token has this hash."""
    scope.holding(session, token_hash)
    row = session.execute(select(*COLUMNS).where(invitations.c.token_hash == token_hash, *_stands(now))).one_or_none()
    return _invitation(row) if row else None


def of_member(session: Session, member_id: UUID, *, now: datetime) -> list[Invitation]:
    """A member's own invitations that still stand, newest first."""
    query = select(*COLUMNS).where(invitations.c.inviter_id == member_id, *_stands(now)).order_by(invitations.c.made_at.desc())
    return [_invitation(row) for row in session.execute(query)]


def accept(session: Session, invitation_id: UUID, member_id: UUID, *, now: datetime) -> bool:
    """Use an invitation up; False where somebody was faster, or it was taken back."""
    stands = (invitations.c.id == invitation_id, *_stands(now))
    return session.execute(update(invitations).where(*stands).values(accepted_at=now, accepted_by=member_id)).rowcount == 1


def withdraw(session: Session, invitation_id: UUID, member_id: UUID, *, now: datetime) -> bool:
    """Take a member's own invitation back; False where it is not theirs or does not stand."""
    mine = (invitations.c.id == invitation_id, invitations.c.inviter_id == member_id, *_stands(now))
    return session.execute(update(invitations).where(*mine).values(withdrawn_at=now)).rowcount == 1


def _stands(now: datetime) -> tuple[Any, ...]:
    return invitations.c.accepted_at.is_(None), invitations.c.withdrawn_at.is_(None), invitations.c.expires_at > now


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(**{**row._asdict(), "kind": Kind(row.kind)})
