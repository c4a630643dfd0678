"""Passkeys: the public halves."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from server.db import Session
from server.db import insert as into
from server.db.tables import passkeys
from server.store import sealing


@dataclass(frozen=True, slots=True)
class Passkey:
    """A member's passkey; `sign_count` is what its authenticator counted last, 0 where it does not count."""

    id: UUID
    member_id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    made_at: datetime
    used_on: date | None = None


COLUMNS = tuple(passkeys.c[name] for name in Passkey.__slots__)


def insert(session: Session, passkey: Passkey) -> bool:
    """Write a passkey; False where its credential is known already."""
    made = into(session, passkeys).values(**sealing.sealed_row(session, passkeys, asdict(passkey)))
    made = made.on_conflict_do_nothing(index_elements=["credential_id"])
    return session.execute(made.returning(passkeys.c.id)).first() is not None


def by_credential(session: Session, credential_id: bytes) -> Passkey | None:
    row = session.execute(select(*COLUMNS).where(passkeys.c.credential_id == credential_id)).one_or_none()
    return _passkey(session, row) if row else None


def of_member(session: Session, member_id: UUID) -> Sequence[Passkey]:
    """A member's passkeys, oldest first."""
    query = select(*COLUMNS).where(passkeys.c.member_id == member_id).order_by(passkeys.c.made_at, passkeys.c.id)
    return [_passkey(session, row) for row in session.execute(query)]


def note_use(session: Session, passkey_id: UUID, *, sign_count: int, on: date) -> None:
    session.execute(update(passkeys).where(passkeys.c.id == passkey_id).values(sign_count=sign_count, used_on=on))


def remove(session: Session, passkey_id: UUID, member_id: UUID) -> None:
    session.execute(delete(passkeys).where(passkeys.c.id == passkey_id, passkeys.c.member_id == member_id))


def _passkey(session: Session, row: Any) -> Passkey:
    return Passkey(**sealing.opened_row(session, passkeys, row._mapping))
