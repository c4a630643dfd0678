"""Taking notices on a phone, and how."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from server.db import Session
from server.domain.errors import ConflictError, NotFoundError
from server.domain.notices import Subscription
from server.push import addresses, sealing
from server.push.addresses import Service
from server.store import push

NOT_HERE = "That phone does not take notices."


def subscribe(
    session: Session,
    to: Subscription,
    *,
    member_id: UUID,
    session_id: UUID | None,
    replaces: str | None,
    services: Sequence[Service],
    vapid_key: str,
    now: datetime,
) -> UUID:
    """Take notices on a phone; it keeps its owner's choice when its push service gave it a new endpoint in place of another."""
    if not vapid_key:
        raise ConflictError("This server sends nothing to phones.")
    addresses.check(to.endpoint, services)
    sealing.check(to)
    shown = push.end_at(session, replaces, member_id, now=now) if replaces else None
    return push.put(session, to, member_id=member_id, session_id=session_id, vapid_key=vapid_key, shows_details=bool(shown), now=now)


def unsubscribe(session: Session, endpoint: str, *, member_id: UUID, now: datetime) -> None:
    """Take no more notices at an endpoint; one that takes none already is as wished."""
    push.end_at(session, endpoint, member_id, now=now)


def remove(session: Session, subscription_id: UUID, *, member_id: UUID, now: datetime) -> None:
    """Take no more notices on one of one's phones."""
    if not push.end(session, subscription_id, member_id, now=now):
        raise NotFoundError(NOT_HERE)


def show_details(session: Session, subscription_id: UUID, *, member_id: UUID, shows: bool) -> None:
    """Choose whether a phone's notices say more than "Something new"."""
    if not push.show_details(session, subscription_id, member_id, shows=shows):
        raise NotFoundError(NOT_HERE)
