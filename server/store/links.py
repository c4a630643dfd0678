"""One-time links that the operator makes for somebody who lost every way in."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from server.db import Session
from server.db import insert as into
from server.db.tables import links


@dataclass(frozen=True, slots=True)
class EntryLink:
    """A link by which a member may come in once."""

    id: UUID
    member_id: UUID
    made_at: datetime
    expires_at: datetime


def insert(session: Session, link: EntryLink, *, token_hash: bytes) -> None:
    session.execute(into(session, links).values(**asdict(link), token_hash=token_hash))


def use(session: Session, token_hash: bytes, *, now: datetime) -> UUID | None:
    """The member whose link this is, which is used up from here on; None where it was, or is too old."""
    usable = (links.c.token_hash == token_hash, links.c.used_at.is_(None), links.c.expires_at > now)
    return session.execute(update(links).where(*usable).values(used_at=now).returning(links.c.member_id)).scalar_one_or_none()
