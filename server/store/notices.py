"""Notices, and their deliveries to phones: claimed, sent by nobody here, settled."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, func, literal, or_, select, true, update

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
    promises,
    push_subscriptions,
)
from server.domain import schedule
from server.domain.notices import Notice, NoticeKind, QuietHours, Subscription
from server.domain.outcomes import Outcome
from server.store import ids, let_goes, push, sealing
from server.store.bound import its_promise, same_day

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
    """A notice on its way to one phone, tried `tries` times with this one; not `is_wanted` when things changed since it was told.

    `due` is how much of its receiver's day still waits for a word.
    """

    id: UUID
    subscription_id: UUID
    tries: int
    notice: Notice
    to: Subscription
    shows_details: bool
    quiet: QuietHours | None
    is_wanted: bool
    due: int


def quiet_hours(session: Session, member_ids: Collection[UUID]) -> dict[UUID, QuietHours]:
    """The quiet hours of those members who have some."""
    rows = session.execute(select(members.c.id, *QUIET).where(members.c.id.in_(member_ids)))
    return {row.id: quiet for row in rows if (quiet := _quiet(row))}


def insert(session: Session, told: Sequence[tuple[Notice, datetime]], *, now: datetime) -> list[UUID]:
    """Write notices, each with the instant before which it may not arrive, and return the ids of those that were not told yet."""
    return _insert(session, [{"id": ids.new(), "made_at": now, "not_before": at, **_row(session, notice)} for notice, at in told])


def insert_for(session: Session, told: Sequence[tuple[Notice, Collection[UUID]]], *, at: datetime, now: datetime) -> None:
    """Write notices, each for some phones only, which may arrive from an instant on; one that was told already stays as it is."""
    phones = {ids.new(): (notice, subscription_ids) for notice, subscription_ids in told}
    rows = [{"id": one, "made_at": now, "not_before": at, **_row(session, notice)} for one, (notice, _) in phones.items()]
    new = _insert(session, rows)
    _insert_deliveries(session, [(one, subscription_id, at) for one in new for subscription_id in phones[one][1]])


def insert_deliveries(session: Session, notice_ids: Sequence[UUID]) -> None:
    """Put these notices in the outbox, once for each live subscription of their members."""
    theirs = push_subscriptions.c.member_id == notices.c.member_id
    query = select(notices.c.id, push_subscriptions.c.id, notices.c.not_before).join(push_subscriptions, theirs)
    _insert_deliveries(session, session.execute(query.where(notices.c.id.in_(notice_ids), push.live())).all())


def claim(session: Session, worker: UUID, *, until: datetime, now: datetime, limit: int) -> list[UUID]:
    """Lease due deliveries to a worker until an instant; whoever else asks in the meantime does not get them."""
    due = and_(deliveries.c.state == written(State.WAITS), deliveries.c.next_at <= now)
    # A plain subquery may run once more for every row on PostgreSQL, each time past the rows that are locked already.
    first = select(deliveries.c.id).where(due).order_by(deliveries.c.next_at).limit(limit).with_for_update(skip_locked=True).cte()
    leased = update(deliveries).where(deliveries.c.id.in_(select(first.c.id)), due)
    taken = leased.values(leased_by=worker, next_at=until, tries=deliveries.c.tries + 1)
    return list(session.scalars(taken.returning(deliveries.c.id)))


def claimed(session: Session, delivery_ids: Collection[UUID], *, now: datetime) -> list[Delivery]:
    """The deliveries with these ids, and whether they are still wanted."""
    phone = push_subscriptions
    columns = (
        phone.c.endpoint,
        phone.c.p256dh,
        phone.c.auth,
        phone.c.shows_details,
        *QUIET,
        members.c.day_start,
        _is_wanted().label("is_wanted"),
    )
    query = (
        select(deliveries, notices, *columns)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .join(members, members.c.id == notices.c.member_id)
        .join(phone, phone.c.id == deliveries.c.subscription_id)
        .outerjoin(bonds, bonds.c.id == notices.c.bond_id)
        .outerjoin(bond_members, and_(bond_members.c.bond_id == notices.c.bond_id, bond_members.c.member_id == notices.c.member_id))
        .outerjoin(occurrences, same_day(notices, occurrences))
    )
    rows = session.execute(query.where(deliveries.c.id.in_(delivery_ids))).all()
    resting = _resting(session, delivery_ids, now)
    due = _due(session, {row.member_id: schedule.local_day(now, row.zone, row.day_start) for row in rows})
    return [_delivery(session, row, is_wanted=bool(row.is_wanted) and row[0] not in resting, due=due[row.member_id]) for row in rows]


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


def drop_about(session: Session, promise_id: UUID, first: date, last: date, subjects: Collection[str]) -> None:
    """Drop all that still waits and is about these days of a promise, or about the milestones of these subjects."""
    of_days = and_(notices.c.promise_id == promise_id, notices.c.day.between(first, last))
    of_milestones = and_(notices.c.kind == NoticeKind.MILESTONE.value, notices.c.subject.in_(subjects))
    about = select(notices.c.id).where(or_(of_days, of_milestones))
    waiting = (deliveries.c.notice_id.in_(about), deliveries.c.state == State.WAITS)
    session.execute(update(deliveries).where(*waiting).values(state=State.DROPPED, leased_by=None))


def notice_of(session: Session, row: Row[Any]) -> Notice:
    """The notice of a row that holds one."""
    about = sealing.opened_document(session, notices.c.about, row.bond_id or row.member_id, row.about)
    return Notice(row.member_id, NoticeKind(row.kind), row.subject, row.expires_at, row.bond_id, row.promise_id, row.day, about)


def written(word: StrEnum) -> ColumnElement[str]:
    """A word that stands in the statement itself: PostgreSQL finds the partial index for it also in a plan that it keeps."""
    return literal(word.value, literal_execute=True)


def _insert(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[UUID]:
    written = into(session, notices).on_conflict_do_nothing(index_elements=["member_id", "kind", "subject"])
    return list(session.scalars(written.returning(notices.c.id), rows)) if rows else []


def _insert_deliveries(session: Session, found: Iterable[Sequence[Any]]) -> None:
    """Of each a notice, a phone, and the instant from which it may arrive."""
    rows = [
        {"id": ids.new(), "notice_id": row[0], "subscription_id": row[1], "next_at": row[2], "state": State.WAITS, "tries": 0}
        for row in found
    ]
    if rows:
        session.execute(into(session, deliveries), rows)


def _due(session: Session, days: Mapping[UUID, date]) -> dict[UUID, int]:
    """How many occurrences of each member that end on that member's day are still pending."""
    counted = (
        select(occurrences.c.member_id, occurrences.c.last_day, func.count())
        .where(occurrences.c.member_id.in_(list(days)), occurrences.c.last_day.in_(set(days.values())))
        .where(occurrences.c.outcome == Outcome.PENDING.value)
        .group_by(occurrences.c.member_id, occurrences.c.last_day)
    )
    found = {(member_id, day): count for member_id, day, count in session.execute(counted)} if days else {}
    return {member_id: found.get((member_id, day), 0) for member_id, day in days.items()}


