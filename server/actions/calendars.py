"""The secret address by which a calendar outside Weft reads what is due and planned."""

from datetime import datetime
from secrets import token_bytes
from uuid import UUID

from server.db import Session
from server.domain import secrets
from server.domain.errors import NotFoundError
from server.store import calendars
from server.store.calendars import Calendar


def make(session: Session, member_id: UUID, *, has_theirs: bool, has_personal: bool, now: datetime) -> str:
    """Make a member's address, or a new one in the place of the old, and return its secret, which nothing can show again."""
    secret = secrets.token_of(token_bytes(secrets.TOKEN_BYTES))
    calendars.put(session, Calendar(member_id, now, has_theirs, has_personal), token_hash=secrets.hash_of(secret))
    return secret


def choose(session: Session, member_id: UUID, *, has_theirs: bool, has_personal: bool) -> None:
    """Change what stands in it, under the same address."""
    if not calendars.choose(session, member_id, has_theirs=has_theirs, has_personal=has_personal):
        raise NotFoundError("There is no calendar address yet.")


def end(session: Session, member_id: UUID) -> None:
    """Turn it off; whoever knew the address finds nothing there."""
    calendars.end(session, member_id)
