"""The append-only log of what was said."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, tuple_

from server.db import Session, insert, moved
from server.db.tables import bond_members, events, occurrences, promises
from server.domain.check_ins import Kind, Said
from server.domain.errors import ConflictError
from server.domain.outcomes import DORMANT_AFTER
from server.domain.repairs import Way
from server.store import sealing
from server.store.bound import its_promise

CHECK_INS = tuple(kind.value for kind in Kind)
REPAIR = "repair"
SENT = (*CHECK_INS, REPAIR)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log; `sent` holds what came with it, as it was sent, `extra` a check-in on a day when nothing was due."""

    id: UUID
    kind: str
    bond_id: UUID | None
    promise_id: UUID | None
    member_id: UUID
    at: datetime
    received_at: datetime
    day: date | None = None
    extra: bool = False
    sent: dict[str, Any] = field(default_factory=dict)
    seq: int = 0


WRITTEN = tuple(one.name for one in fields(Event) if one.name != "seq")

_BY_IDS = select(events).where(events.c.id.in_(bindparam("ids", expanding=True)))
_SAID_ON = (
    select(events, promises.c.member_id.label("promiser_id"))
    .join(promises, its_promise(events))
    .where(tuple_(events.c.promise_id, events.c.day).in_(bindparam("keys", expanding=True)), events.c.kind.in_(CHECK_INS))
    .order_by(events.c.seq)
)


def append(session: Session, new: Sequence[Event]) -> None:
    """Write events in order of arrival, in one statement; ConflictError where an id is taken, also in a bond that nobody here sees."""
    if new:
        rows = [sealing.sealed_row(session, events, {name: getattr(one, name) for name in WRITTEN}) for one in new]
        written = insert(session, events).on_conflict_do_nothing(index_elements=["id"])
        if session.execute(written, rows, execution_options={"preserve_rowcount": True}).rowcount < len(new):
            raise ConflictError("Another check-in has that id already.")
        moved.note(session, ((one.bond_id, one.member_id) for one in new))
        for one in new:
            # The others learn of these words from their writer's mouth; that they are written is not theirs to see.
            if one.bond_id and one.kind == REPAIR and one.sent.get("way") == Way.IN_PERSON:
                moved.hush(session, one.bond_id, one.member_id)


def by_ids(session: Session, ids: Collection[UUID]) -> dict[UUID, Event]:
    if not ids:
        return {}
    return {row.id: event_of(session, row) for row in session.execute(_BY_IDS, {"ids": list(ids)})}


def said_on(session: Session, days: Collection[tuple[UUID, date]]) -> dict[tuple[UUID, date], list[Said]]:
    """The check-ins of promises on days, each list in order of arrival; a day here is the one that a check-in speaks of."""
    found: dict[tuple[UUID, date], list[Said]] = defaultdict(list)
    if days:
        for row in session.execute(_SAID_ON, {"keys": list(days)}):
            found[row.promise_id, row.day].append(said(event_of(session, row), row.promiser_id))
    return found


def said_of(session: Session, promise_id: UUID, promiser_id: UUID, *, since: date | None = None) -> dict[date, list[Said]]:
    """Everything said of one promise, by day."""
    query = select(events).where(events.c.promise_id == promise_id, events.c.kind.in_(CHECK_INS)).order_by(events.c.seq)
    found: dict[date, list[Said]] = defaultdict(list)
    for row in session.execute(query.where(events.c.day >= since) if since else query):
        found[row.day].append(said(event_of(session, row), promiser_id))
    return found


def repairs_on(session: Session, days: Collection[tuple[UUID, date]]) -> dict[tuple[UUID, date], list[datetime]]:
    """When repairs were written for occurrences, oldest first."""
    found: dict[tuple[UUID, date], list[datetime]] = defaultdict(list)
    if days:
        query = select(events.c.promise_id, events.c.day, events.c.at).where(
            tuple_(events.c.promise_id, events.c.day).in_(list(days)), events.c.kind == REPAIR
        )
        for row in session.execute(query.order_by(events.c.seq)):
            found[row.promise_id, row.day].append(row.at)
    return found


def spare_days(session: Session, promise_ids: Collection[UUID], first: date) -> dict[UUID, list[Said]]:
    """The spare days used since a day, and what was taken back since, by promise."""
    found: dict[UUID, list[Said]] = defaultdict(list)
    if promise_ids:
        query = select(events, promises.c.member_id.label("promiser_id")).join(promises, its_promise(events))
        wanted = events.c.kind.in_((Kind.RESERVE.value, Kind.UNDO.value))
        query = query.where(events.c.promise_id.in_(promise_ids), events.c.day >= first, wanted, events.c.extra.is_(False))
        for row in session.execute(query.order_by(events.c.seq)):
            found[row.promise_id].append(said(event_of(session, row), row.promiser_id))
    return found


def active_before(session: Session, days: Collection[tuple[UUID, date]]) -> set[tuple[UUID, date]]:
    """The occurrences before whose `settles_at` somebody of the bond (or the maker) had sent something within 14 days."""
    if not days:
        return set()
    person = func.coalesce(bond_members.c.member_id, occurrences.c.member_id)
    last = (
        select(events.c.at)
        .where(events.c.member_id == person, events.c.at < occurrences.c.settles_at, events.c.kind.in_(SENT))
        .order_by(events.c.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(occurrences.c.promise_id, occurrences.c.day, occurrences.c.settles_at, last.label("last_at"))
        .outerjoin(bond_members, bond_members.c.bond_id == occurrences.c.bond_id)
        .where(tuple_(occurrences.c.promise_id, occurrences.c.day).in_(list(days)))
    )
    rows = session.execute(query).all()
    return {(row.promise_id, row.day) for row in rows if row.last_at and row.last_at > row.settles_at - DORMANT_AFTER}


def history(session: Session, promise_id: UUID, *, since: date) -> list[Event]:
    """Every event of a promise on days since one, oldest first."""
    query = select(events).where(events.c.promise_id == promise_id, events.c.day >= since)
    return [event_of(session, row) for row in session.execute(query.order_by(events.c.seq))]


def said(event: Event, promiser_id: UUID) -> Said:
    """An event as the rules see it."""
    to, target = event.sent.get("to"), event.sent.get("target")
    return Said(
        id=event.id,
        kind=Kind(event.kind),
        member_id=event.member_id,
        by_promiser=event.member_id == promiser_id,
        day=event.day or event.at.date(),
        at=event.at,
        received_at=event.received_at,
        to=datetime.fromisoformat(to) if to else None,
        target=UUID(target) if target else None,
        seq=event.seq,
        line=event.sent.get("line") or "",
    )


def opened(session: Session, row: Any) -> dict[str, Any]:
    """What came with a row of the log."""
    return sealing.opened_document(session, events.c.sent, row.bond_id or row.member_id, row.sent)


def event_of(session: Session, row: Any) -> Event:
    """The event of a row of the log."""
    sent = opened(session, row)
    return Event(row.id, row.kind, row.bond_id, row.promise_id, row.member_id, row.at, row.received_at, row.day, row.extra, sent, row.seq)
