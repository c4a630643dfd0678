"""Phones that take notices."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, select, update

from server.db import Session
from server.db import insert as into
from server.db.tables import push_subscriptions as subscriptions
from server.db.tables import sessions
from server.domain.notices import Subscription
from server.store import ids


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone as its owner sees it; `session_id` is the device that it signed in as."""

    id: UUID
    session_id: UUID | None
    device: str | None
    shows_details: bool
    made_at: datetime


def live() -> ColumnElement[bool]:
    """Whether a subscription still takes notices: not ended, nor the device that made it."""
    ended = select(sessions.c.id).where(sessions.c.id == subscriptions.c.session_id, sessions.c.ended_at.is_not(None))
    return subscriptions.c.ended_at.is_(None) & ~ended.correlate(subscriptions).exists()


def of_member(session: Session, member_id: UUID) -> list[Phone]:
    """A member's phones that take notices, oldest first."""
    columns = (subscriptions.c.id, subscriptions.c.session_id, sessions.c.device, subscriptions.c.shows_details, subscriptions.c.made_at)
    query = select(*columns).outerjoin(sessions, sessions.c.id == subscriptions.c.session_id)
    mine = query.where(subscriptions.c.member_id == member_id, live()).order_by(subscriptions.c.made_at, subscriptions.c.id)
    return [Phone(*row) for row in session.execute(mine)]


def keys_in_use(session: Session) -> set[str]:
    """The public keys that live subscriptions were made for."""
    return set(session.scalars(select(subscriptions.c.vapid_key).where(live()).distinct()))


def put(
    session: Session, to: Subscription, *, member_id: UUID, session_id: UUID | None, vapid_key: str, shows_details: bool, now: datetime
) -> UUID:
    """Write a subscription and return its id; an endpoint known already moves to this member, and a choice of its owner's stays."""
    row: dict[str, Any] = {
        **asdict(to),
        "endpoint_hash": _hash(to.endpoint),
        "member_id": member_id,
        "session_id": session_id,
        "vapid_key": vapid_key,
        "shows_details": shows_details,
        "made_at": now,
    }
    written = into(session, subscriptions).values(id=ids.new(), **row)
    stays = case((subscriptions.c.member_id == member_id, subscriptions.c.shows_details), else_=shows_details)
    again = {**row, "shows_details": stays, "ended_at": None}
    upserted = written.on_conflict_do_update(index_elements=["endpoint_hash"], set_=again).returning(subscriptions.c.id)
    chosen: UUID = session.execute(upserted).scalar_one()
    return chosen


def end_at(session: Session, endpoint: str, member_id: UUID, *, now: datetime) -> bool | None:
    """End a member's subscription at an endpoint and return whether it showed details; None where there is none."""
    mine = (subscriptions.c.endpoint_hash == _hash(endpoint), subscriptions.c.member_id == member_id, subscriptions.c.ended_at.is_(None))
    ended = update(subscriptions).where(*mine).values(ended_at=now).returning(subscriptions.c.shows_details)
    return session.execute(ended).scalar_one_or_none()


def end(session: Session, subscription_id: UUID, member_id: UUID, *, now: datetime) -> bool:
    """End a member's subscription; False where it is not theirs or has ended."""
    mine = (subscriptions.c.id == subscription_id, subscriptions.c.member_id == member_id, subscriptions.c.ended_at.is_(None))
    return session.execute(update(subscriptions).where(*mine).values(ended_at=now)).rowcount == 1


def end_many(session: Session, subscription_ids: Collection[UUID], *, now: datetime) -> None:
    """End subscriptions that their push service has forgotten."""
    session.execute(update(subscriptions).where(subscriptions.c.id.in_(subscription_ids)).values(ended_at=now))


def show_details(session: Session, subscription_id: UUID, member_id: UUID, *, shows: bool) -> bool:
    """Note whether a member's phone shows details; False where it is not theirs or has ended."""
    mine = (subscriptions.c.id == subscription_id, subscriptions.c.member_id == member_id, subscriptions.c.ended_at.is_(None))
    return session.execute(update(subscriptions).where(*mine).values(shows_details=shows)).rowcount == 1


def _hash(endpoint: str) -> bytes:
    return sha256(endpoint.encode()).digest()
