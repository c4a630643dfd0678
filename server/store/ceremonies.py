"""What is kept for a few minutes and used once: the challenges of passkeys, and what waits to be shown."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from server.db import Session
from server.db import insert as into
from server.db.tables import ceremonies
from server.store import sealing


@dataclass(frozen=True, slots=True)
class Ceremony:
    """A challenge and what was asked with it; `kept_aside` waits until it is answered."""

    id: UUID
    purpose: str
    challenge: bytes
    expires_at: datetime
    member_id: UUID | None = None
    kept_aside: dict[str, Any] = field(default_factory=dict)


COLUMNS = tuple(ceremonies.c[name] for name in Ceremony.__slots__)


def insert(session: Session, ceremony: Ceremony) -> None:
    session.execute(into(session, ceremonies), sealing.sealed_row(session, ceremonies, asdict(ceremony)))


def waits(session: Session, ceremony_id: UUID) -> bool:
    return session.execute(select(ceremonies.c.id).where(ceremonies.c.id == ceremony_id)).first() is not None


def take(session: Session, ceremony_id: UUID, *, purpose: str, now: datetime) -> Ceremony | None:
    """The ceremony, which is gone from here on; None where there is none, or it was for something else, or is too old."""
    row = session.execute(delete(ceremonies).where(ceremonies.c.id == ceremony_id).returning(*COLUMNS)).one_or_none()
    if row is None or row.purpose != purpose or row.expires_at <= now:
        return None
    return Ceremony(**sealing.opened_row(session, ceremonies, row._mapping))


def look(session: Session, ceremony_id: UUID, *, purpose: str, now: datetime) -> Ceremony | None:
    """The ceremony, which stays; None where there is none, or it was for something else, or is too old."""
    query = select(*COLUMNS).where(ceremonies.c.id == ceremony_id, ceremonies.c.purpose == purpose, ceremonies.c.expires_at > now)
    row = session.execute(query).one_or_none()
    return Ceremony(**sealing.opened_row(session, ceremonies, row._mapping)) if row else None
