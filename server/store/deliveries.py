"""Notices on their way to phones: claimed, sent by nobody here, ended. A statement is made once, and a batch is one of each."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Row, and_, bindparam, case, func, or_, select, true, update, values

from server.db import Session
from server.db.sealing import UnsealedError
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
from server.store import let_goes, push, sealing
from server.store.bound import its_promise, same_day
from server.store.notices import NAMES, QUIET, State, quiet_of, written

IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice on its way to one phone, tried `tries` times with this one; not `is_wanted` when things changed since it was told.

    `due` is how much of its receiver's day still waits for a word. Where the phone shows no details, the notice holds none.
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


def claim(session: Session, worker: UUID, *, until: datetime, now: datetime, limit: int) -> list[UUID]:
    """Lease due deliveries to a worker until an instant; whoever else asks in the meantime does not get them."""
    return list(session.scalars(_claiming(), {"worker": worker, "until": until, "now": now, "most": limit}))


def claimed(session: Session, delivery_ids: Collection[UUID], *, now: datetime) -> list[Delivery]:
    """The deliveries with these ids, and whether they are still wanted."""
    rows = session.execute(_reading(), {"ids": list(delivery_ids)}).all()
    resting = _resting(session, rows, now)
    due = _due(session, {row.member_id: row for row in rows}, now)
    return [
        _delivery(session, row, is_wanted=bool(row.is_wanted) and resting.isdisjoint(_concerned(row)), due=due.get(row.member_id, 0))
        for row in rows
    ]


def finish(session: Session, worker: UUID, delivery_ids: Collection[UUID], state: State) -> None:
    """End deliveries that are still this worker's."""
    if delivery_ids:
        session.execute(_ending(), {"ids": list(delivery_ids), "worker": worker, "end": state.value})


def put_off(session: Session, worker: UUID, until: Mapping[UUID, tuple[datetime, int]]) -> None:
    """Let deliveries that are still this worker's wait, each until its instant and with the tries that count."""
    if until:
        rows = [(one, at, tries) for one, (at, tries) in until.items()]
        later = values(deliveries.c.id, deliveries.c.next_at, deliveries.c.tries, name="later").data(rows).cte("later")
        mine = (deliveries.c.id == later.c.id, deliveries.c.leased_by == worker)
        session.execute(update(deliveries).where(*mine).values(next_at=later.c.next_at, tries=later.c.tries, leased_by=None))


def drop_for(session: Session, subscription_ids: Collection[UUID]) -> None:
    """Drop all that still waits for phones that no longer take notices."""
    waiting = (deliveries.c.subscription_id.in_(subscription_ids), deliveries.c.state == State.WAITS)
    session.execute(update(deliveries).where(*waiting).values(state=State.DROPPED, leased_by=None))


@cache
def _claiming() -> Any:
    due = and_(deliveries.c.state == written(State.WAITS), deliveries.c.next_at <= bindparam("now"))
    # A plain subquery may run once more for every row on PostgreSQL, each time past the rows that are locked already.
    first = select(deliveries.c.id).where(due).order_by(deliveries.c.next_at).limit(bindparam("most")).with_for_update(skip_locked=True)
    leased = update(deliveries).where(deliveries.c.id.in_(select(first.cte().c.id)), due)
    taken = leased.values(leased_by=bindparam("worker"), next_at=bindparam("until"), tries=deliveries.c.tries + 1)
    return taken.returning(deliveries.c.id)


@cache
def _reading() -> Any:
    """No id is read twice, and no instant that nobody asks for: to make Python's own of a row costs more than to find it."""
    phone = push_subscriptions
    columns = (
        deliveries.c.id,
        deliveries.c.subscription_id,
        deliveries.c.tries,
        *(notices.c[name] for name in NAMES),
        phone.c.endpoint,
        phone.c.p256dh,
        phone.c.auth,
        phone.c.shows_details,
        *QUIET,
        members.c.day_start,
        promises.c.member_id.label("promiser_id"),
        _is_wanted().label("is_wanted"),
    )
    return (
        select(*columns)
        .join_from(deliveries, notices, notices.c.id == deliveries.c.notice_id)
        .join(members, members.c.id == notices.c.member_id)
        .join(phone, phone.c.id == deliveries.c.subscription_id)
        .outerjoin(promises, its_promise(notices))
        .outerjoin(bonds, bonds.c.id == notices.c.bond_id)
        .outerjoin(bond_members, and_(bond_members.c.bond_id == notices.c.bond_id, bond_members.c.member_id == notices.c.member_id))
        .outerjoin(occurrences, same_day(notices, occurrences))
        .where(deliveries.c.id.in_(IDS))
    )


