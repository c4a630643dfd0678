"""Accounts on their way to another phone."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, update

from server.db import Session
from server.db import insert as into
from server.db.tables import hand_overs


@dataclass(frozen=True, slots=True)
class HandOver:
    """A hand-over from a member's device; found by the `selector` of its code, proved by the rest of it.

    `device` and `number` are there once another phone has claimed it. With `is_keyed` both phones agree on a key of their own:
    `commitment` came before `their_key`, and `our_key` with its `nonce` after it. `sealed` is for the other phone alone.
    """

    id: UUID
    member_id: UUID
    session_id: UUID
    selector: str
    code_hash: str
    made_at: datetime
    expires_at: datetime
    tries: int = 0
    commitment: bytes | None = None
    device: str | None = None
    number: str | None = None
    is_keyed: bool = False
    their_key: bytes | None = None
    our_key: bytes | None = None
    nonce: bytes | None = None
    confirmed_at: datetime | None = None
    sealed: bytes | None = None
    ended_at: datetime | None = None
    used_at: datetime | None = None


COLUMNS = tuple(hand_overs.c[name] for name in HandOver.__slots__)
UNCLAIMED = (hand_overs.c.claim_hash.is_(None),)
UNCONFIRMED = (hand_overs.c.claim_hash.is_not(None), hand_overs.c.confirmed_at.is_(None))


def insert(session: Session, made: HandOver, *, token_hash: bytes) -> bool:
    """Write a hand-over; False where another stands that is found by the same letters."""
    row = into(session, hand_overs).values(**asdict(made), token_hash=token_hash)
    return session.execute(row.on_conflict_do_nothing(index_elements=["selector"]).returning(hand_overs.c.id)).first() is not None


def drop(session: Session, member_id: UUID) -> None:
    """Forget all of a member's hand-overs: there is one at a time."""
    session.execute(delete(hand_overs).where(hand_overs.c.member_id == member_id))


def by_selector(session: Session, selector: str, *, most: int, now: datetime) -> HandOver | None:
    """The hand-over whose code begins so and that nobody has claimed, with one more try counted; None where there were too many."""
    tried = update(hand_overs).where(hand_overs.c.selector == selector, hand_overs.c.tries < most, *UNCLAIMED, *_stands(now))
    return _one(session.execute(tried.values(tries=hand_overs.c.tries + 1).returning(*COLUMNS)).one_or_none())


def by_token(session: Session, token_hash: bytes, *, most: int, now: datetime) -> HandOver | None:
    """The hand-over whose token has this hash and that nobody has claimed."""
    query = select(*COLUMNS).where(hand_overs.c.token_hash == token_hash, hand_overs.c.tries < most, *UNCLAIMED, *_stands(now))
    return _one(session.execute(query).one_or_none())


def of_session(session: Session, session_id: UUID, *, now: datetime) -> HandOver | None:
    """The hand-over that was begun on this device and has not ended or expired; also one that was just used."""
    query = select(*COLUMNS).where(hand_overs.c.session_id == session_id, hand_overs.c.ended_at.is_(None), hand_overs.c.expires_at > now)
    return _one(session.execute(query.order_by(hand_overs.c.made_at.desc()).limit(1)).one_or_none())


def by_claim(session: Session, claim_hash: bytes, *, now: datetime) -> HandOver | None:
    """The hand-over that another phone has claimed and that still stands."""
    return _one(session.execute(select(*COLUMNS).where(hand_overs.c.claim_hash == claim_hash, *_stands(now))).one_or_none())


def commit(session: Session, hand_over_id: UUID, commitment: bytes) -> bool:
    """Note what the old phone binds itself to; False once somebody has claimed it."""
    return _change(session, hand_over_id, *UNCLAIMED, commitment=commitment)


def claim(session: Session, hand_over_id: UUID, *, claim_hash: bytes, device: str, number: str, has_script: bool, now: datetime) -> bool:
    """Claim it for another phone; False where somebody was faster."""
    both = hand_overs.c.commitment.is_not(None) if has_script else False
    claimed = {"claim_hash": claim_hash, "device": device, "number": number, "is_keyed": both}
    return _change(session, hand_over_id, *UNCLAIMED, *_stands(now), **claimed)


def answer(session: Session, hand_over_id: UUID, their_key: bytes) -> bool:
    """Note the new phone's key, once and after the other has bound itself."""
    once = (hand_overs.c.is_keyed, hand_overs.c.their_key.is_(None))
    return _change(session, hand_over_id, *UNCONFIRMED, *once, their_key=their_key)


def reveal(session: Session, hand_over_id: UUID, *, our_key: bytes, nonce: bytes) -> bool:
    """Note the old phone's key, once and after the new one has sent its own."""
    once = (hand_overs.c.their_key.is_not(None), hand_overs.c.our_key.is_(None))
    return _change(session, hand_over_id, *UNCONFIRMED, *once, our_key=our_key, nonce=nonce)


def confirm(session: Session, hand_over_id: UUID, *, sealed: bytes | None, expires_at: datetime, now: datetime) -> bool:
    """Note that the old phone said yes; False where nobody has claimed it, or its keys are not there yet."""
    ready = or_(~hand_overs.c.is_keyed, hand_overs.c.our_key.is_not(None))
    changes = {"confirmed_at": now, "sealed": sealed, "expires_at": expires_at}
    return _change(session, hand_over_id, *UNCONFIRMED, ready, *_stands(now), **changes)


def end(session: Session, hand_over_id: UUID, *, now: datetime) -> bool:
    """End it, unless it was used."""
    return _change(session, hand_over_id, *_stands(now), ended_at=now)


def use(session: Session, hand_over_id: UUID, *, now: datetime) -> bool:
    """Use a confirmed one up, once; what was sealed in it is gone with that."""
    return _change(session, hand_over_id, hand_overs.c.confirmed_at.is_not(None), *_stands(now), used_at=now, sealed=None)


def _change(session: Session, hand_over_id: UUID, *wanted: ColumnElement[bool], **changes: Any) -> bool:
    return session.execute(update(hand_overs).where(hand_overs.c.id == hand_over_id, *wanted).values(**changes)).rowcount == 1


def _stands(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return hand_overs.c.ended_at.is_(None), hand_overs.c.used_at.is_(None), hand_overs.c.expires_at > now


def _one(row: Any) -> HandOver | None:
    return HandOver(**row._asdict()) if row else None
