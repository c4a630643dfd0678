"""Notices, and their deliveries to phones: claimed, sent by nobody here, settled."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, literal, or_, select, tuple_, update

from server.db import Session
from server.db import insert as into
from server.db.tables import (
    bond_members,
    bonds,
    deliveries,
    members,
    notices,
    occurrences,
    pauses,
    promise_terms,
    promises,
    push_subscriptions,
)
from server.domain import schedule
from server.domain.notices import Notice, NoticeKind, QuietHours, Subscription
from server.domain.outcomes import Outcome
from server.store import ids, push

NAMES = tuple(one.name for one in fields(Notice))
QUIET = (members.c.quiet_from, members.c.quiet_until, members.c.zone)


class State(StrEnum):
    """Where a delivery stands; all but the first are the end of it."""

    WAITS = "waits"
    SENT = "sent"
    DROPPED = "dropped"
    GAVE_UP = "gave_up"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice on its way to one phone, tried `tries` times with this one; not `is_wanted` when things changed since it was told."""

    id: UUID
    subscription_id: UUID
    tries: int
    notice: Notice
    to: Subscription
    shows_details: bool
    quiet: QuietHours | None
    is_wanted: bool


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


def quiet_hours(session: Session, member_ids: Collection[UUID]) -> dict[UUID, QuietHours]:
    """The quiet hours of those members who have some."""
    rows = session.execute(select(members.c.id, *QUIET).where(members.c.id.in_(member_ids)))
    return {row.id: quiet for row in rows if (quiet := _quiet(row))}


def insert(session: Session, told: Sequence[tuple[Notice, datetime]], *, now: datetime) -> list[UUID]:
    """Write notices, each with the instant before which it may not arrive, and return the ids of those that were not told yet."""
    rows = [{"id": ids.new(), "made_at": now, "not_before": at, **_row(notice)} for notice, at in told]
    written = into(session, notices).on_conflict_do_nothing(index_elements=["member_id", "kind", "subject"])
    return list(session.scalars(written.returning(notices.c.id), rows)) if rows else []


def insert_deliveries(session: Session, notice_ids: Sequence[UUID]) -> None:
    """Put these notices in the outbox, once for each live subscription of their members."""
    theirs = push_subscriptions.c.member_id == notices.c.member_id
    query = select(notices.c.id, push_subscriptions.c.id, notices.c.not_before).join(push_subscriptions, theirs)
    found = session.execute(query.where(notices.c.id.in_(notice_ids), push.live())).all()
    rows = [
        {"id": ids.new(), "notice_id": row[0], "subscription_id": row[1], "next_at": row[2], "state": State.WAITS, "tries": 0}
        for row in found
    ]
    if rows:
        session.execute(into(session, deliveries), rows)


def claim(session: Session, worker: UUID, *, until: datetime, now: datetime, limit: int) -> list[UUID]:
    """Lease due deliveries to a worker until an instant; whoever else asks in the meantime does not get them."""
    due = and_(deliveries.c.state == _written(State.WAITS), deliveries.c.next_at <= now)
    # A plain subquery may run once more for every row on PostgreSQL, each time past the rows that are locked already.
    first = select(deliveries.c.id).where(due).order_by(deliveries.c.next_at).limit(limit).with_for_update(skip_locked=True).cte()
    leased = update(deliveries).where(deliveries.c.id.in_(select(first.c.id)), due)
    taken = leased.values(leased_by=worker, next_at=until, tries=deliveries.c.tries + 1)
    return list(session.scalars(taken.returning(deliveries.c.id)))


def claimed(session: Session, delivery_ids: Collection[UUID], *, now: datetime) -> list[Delivery]:
    """The deliveries with these ids, and whether they are still wanted."""
    phone = push_subscriptions
    columns = (phone.c.endpoint, phone.c.p256dh, phone.c.auth, phone.c.shows_details, *QUIET, _is_wanted().label("is_wanted"))
    query = (
        select(deliveries, notices, *columns)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .join(members, members.c.id == notices.c.member_id)
        .join(phone, phone.c.id == deliveries.c.subscription_id)
        .outerjoin(bonds, bonds.c.id == notices.c.bond_id)
        .outerjoin(bond_members, and_(bond_members.c.bond_id == notices.c.bond_id, bond_members.c.member_id == notices.c.member_id))
        .outerjoin(occurrences, and_(occurrences.c.promise_id == notices.c.promise_id, occurrences.c.day == notices.c.day))
    )
    rows = session.execute(query.where(deliveries.c.id.in_(delivery_ids))).all()
    resting = _resting(session, delivery_ids, now)
    return [_delivery(row, is_wanted=bool(row.is_wanted) and row[0] not in resting) for row in rows]


def finish(session: Session, worker: UUID, delivery_ids: Collection[UUID], state: State) -> None:
    """End deliveries that are still this worker's."""
    mine = (deliveries.c.id.in_(delivery_ids), deliveries.c.leased_by == worker)
    if delivery_ids:
        session.execute(update(deliveries).where(*mine).values(state=state, leased_by=None))


def put_off(session: Session, worker: UUID, until: Mapping[UUID, tuple[datetime, int]]) -> None:
    """Let deliveries that are still this worker's wait, each until its instant and with the tries that count."""
    mine = (deliveries.c.id == bindparam("delivery"), deliveries.c.leased_by == worker)
    later = update(deliveries).where(*mine).values(next_at=bindparam("at"), tries=bindparam("counted"), leased_by=None)
    if until:
        session.execute(later, [{"delivery": one, "at": at, "counted": counted} for one, (at, counted) in until.items()])


