"""One-time links, which the operator makes for somebody who lost every way in, and who is told of it."""

from datetime import datetime, timedelta
from secrets import token_bytes
from uuid import UUID

from server.db import Session
from server.domain import secrets
from server.domain.errors import NotFoundError
from server.store import ids, links, members
from server.store.links import EntryLink

LASTS = timedelta(hours=24)
TOLD_FOR = timedelta(days=30)


def make_link(session: Session, member_id: UUID, *, now: datetime) -> str:
    """Make a link for a member and return its token."""
    token = secrets.token_of(token_bytes(secrets.TOKEN_BYTES))
    link = EntryLink(ids.new(), members.get(session, member_id).id, now, now + LASTS)
    links.insert(session, link, token_hash=secrets.hash_of(token))
    return token


def redeem(session: Session, token: str, *, now: datetime) -> UUID:
    """Use a link up and return whose it is."""
    member_id = links.use(session, secrets.hash_of(token), now=now)
    if member_id is None:
        raise NotFoundError("This link was used, or it is too old. Ask whoever runs this server for a new one.")
    return member_id


def lately_made(session: Session, member_id: UUID, *, now: datetime) -> list[datetime]:
    """When links were made for a member in the last 30 days, newest first."""
    return links.made_since(session, member_id, now - TOLD_FOR)
