"""Signed-in devices."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Row, bindparam, select, update

from server.db import Session as Transaction
from server.db import insert as into
from server.db import moved
from server.db.prepared import Prepared
from server.db.tables import sessions
from server.db.types import Instant


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in device; until `fresh_until` it counts as having just shown who it is."""

    id: UUID
    member_id: UUID
    device: str
    made_at: datetime
    seen_on: date
    expires_at: datetime
    fresh_until: datetime | None = None


COLUMNS = tuple(sessions.c[name] for name in Session.__slots__)


def _alive(now: Any, seen_since: Any) -> tuple[Any, ...]:
    return sessions.c.ended_at.is_(None), sessions.c.expires_at > now, sessions.c.seen_on >= seen_since


_STILL = _alive(bindparam("now", None, type_=Instant), bindparam("seen_since", None, type_=Date))
_HASH = bindparam("hash", None, type_=sessions.c.token_hash.type)
_BY_HASH = Prepared(lambda *_: select(*COLUMNS).where(sessions.c.token_hash == _HASH, *_STILL))
_BY_HASHES = select(sessions.c.token_hash, *COLUMNS).where(sessions.c.token_hash.in_(bindparam("hashes", expanding=True)), *_STILL)


def insert(session: Transaction, made: Session, *, token_hash: bytes) -> None:
    session.execute(into(session, sessions).values(**asdict(made), token_hash=token_hash))


def by_hash(session: Transaction, token_hash: bytes, *, now: datetime, seen_since: date) -> Session | None:
    """The device whose token has this hash, unless it was ended, expired or not seen for too long."""
    found = _BY_HASH.rows(session, hash=token_hash, now=now, seen_since=seen_since)
    return Session(*found[0]) if found else None


def by_hashes(session: Transaction, hashes: Collection[bytes], *, now: datetime, seen_since: date) -> dict[bytes, Session]:
    """The devices whose tokens have these hashes, without those that were ended, expired or not seen for too long."""
    asked = {"hashes": list(hashes), "now": now, "seen_since": seen_since}
    return {row[0]: Session(*row[1:]) for row in session.execute(_BY_HASHES, asked)} if hashes else {}


def of_member(session: Transaction, member_id: UUID, *, now: datetime, seen_since: date) -> list[Session]:
    """A member's devices that are signed in, newest first."""
    query = select(*COLUMNS).where(sessions.c.member_id == member_id, *_alive(now, seen_since))
    return [_session(row) for row in session.execute(query.order_by(sessions.c.made_at.desc(), sessions.c.id))]


def alive(session: Transaction, session_ids: Collection[UUID], *, now: datetime, seen_since: date) -> set[UUID]:
    """Those of these devices that are still signed in."""
    query = select(sessions.c.id).where(sessions.c.id.in_(session_ids), *_alive(now, seen_since))
    return set(session.scalars(query)) if session_ids else set()


def renew(session: Transaction, session_id: UUID, *, token_hash: bytes, fresh_until: datetime) -> None:
    """Give a device a new token; the one before it is worth nothing from here on."""
    session.execute(update(sessions).where(sessions.c.id == session_id).values(token_hash=token_hash, fresh_until=fresh_until))


def note_seen(session: Transaction, session_id: UUID, on: date) -> None:
    session.execute(update(sessions).where(sessions.c.id == session_id).values(seen_on=on))


def note_all_seen(session: Transaction, session_ids: Collection[UUID], on: date) -> None:
    """Note the day on which these devices were used."""
    if session_ids:
        session.execute(update(sessions).where(sessions.c.id.in_(session_ids)).values(seen_on=on))


def end(session: Transaction, session_id: UUID, member_id: UUID, *, now: datetime) -> bool:
    """End one of a member's devices; False where it is not theirs or has ended."""
    mine = (sessions.c.id == session_id, sessions.c.member_id == member_id, sessions.c.ended_at.is_(None))
    moved.note(session, [(None, member_id)])
    return session.execute(update(sessions).where(*mine).values(ended_at=now)).rowcount == 1


def end_others(session: Transaction, member_id: UUID, *, but: UUID | None, now: datetime) -> None:
    """End all of a member's devices but one."""
    others = (sessions.c.member_id == member_id, sessions.c.id != but, sessions.c.ended_at.is_(None))
    session.execute(update(sessions).where(*others).values(ended_at=now))
    moved.note(session, [(None, member_id)])


def _session(row: Row[Any]) -> Session:
    return Session(**row._asdict())