def drop_for(session: Session, subscription_ids: Collection[UUID]) -> None:
    """Drop all that still waits for phones that no longer take notices."""
    waiting = (deliveries.c.subscription_id.in_(subscription_ids), deliveries.c.state == State.WAITS)
    session.execute(update(deliveries).where(*waiting).values(state=State.DROPPED, leased_by=None))


def to_remind(
    session: Session, *, now: datetime, timed_until: datetime, others_until: datetime, after: tuple[datetime, UUID] | None, limit: int
) -> list[Ahead]:
    """Pending occurrences still ahead, in order of `due_at`, whose promiser has a phone and was neither reminded of them nor told ahead.

    Those with a due time up to `timed_until`, the others up to `others_until`; `after` is the `due_at` and promise of the last one seen.
    """
    due = occurrences.c
    older = promise_terms.alias()
    latest = select(func.max(older.c.from_on)).where(older.c.promise_id == due.promise_id, older.c.from_on <= due.day)
    in_force = and_(promise_terms.c.promise_id == due.promise_id, promise_terms.c.from_on == latest.scalar_subquery())
    columns = (due.promise_id, due.day, due.last_day, due.bond_id, due.member_id, due.due_at, due.settles_at)
    query = (
        select(*columns, promises.c.title, promises.c.made_at, promise_terms.c.due_time)
        .join(promises, promises.c.id == due.promise_id)
        .join(promise_terms, in_force)
        .where(due.outcome == _written(Outcome.PENDING), due.due_at > now, due.due_at <= others_until, due.told_ahead.is_(False))
        .where(or_(promise_terms.c.due_time.is_(None), due.due_at <= timed_until), _has_phone(), ~_was_reminded())
        .order_by(due.due_at, due.promise_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(due.due_at, due.promise_id) > after)
    return [Ahead(**row._asdict()) for row in session.execute(query)]


def _written(word: StrEnum) -> ColumnElement[str]:
    """A word that stands in the statement itself: PostgreSQL finds the partial index for it also in a plan that it keeps."""
    return literal(word.value, literal_execute=True)


def _has_phone() -> ColumnElement[bool]:
    return select(push_subscriptions.c.id).where(push_subscriptions.c.member_id == occurrences.c.member_id, push.live()).exists()


def _was_reminded() -> ColumnElement[bool]:
    """Asked of the promise and its day, which an index holds: a reminder goes to the promiser alone."""
    same = and_(notices.c.promise_id == occurrences.c.promise_id, notices.c.day == occurrences.c.day)
    return select(notices.c.id).where(same, notices.c.kind == NoticeKind.REMINDER.value).exists()


def _is_wanted() -> ColumnElement[bool]:
    """The phone is still this member's, the bond still holds both, and what a reminder is of is still ahead."""
    in_bond = and_(bonds.c.closed_at.is_(None), bond_members.c.member_id.is_not(None), bond_members.c.left_at.is_(None))
    return and_(
        push.live(),
        push_subscriptions.c.member_id == notices.c.member_id,
        or_(notices.c.bond_id.is_(None), in_bond),
        or_(notices.c.kind != NoticeKind.REMINDER.value, occurrences.c.outcome == Outcome.PENDING.value),
    )


def _resting(session: Session, delivery_ids: Collection[UUID], now: datetime) -> set[UUID]:
    """Which of the deliveries meet a pause of the bond, of their receiver or of the promiser, on the date where that one lives."""
    concerned = or_(pauses.c.bond_id == notices.c.bond_id, pauses.c.member_id.in_((notices.c.member_id, promises.c.member_id)))
    query = (
        select(deliveries.c.id, pauses.c.from_on, pauses.c.until_on, func.coalesce(bonds.c.zone, members.c.zone).label("zone"))
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .outerjoin(promises, promises.c.id == notices.c.promise_id)
        .join(pauses, concerned)
        .outerjoin(bonds, bonds.c.id == pauses.c.bond_id)
        .outerjoin(members, members.c.id == pauses.c.member_id)
        .where(deliveries.c.id.in_(delivery_ids), *_about_now(now))
    )
    return {row.id for row in session.execute(query) if row.from_on <= now.astimezone(schedule.zone_of(row.zone)).date() <= row.until_on}


def _about_now(now: datetime) -> Iterable[ColumnElement[bool]]:
    """No date on earth is more than one day from that of UTC."""
    day = timedelta(days=1)
    return pauses.c.from_on <= now.date() + day, pauses.c.until_on >= now.date() - day


def _row(notice: Notice) -> dict[str, Any]:
    return {name: getattr(notice, name) for name in NAMES} | {"kind": notice.kind.value, "about": dict(notice.about)}


def _delivery(row: Row[Any], *, is_wanted: bool) -> Delivery:
    notice = Notice(row.member_id, NoticeKind(row.kind), row.subject, row.expires_at, row.bond_id, row.promise_id, row.day, row.about)
    to = Subscription(row.endpoint, row.p256dh, row.auth)
    return Delivery(row[0], row.subscription_id, row.tries, notice, to, row.shows_details, _quiet(row), is_wanted)


def _quiet(row: Any) -> QuietHours | None:
    if row.quiet_from is None or row.quiet_until is None:
        return None
    return QuietHours(row.quiet_from, row.quiet_until, row.zone)
