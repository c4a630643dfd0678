"""The same work as it is usually done: a mapped class a table, one row after the other, each in a transaction of its own."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session, registry

from server.actions import folding, summaries
from server.actions.folding import Tail
from server.db import Database, scope, tables
from server.domain import notices as wording
from server.domain import outcomes, schedule, streaks, weaves, weeks
from server.domain.schedule import Plan, Terms
from server.domain.streaks import unpacked
from server.domain.weeks import COUNTED, Review, Week
from server.store import events, ids, sealing
from server.store.bonds import Bond
from server.store.folds import STREAK, BondDay, StreakRow
from server.store.occurrences import NAMES, Row
from server.store.weeks import Sums

_mapped = registry()


def _class_of(table: Table) -> Any:
    made = type(table.name, (), {})
    _mapped.map_imperatively(made, table)
    return made


Occurrence, Streak, Promise, PromiseTerms, Said, Member, Seat, Day, Weave, Stitches, BondOf, WeekOf, Told, Phone, Delivery, LetGo = (
    _class_of(one)
    for one in (
        tables.occurrences,
        tables.streaks,
        tables.promises,
        tables.promise_terms,
        tables.events,
        tables.members,
        tables.bond_members,
        tables.bond_days,
        tables.weaves,
        tables.stitches,
        tables.bonds,
        tables.weeks,
        tables.notices,
        tables.push_subscriptions,
        tables.deliveries,
        tables.let_goes,
    )
)


@contextmanager
def _one(database: Database) -> Iterator[Session]:
    """A transaction for one row."""
    with Session(database.writer.execution_options(**{scope.OPTION: scope.EVERYTHING})) as session, session.begin():
        yield session


def settle(database: Database, now: datetime, most: int) -> int:
    """Settle so many of the occurrences that turn by now, one after the other, taken evenly from all of them."""
    with _one(database) as session:
        turning = select(Occurrence.promise_id, Occurrence.day).where(Occurrence.changes_at <= now).order_by(Occurrence.changes_at)
        found = session.execute(turning).all()
    some = found[:: max(1, len(found) // most)]
    for promise_id, day in some:
        with _one(database) as session:
            _settle(session, promise_id, day, now)
    return len(some)


def _settle(session: Session, promise_id: UUID, day: date, now: datetime) -> None:
    session.execute(select(BondOf).join(Promise, Promise.bond_id == BondOf.id).where(Promise.id == promise_id).with_for_update())
    row = session.get_one(Occurrence, (promise_id, day))
    promise = session.get_one(Promise, promise_id)
    plan = _plan(session, promise)
    occurrence = schedule.named(plan, day)
    assert occurrence
    words = session.scalars(select(Said).where(Said.promise_id == promise_id, Said.day == day).order_by(Said.seq))
    said = [events.said(events.event_of(session.connection(), one), promise.member_id) for one in words if one.kind in events.CHECK_INS]
    closes = now >= row.settles_at + schedule.CLOSES_AFTER
    active = closes and _was_active(session, row)
    found = outcomes.judge(occurrence, said, now, paused=False, was_active=active)
    before = _row(row)
    row.outcome, row.value, row.changes_at = found.outcome.value, found.value, found.changes_at
    if before.stitch.effect is _row(row).stitch.effect:
        _touch(session, before, now)
    else:
        _fold(session, before, _row(row), streaks.half_life(plan, schedule.day_of(plan, now)), now)


def _plan(session: Session, promise: Any) -> Plan:
    found = session.scalars(select(PromiseTerms).where(PromiseTerms.promise_id == promise.id))
    agreed = [
        Terms(one.from_on, one.rule, one.zone, one.day_start, one.times, one.due_time, timedelta(minutes=one.grace_minutes))
        for one in found
    ]
    return schedule.plan_of(promise.starts_on, agreed, promise.released_on)


def _was_active(session: Session, row: Any) -> bool:
    seats = select(Seat.member_id).where(Seat.bond_id == row.bond_id)
    since = row.settles_at - outcomes.DORMANT_AFTER
    query = select(Said).where(Said.member_id.in_(seats), Said.at > since, Said.at < row.settles_at, Said.kind.in_(events.SENT)).limit(1)
    return session.scalars(query).first() is not None


def _row(one: Any) -> Row:
    values = {name: getattr(one, name) for name in NAMES}
    return Row(**values | {"outcome": outcomes.Outcome(one.outcome)})


def _fold(session: Session, before: Row, judged: Row, life: float, now: datetime) -> None:
    streak = session.get_one(Streak, judged.promise_id)
    standing = StreakRow(**{name: getattr(streak, name) for name in STREAK})
    later = select(Occurrence).where(Occurrence.promise_id == judged.promise_id, Occurrence.day >= streak.tail_on).order_by(Occurrence.day)
    kept = {one.day: one for one in session.scalars(later)}
    rows = [before if one.day == before.day else _row(one) for one in kept.values()]
    changes, folded = folding.fold_on(standing, Tail(streak.tail_on, unpacked(streak.carried), rows), {judged.key: judged}, life, now)
    for name in STREAK:
        setattr(streak, name, getattr(folded, name))
    for one in changes:
        assert one.before
        assert one.after
        for field in fields(Row):
            setattr(kept[one.after.day], field.name, getattr(one.after, field.name))
        _weave(session, one.before, one.after, now)


def _touch(session: Session, row: Row, now: datetime) -> None:
    _day(session, row).changed_at = now


def _day(session: Session, row: Row) -> Any:
    day = session.get(Day, (row.bond_id, row.last_day))
    if day is None:
        day = Day()
        day.bond_id, day.day, day.held, day.broke = row.bond_id, row.last_day, 0, 0
        session.add(day)
    return day


def _weave(session: Session, before: Row, after: Row, now: datetime) -> None:
    day = _day(session, after)
    was = BondDay(day.held, day.broke)
    day.held += after.holds - before.holds
    day.broke += (after.effect is outcomes.Effect.BREAKS) - (before.effect is outcomes.Effect.BREAKS)
    day.changed_at = now
    state = BondDay(day.held, day.broke).state
    if state is was.state:
        return
    weave = session.get_one(Weave, after.bond_id)
    followed = weaves.follow(weaves.Weave(weave.together, weave.broken_on), after.last_day, was.state, state)
    if followed is None:
        session.flush()
        followed = _count(session, after.bond_id)
    weave.unannounced = weave.unannounced or followed.together > weave.together
    weave.together, weave.broken_on, weave.changed_at = followed.together, followed.broken_on, now


def _count(session: Session, bond_id: UUID | None) -> weaves.Weave:
    broken_on = session.scalar(select(func.max(Day.day)).where(Day.bond_id == bond_id, Day.broke > 0))
    woven = select(func.count()).select_from(Day).where(Day.bond_id == bond_id, Day.held > 0, Day.broke == 0)
    return weaves.Weave(session.scalar(woven.where(Day.day > broken_on) if broken_on else woven) or 0, broken_on)


def summarise(database: Database, now: datetime, most: int) -> int:
    """Summarise the week of so many bonds whose review moment has come, one after the other."""
    with _one(database) as session:
        due = select(BondOf.id).where(BondOf.next_review_at <= now, BondOf.closed_at.is_(None)).order_by(BondOf.next_review_at).limit(most)
        found = session.scalars(due).all()
    for bond_id in found:
        with _one(database) as session:
            _summarise(session, bond_id, now)
    return len(found)


def _summarise(session: Session, bond_id: UUID, now: datetime) -> None:
    bond = session.get_one(BondOf, bond_id, with_for_update=True)
    review = Review(bond.review_weekday, bond.review_time, bond.zone)
    last = session.scalars(select(WeekOf).where(WeekOf.bond_id == bond_id).order_by(WeekOf.to_on.desc()).limit(1)).first()
    whole = Bond(bond.id, bond.kind, review, bond.made_at, bond.next_review_on, bond.next_review_at)
    seats = session.scalars(select(Seat).where(Seat.bond_id == bond_id, Seat.left_at.is_(None)).order_by(Seat.strand)).all()
    for week in summaries.weeks_of(whole, Week(last.from_on, last.to_on) if last else None, now):
        made = WeekOf()
        made.bond_id, made.from_on, made.to_on, made.made_at, made.refreshed_at = bond_id, week.from_on, week.to_on, now, now
        made.summary = _summary(session, bond_id, week, [one.member_id for one in seats])
        session.add(made)
    bond.next_review_on = weeks.next_review(review, now)
    bond.next_review_at = weeks.moment(review, bond.next_review_on)
    for one in seats:
        _tell(session, wording.week(one.member_id, bond_id, week.to_on, now=now), now)


def _summary(session: Session, bond_id: UUID, week: Week, member_ids: Sequence[UUID]) -> dict[str, Any]:
    found: dict[UUID, list[Sums]] = defaultdict(list)
    for promise in session.scalars(select(Promise).where(Promise.bond_id == bond_id)):
        found[promise.member_id].append(_sums(session, promise, week))
    woven = select(Day).where(Day.bond_id == bond_id, Day.day.between(week.from_on, week.to_on), Day.held > 0, Day.broke == 0)
    members = {str(one): summaries.of_member(found[one]) for one in member_ids}
    summary = json.dumps({"members": members, "woven": len(session.scalars(woven).all())})
    return sealing.sealed_document(session.connection(), tables.weeks.c.summary, bond_id, {"sealed": summary}) or {}


def _sums(session: Session, promise: Any, week: Week) -> Sums:
    of = Occurrence.promise_id == promise.id
    gone = select(LetGo.day).where(LetGo.promise_id == promise.id, LetGo.agreed_at.is_not(None))
    during = select(Occurrence).where(of, Occurrence.last_day.between(week.from_on, week.to_on), Occurrence.day.not_in(gone))
    rows = session.scalars(during).all()
    ends = [
        session.scalars(
            select(Occurrence)
            .where(of, Occurrence.last_day <= day, Occurrence.carried.is_not(None))
            .order_by(Occurrence.day.desc())
            .limit(1)
        ).first()
        for day in (week.from_on - schedule.DAY, week.to_on)
    ]
    agreed = select(PromiseTerms).where(PromiseTerms.promise_id == promise.id, PromiseTerms.from_on <= week.to_on)
    terms = session.scalars(agreed.order_by(PromiseTerms.from_on.desc()).limit(1)).first()
    area = sealing.opened(session.connection(), tables.promises.c.area, promise.bond_id, promise.area)
    counts = [len(rows), *(sum(row.outcome == one.value for row in rows) for one in COUNTED), sum(row.told_ahead for row in rows)]
    before, after = (streaks.standing(one.carried) if one else None for one in ends)
    return Sums(promise.bond_id, promise.member_id, area or "", terms.rule if terms else None, before, after, counts)


def _tell(session: Session, notice: wording.Notice, now: datetime) -> None:
    told = Told()
    values = {field.name: getattr(notice, field.name) for field in fields(notice)} | {"kind": notice.kind.value}
    for name, value in sealing.sealed_row(session.connection(), tables.notices, values).items():
        setattr(told, name, value)
    told.id, told.made_at, told.not_before = ids.new(), now, wording.not_before(notice.kind, now, None)
    session.add(told)
    session.flush()
    for phone in session.scalars(select(Phone).where(Phone.member_id == notice.member_id, Phone.ended_at.is_(None))):
        delivery = Delivery()
        delivery.id, delivery.notice_id, delivery.subscription_id = ids.new(), told.id, phone.id
        delivery.state, delivery.tries, delivery.next_at = "waits", 0, told.not_before
        session.add(delivery)