def _is_wanted() -> ColumnElement[bool]:
    """The phone is still this member's, the bond holds both, the day stands; a reminder's is ahead, and what takes its place finds one."""
    in_bond = and_(bonds.c.closed_at.is_(None), bond_members.c.member_id.is_not(None), bond_members.c.left_at.is_(None))
    return and_(
        push.live(),
        push_subscriptions.c.member_id == notices.c.member_id,
        or_(notices.c.bond_id.is_(None), in_bond),
        let_goes.stands(notices),
        case(
            (notices.c.kind == NoticeKind.REMINDER.value, _is_ahead()),
            (notices.c.kind == NoticeKind.ANSWERED.value, and_(~_is_ahead(), _reminder_arrived())),
            else_=true(),
        ),
    )


def _is_ahead() -> ColumnElement[bool]:
    """Nothing was said of it, also not that it will be later."""
    return and_(occurrences.c.outcome == Outcome.PENDING.value, occurrences.c.told_ahead.is_(False))


def _reminder_arrived() -> ColumnElement[bool]:
    """Whether this very phone was sent the reminder that was answered."""
    first, sent = notices.alias(), deliveries.alias()
    same = and_(same_day(notices, first), first.c.kind == NoticeKind.REMINDER.value)
    query = select(sent.c.id).join(first, first.c.id == sent.c.notice_id)
    here = (sent.c.subscription_id == deliveries.c.subscription_id, sent.c.state == State.SENT.value)
    return query.where(same, *here).correlate(notices, deliveries).exists()


def _resting(session: Session, delivery_ids: Collection[UUID], now: datetime) -> set[UUID]:
    """Which of the deliveries meet a pause of the bond, of their receiver or of the promiser, on the date where that one lives."""
    theirs = or_(pauses.c.bond_id == notices.c.bond_id, pauses.c.member_id.in_((notices.c.member_id, promises.c.member_id)))
    concerned = and_(pauses.c.promise_id.is_(None), theirs)
    query = (
        select(deliveries.c.id, pauses.c.from_on, pauses.c.until_on, func.coalesce(bonds.c.zone, members.c.zone).label("zone"))
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .outerjoin(promises, its_promise(notices))
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


def _row(session: Session, notice: Notice) -> dict[str, Any]:
    return sealing.sealed_row(session, notices, {name: getattr(notice, name) for name in NAMES} | {"kind": notice.kind.value})


def _delivery(session: Session, row: Row[Any], *, is_wanted: bool, due: int) -> Delivery:
    to = Subscription(row.endpoint, row.p256dh, row.auth)
    return Delivery(row[0], row.subscription_id, row.tries, notice_of(session, row), to, row.shows_details, _quiet(row), is_wanted, due)


def _quiet(row: Any) -> QuietHours | None:
    if row.quiet_from is None or row.quiet_until is None:
        return None
    return QuietHours(row.quiet_from, row.quiet_until, row.zone)
