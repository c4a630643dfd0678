"""Notices, and their deliveries to phones: claimed, sent by nobody here, settled."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, literal, or_, select, update

from server.db import Session, dispatch
from server.db import insert as into
from server.db.dispatch import AT_ONCE, Call, Work
from server.db.prepared import Prepared
from server.db.tables import (
    deliveries,
    members,
    notices,
    push_subscriptions,
)
from server.domain.notices import Notice, NoticeKind, QuietHours
from server.store import ids, push, sealing

NAMES = tuple(one.name for one in fields(Notice))
QUIET = (members.c.quiet_from, members.c.quiet_until, members.c.zone)


WRITTEN = (*NAMES, "id", "made_at", "not_before")
_WRITTEN = Prepared(
    lambda session, _: into(session, notices).on_conflict_do_nothing(index_elements=["member_id", "kind", "subject"]), WRITTEN
)
_THERE = Prepared(lambda _, many: select(notices.c.id).where(many.of("ids", notices.c.id)))
_THEIR_PHONES = Prepared(
    lambda _, many: (
        select(notices.c.id, push_subscriptions.c.id, notices.c.not_before)
        .join(push_subscriptions, push_subscriptions.c.member_id == notices.c.member_id)
        .where(many.of("ids", notices.c.id), push.live())
    )
)


class State(StrEnum):
    """Where a delivery stands; all but the first are the end of it."""

    WAITS = "waits"
    SENT = "sent"
    DROPPED = "dropped"
    GAVE_UP = "gave_up"


def quiet_hours(session: Session, member_ids: Collection[UUID]) -> dict[UUID, QuietHours]:
    """The quiet hours of those members who have some."""
    rows = session.execute(select(members.c.id, *QUIET).where(members.c.id.in_(member_ids)))
    return {row.id: quiet for row in rows if (quiet := quiet_of(row))}


def insert(session: Session, told: Sequence[tuple[Notice, datetime]], *, now: datetime) -> list[UUID]:
    """Write notices, each with the instant before which it may not arrive, and return the ids of those that were not told yet."""
    return _insert(session, [{"id": ids.new(), "made_at": now, "not_before": at, **_row(session, notice)} for notice, at in told])


def insert_for(session: Session, told: Sequence[tuple[Notice, Collection[UUID]]], *, at: datetime, now: datetime) -> None:
    """Write notices, each for some phones only, which may arrive from an instant on; one that was told already stays as it is."""
    phones = {ids.new(): (notice, subscription_ids) for notice, subscription_ids in told}
    rows = [{"id": one, "made_at": now, "not_before": at, **_row(session, notice)} for one, (notice, _) in phones.items()]
    new = _insert(session, rows)
    _insert_deliveries(session, [(one, subscription_id, at) for one in new for subscription_id in phones[one][1]], now)


def insert_deliveries(session: Session, notice_ids: Sequence[UUID], *, now: datetime) -> None:
    """Put these notices in the outbox, once for each live subscription of their members."""
    _insert_deliveries(session, _THEIR_PHONES.rows(session, ids=notice_ids), now)


def next_due(session: Session, *, until: datetime) -> datetime | None:
    """When the first of what waits is due, if it is so before an instant."""
    waits = (deliveries.c.state == written(State.WAITS), deliveries.c.next_at < until)
    found: datetime | None = session.scalar(select(deliveries.c.next_at).where(*waits).order_by(deliveries.c.next_at).limit(1))
    return found


def call_to_deliver(session: Session, at: datetime, *, now: datetime) -> None:
    """Call whoever sends for what is due at an instant, or has been for a while."""
    dispatch.note(session, Call(Work.DELIVER, max(at - now, AT_ONCE)))


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
    written = _WRITTEN.put(session, rows)
    new = [row["id"] for row in rows]
    return new if written == len(rows) else [one for (one,) in _THERE.rows(session, ids=new)]


def _insert_deliveries(session: Session, found: Iterable[Sequence[Any]], now: datetime) -> None:
    """Of each a notice, a phone, and the instant from which it may arrive; whoever sends is called for the first of them."""
    rows = [
        {"id": ids.new(), "notice_id": row[0], "subscription_id": row[1], "next_at": row[2], "state": State.WAITS, "tries": 0}
        for row in found
    ]
    if rows:
        session.execute(into(session, deliveries), rows)
        call_to_deliver(session, min(row["next_at"] for row in rows), now=now)


def _row(session: Session, notice: Notice) -> dict[str, Any]:
    return sealing.sealed_row(session, notices, {name: getattr(notice, name) for name in NAMES} | {"kind": notice.kind.value})


def quiet_of(row: Any) -> QuietHours | None:
    """The quiet hours of a row that holds a member's, if they have some."""
    if row.quiet_from is None or row.quiet_until is None:
        return None
    return QuietHours(row.quiet_from, row.quiet_until, row.zone)
