"""One-time links, which the operator makes for somebody who lost every way in, and who is told of it."""

from datetime import datetime, timedelta
from secrets import token_bytes
from uuid import UUID

from server.actions import operating
from server.actions.operating import Act
from server.db import Session
from server.domain import secrets
from server.domain.errors import NotFoundError
from server.store import erasing, ids, links, members
from server.store.links import EntryLink

LASTS = timedelta(hours=24)


def make_link(session: Session, member_id: UUID, *, now: datetime) -> str:
    """Make a link for a member and return its token."""
    if erasing.is_stone(session, member_id):
        raise NotFoundError("There is no such member.")
    token = secrets.token_of(token_bytes(secrets.TOKEN_BYTES))
    link = EntryLink(ids.new(), members.get(session, member_id).id, now, now + LASTS)
    links.insert(session, link, token_hash=secrets.hash_of(token))
    operating.note(session, member_id, Act.LINK, now=now)
    return token


def redeem(session: Session, token: str, *, now: datetime) -> UUID:
    """Use a link up and return whose it is."""
    member_id = links.use(session, secrets.hash_of(token), now=now)
    if member_id is None:
        raise NotFoundError("This link was used, or it is too old. Ask whoever runs this server for a new one.")
    return member_id
