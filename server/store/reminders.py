"""Reminders: of what is ahead, and whom they have reached."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_

from server.db import Session
from server.db.prepared import Many, Prepared, named
from server.db.tables import deliveries, notices, occurrences, promise_terms, promises, push_subscriptions
from server.domain.notices import Notice, NoticeKind
from server.domain.outcomes import Outcome
from server.store import push, sealing
from server.store.bound import bound, its_promise, same_day
from server.store.notices import State, notice_of, written
from server.store.occurrences import Key


@dataclass(frozen=True, slots=True)
class Ahead:
    """An occurrence that nobody was reminded of, with what a reminder says."""

    promise_id: UUID
    day: date
    last_day: date
    bond_id: UUID | None
    member_id: UUID
    due_at: datetime
    settles_at: datetime
    title: str
    made_at: datetime
    due_time: time | None


@dataclass(frozen=True, slots=True)
class Reached:
    """A phone that a reminder was sent to; `session_id` is the device that it signed in as."""

    id: UUID
    endpoint: str
    session_id: UUID | None


NOTICE = named(notices)


def _reached(_: Session, many: Many) -> Any:
    phone = push_subscriptions
    keys, of_keys = many.pairs("keys", notices.c.promise_id, notices.c.day)
    return (
        select(notices, phone.c.id, phone.c.endpoint, phone.c.session_id)
        .select_from(keys.join(notices, of_keys))
        .join(deliveries, deliveries.c.notice_id == notices.c.id)
        .join(phone, and_(phone.c.id == deliveries.c.subscription_id, phone.c.member_id == notices.c.member_id))
        .where(notices.c.kind == NoticeKind.REMINDER.value, deliveries.c.state.in_((State.WAITS.value, State.SENT.value)), push.live())
    )


_REACHED = Prepared(_reached)


def to_remind(
    session: Session, *, now: datetime, timed_until: datetime, others_until: datetime, after: tuple[datetime, UUID] | None, limit: int
) -> list[Ahead]:
    """Pending occurrences still ahead, in order of `due_at`, whose promiser has a phone and was neither reminded of them nor told ahead.

    Those with a due time up to `timed_until`, the others up to `others_until`; `after` is the `due_at` and promise of the last one seen.
    """
    due = occurrences.c
    older = promise_terms.alias()
    latest = select(func.max(older.c.from_on)).where(bound(occurrences, older, promise_id="promise_id"), older.c.from_on <= due.day)
    in_force = and_(bound(occurrences, promise_terms, promise_id="promise_id"), promise_terms.c.from_on == latest.scalar_subquery())
    columns = (due.promise_id, due.day, due.last_day, due.bond_id, due.member_id, due.due_at, due.settles_at)
    query = (
        select(*columns, promises.c.title, promises.c.made_at, promise_terms.c.due_time)
        .join(promises, its_promise(occurrences))
        .join(promise_terms, in_force)
        .where(due.outcome == written(Outcome.PENDING), due.due_at > now, due.due_at <= others_until, due.told_ahead.is_(False))
        .where(or_(promise_terms.c.due_time.is_(None), due.due_at <= timed_until), _has_phone(), ~_was_reminded())
        .order_by(due.due_at, due.promise_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(due.due_at, due.promise_id) > after)
    return [Ahead(**sealing.opened_row(session, promises, row._mapping)) for row in session.execute(query)]


def reached(session: Session, keys: Collection[Key]) -> list[tuple[Key, Notice, list[Reached]]]:
    """The reminders of these occurrences with the live phones of their members that they reached, or may be about to reach."""
    if not keys:
        return []
    found: dict[UUID, tuple[Key, Notice, list[Reached]]] = {}
    for *columns, phone_id, endpoint, session_id in _REACHED.rows(session, keys=set(keys)):
        row = NOTICE(*columns)
        _, _, phones = found.setdefault(row.id, ((row.promise_id, row.day), notice_of(session, row), []))
        phones.append(Reached(phone_id, endpoint, session_id))
    return list(found.values())


def _has_phone() -> ColumnElement[bool]:
    return select(push_subscriptions.c.id).where(push_subscriptions.c.member_id == occurrences.c.member_id, push.live()).exists()


def _was_reminded() -> ColumnElement[bool]:
    """Asked of the promise and its day, which an index holds: a reminder goes to the promiser alone."""
    return select(notices.c.id).where(same_day(occurrences, notices), notices.c.kind == NoticeKind.REMINDER.value).exists()
