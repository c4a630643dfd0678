"""Being signed in on a device."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import token_bytes
from uuid import UUID

from server.db import Session
from server.domain import secrets
from server.domain.errors import NotFoundError
from server.store import ids, sessions
from server.store.sessions import Session as Device

LONGEST = timedelta(days=365)
IDLE = timedelta(days=90)
FRESH = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Found:
    """The signed-in device that a cookie belongs to."""

    id: UUID
    member_id: UUID
    seen_on: date
    is_fresh: bool


def begin(session: Session, member_id: UUID, *, device: str, now: datetime) -> str:
    """Sign a member in on a device and return its token; never one that the device brought along."""
    token = secrets.token_of(token_bytes(secrets.TOKEN_BYTES))
    made = Device(ids.new(), member_id, device, now, now.date(), expires_at=now + LONGEST, fresh_until=now + FRESH)
    sessions.insert(session, made, token_hash=secrets.hash_of(token))
    return token


def renew(session: Session, session_id: UUID, *, now: datetime) -> str:
    """Give a device whose member just showed who they are a new token; the old one is dead at once."""
    token = secrets.token_of(token_bytes(secrets.TOKEN_BYTES))
    sessions.renew(session, session_id, token_hash=secrets.hash_of(token), fresh_until=now + FRESH)
    return token


def by_cookie(session: Session, cookie: str, *, now: datetime) -> Found | None:
    """The device that holds this token, unless it has ended."""
    found = sessions.by_hash(session, secrets.hash_of(cookie), now=now, seen_since=seen_since(now))
    if found is None:
        return None
    return Found(found.id, found.member_id, found.seen_on, found.fresh_until is not None and now < found.fresh_until)


def note_seen(session: Session, session_id: UUID, *, now: datetime) -> None:
    """Note the day on which a device was used; nothing finer is kept."""
    sessions.note_seen(session, session_id, now.date())


def devices(session: Session, member_id: UUID, *, now: datetime) -> list[Device]:
    """The devices on which a member is signed in, newest first."""
    return sessions.of_member(session, member_id, now=now, seen_since=seen_since(now))


def still_signed_in(session: Session, session_ids: Collection[UUID], *, now: datetime) -> set[UUID]:
    """Those of these devices that have not ended."""
    return sessions.alive(session, session_ids, now=now, seen_since=seen_since(now))


def end(session: Session, session_id: UUID, *, member_id: UUID, now: datetime) -> None:
    """Sign a member out on one device."""
    if not sessions.end(session, session_id, member_id, now=now):
        raise NotFoundError("That device is not signed in.")


def end_others(session: Session, member_id: UUID, *, but: UUID | None, now: datetime) -> None:
    """Sign a member out everywhere but on this device."""
    sessions.end_others(session, member_id, but=but, now=now)


def seen_since(now: datetime) -> date:
    """The earliest day on which a device that still counts was seen."""
    return (now - IDLE).date()