@cache
def _ending() -> Any:
    mine = (deliveries.c.id.in_(IDS), deliveries.c.leased_by == bindparam("worker"))
    return update(deliveries).where(*mine).values(state=bindparam("end"), leased_by=None)


def _due(session: Session, people: Mapping[UUID, Row[Any]], now: datetime) -> dict[UUID, int]:
    """How many occurrences of each member that end on that member's day are still pending."""
    local = {(one.zone, one.day_start): schedule.local_day(now, one.zone, one.day_start) for one in people.values()}
    days = {member_id: local[one.zone, one.day_start] for member_id, one in people.items()}
    counted = session.execute(_counting(), {"ids": list(days), "days": list(set(days.values()))}) if days else ()
    return {member_id: count for member_id, day, count in counted if day == days[member_id]}


@cache
def _counting() -> Any:
    return (
        select(occurrences.c.member_id, occurrences.c.last_day, func.count())
        .where(occurrences.c.member_id.in_(IDS), occurrences.c.last_day.in_(bindparam("days", expanding=True)))
        .where(occurrences.c.outcome == Outcome.PENDING.value)
        .group_by(occurrences.c.member_id, occurrences.c.last_day)
    )


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


def _resting(session: Session, rows: Collection[Row[Any]], now: datetime) -> set[UUID | None]:
    """Which bonds and members of these deliveries are in a pause, on the date where they live."""
    members_met = {one for row in rows for one in (row.member_id, row.promiser_id) if one}
    met = {"ids": list(members_met), "bond_ids": list({row.bond_id for row in rows if row.bond_id})}
    # No date on earth is more than one day from that of UTC.
    found: Iterable[Any] = session.execute(_pausing(), {**met, "latest": now.date() + DAY, "earliest": now.date() - DAY})
    return {one.bond_id or one.member_id for one in found if one.from_on <= _date(now, one.zone) <= one.until_on}


@cache
def _pausing() -> Any:
    theirs = or_(pauses.c.bond_id.in_(bindparam("bond_ids", expanding=True)), pauses.c.member_id.in_(IDS))
    return (
        select(pauses.c.bond_id, pauses.c.member_id, pauses.c.from_on, pauses.c.until_on)
        .add_columns(func.coalesce(bonds.c.zone, members.c.zone).label("zone"))
        .outerjoin(bonds, bonds.c.id == pauses.c.bond_id)
        .outerjoin(members, members.c.id == pauses.c.member_id)
        .where(pauses.c.promise_id.is_(None), theirs)
        .where(pauses.c.from_on <= bindparam("latest"), pauses.c.until_on >= bindparam("earliest"))
    )


def _concerned(row: Row[Any]) -> tuple[UUID | None, ...]:
    """Whose pause a delivery meets: the bond's, its receiver's, the promiser's."""
    return row.bond_id, row.member_id, row.promiser_id


def _date(now: datetime, zone: str) -> date:
    return now.astimezone(schedule.zone_of(zone)).date()


def _delivery(session: Session, row: Row[Any], *, is_wanted: bool, due: int) -> Delivery:
    notice, shows_details = _notice(session, row)
    to = Subscription(row.endpoint, row.p256dh, row.auth)
    return Delivery(row.id, row.subscription_id, row.tries, notice, to, shows_details, quiet_of(row), is_wanted, due)


def _notice(session: Session, row: Row[Any]) -> tuple[Notice, bool]:
    """The notice, and whether it shows details: words that are not shown stay sealed, and those that do not open hold up no other."""
    column, shows_details = notices.c.about, row.shows_details
    about = sealing.plain_of(column, row.about)
    if shows_details:
        try:
            about = sealing.opened_document(session, column, row.bond_id or row.member_id, row.about)
        except UnsealedError:
            shows_details = False
    kind = NoticeKind(row.kind)
    return Notice(row.member_id, kind, row.subject, row.expires_at, row.bond_id, row.promise_id, row.day, about), shows_details
