"""What nobody needs any more: spent, ended or expired, and no part of the log."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, or_, select, update

from server.db import Session
from server.db.tables import (
    buckets,
    ceremonies,
    deliveries,
    hand_overs,
    invitations,
    links,
    notices,
    operator_acts,
    push_subscriptions,
    review_seats,
    sessions,
    tokens,
)

Drop = Callable[[Session, datetime, int], int]


def drop_notices(session: Session, before: datetime, limit: int) -> int:
    """Drop notices that expired before an instant, with their deliveries, at most `limit`."""
    return _drop(session, notices, notices.c.expires_at < before, limit)


def drop_subscriptions(session: Session, before: datetime, limit: int) -> int:
    """Drop phones that have taken no notices since an instant."""
    ended_with = exists().where(sessions.c.id == push_subscriptions.c.session_id, _is_over(before))
    on_its_way = exists().where(deliveries.c.subscription_id == push_subscriptions.c.id)
    return _drop(session, push_subscriptions, or_(push_subscriptions.c.ended_at < before, ended_with) & ~on_its_way, limit)


def drop_sessions(session: Session, before: datetime, limit: int) -> int:
    """Drop devices that were signed out, or expired, before an instant."""
    in_use = exists().where(push_subscriptions.c.session_id == sessions.c.id)
    return _drop(session, sessions, _is_over(before) & ~in_use, limit)


def drop_tokens(session: Session, before: datetime, limit: int) -> int:
    """Drop personal tokens that were ended before an instant."""
    return _drop(session, tokens, tokens.c.ended_at < before, limit)


def drop_links(session: Session, before: datetime, limit: int) -> int:
    """Drop one-time links that expired before an instant."""
    return _drop(session, links, links.c.expires_at < before, limit)


def drop_hand_overs(session: Session, before: datetime, limit: int) -> int:
    """Drop accounts on their way to another phone that expired before an instant."""
    return _drop(session, hand_overs, hand_overs.c.expires_at < before, limit)


def drop_operator_acts(session: Session, before: datetime, limit: int) -> int:
    """Drop what was done to accounts before an instant."""
    return _drop(session, operator_acts, operator_acts.c.at < before, limit)


def drop_invitations(session: Session, before: datetime, limit: int) -> int:
    """Drop invitations that expired before an instant."""
    return _drop(session, invitations, invitations.c.expires_at < before, limit)


def drop_ceremonies(session: Session, before: datetime, limit: int) -> int:
    """Drop challenges that nobody answered before an instant."""
    return _drop(session, ceremonies, ceremonies.c.expires_at < before, limit)


def drop_buckets(session: Session, before: datetime, limit: int) -> int:
    """Drop buckets that nobody drew from since an instant: they are full again."""
    return _drop(session, buckets, buckets.c.filled_at < before, limit)


def drop_who_was_here(session: Session, before: datetime, limit: int) -> int:
    """Forget until when somebody was here in a review, where that has passed; they are few, and go at once."""
    return session.execute(update(review_seats).where(review_seats.c.here_until < before).values(here_until=None)).rowcount if limit else 0


def _is_over(before: datetime) -> ColumnElement[bool]:
    return or_(sessions.c.ended_at < before, sessions.c.expires_at < before)


def _drop(session: Session, table: Any, wanted: ColumnElement[bool], limit: int) -> int:
    (key,) = table.primary_key.columns
    chosen = select(key).where(wanted).limit(limit)
    return session.execute(delete(table).where(key.in_(chosen))).rowcount
