"""The append-only log of what was said."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, tuple_

from server.db import Session, insert, moved
from server.db.prepared import Many, Prepared
from server.db.tables import bond_members, events, occurrences, promises
from server.domain.check_ins import Kind, Said
from server.domain.errors import ConflictError
from server.domain.outcomes import DORMANT_AFTER
from server.domain.repairs import Way
from server.store import sealing
from server.store.bound import Owned, its_promise, lying_with

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
COLUMNS = tuple(events.c[one.name] for one in fields(Event))
PROMISE, PROMISER = WRITTEN.index("promise_id"), len(COLUMNS)
SEQ = itemgetter(PROMISER - 1)

_BY_IDS = Prepared(lambda _, many: select(*COLUMNS).where(many.of("ids", events.c.id)))
# A log that is split knows an id by its bond as well.
_APPENDED = Prepared(
    lambda session, _: insert(session, events).on_conflict_do_nothing(index_elements=["id"] if session.dialect.name == "sqlite" else None),
    WRITTEN,
)
_SAID_ON = (
    select(events, promises.c.member_id.label("promiser_id"))
    .join(promises, its_promise(events))
    .where(tuple_(events.c.promise_id, events.c.day).in_(bindparam("keys", expanding=True)), events.c.kind.in_(CHECK_INS))
    .order_by(events.c.seq)
)


def _said_on_keys(_: Session, many: Many) -> Any:
    keys, of_keys = many.pairs("keys", events.c.promise_id, events.c.day)
    query = select(*COLUMNS, promises.c.member_id).select_from(keys.join(events, of_keys)).join(promises, its_promise(events))
    return query.where(events.c.kind.in_(CHECK_INS))


def _repairs_on_keys(_: Session, many: Many) -> Any:
    keys, of_keys = many.pairs("keys", events.c.promise_id, events.c.day)
    query = select(events.c.promise_id, events.c.day, events.c.at, events.c.seq).select_from(keys.join(events, of_keys))
    return query.where(events.c.kind == REPAIR)


_SAID_ON_KEYS = Prepared(_said_on_keys)
_REPAIRS_ON_KEYS = Prepared(_repairs_on_keys)


def _last_before(_: Session, many: Many) -> Any:
    """When the people of a bond (or the maker) sent something last, each, before an occurrence settled."""
    keys, of_keys = many.pairs("keys", occurrences.c.promise_id, occurrences.c.day)
    person = func.coalesce(bond_members.c.member_id, occurrences.c.member_id)
    last = (
        select(events.c.at)
        .where(events.c.member_id == person, events.c.at < occurrences.c.settles_at, events.c.kind.in_(SENT))
        .order_by(events.c.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    theirs = bond_members.c.bond_id == occurrences.c.bond_id
    query = select(occurrences.c.promise_id, occurrences.c.day, occurrences.c.settles_at, last).select_from(keys.join(occurrences, of_keys))
    return query.outerjoin(bond_members, theirs)


_LAST_BEFORE = Prepared(_last_before)


def append(session: Session, new: Sequence[Event]) -> None:
    """Write events in order of arrival, in one statement; ConflictError where an id is taken, also in a bond that nobody here sees."""
    if new:
        rows = [sealing.sealed_row(session, events, {name: getattr(one, name) for name in WRITTEN}) for one in new]
        if _APPENDED.put(session, rows) < len(new):
            raise ConflictError("Another check-in has that id already.")
        moved.note(session, ((one.bond_id, one.member_id) for one in new))
        for one in new:
            # The others learn of these words from their writer's mouth; that they are written is not theirs to see.
            if one.bond_id and one.kind == REPAIR and one.sent.get("way") == Way.IN_PERSON:
                moved.hush(session, one.bond_id, one.member_id)


def by_ids(session: Session, ids: Collection[UUID]) -> dict[UUID, Event]:
    return {row[0]: _event(session, row) for row in _BY_IDS.rows(session, ids=ids)} if ids else {}


def said_on(session: Session, days: Collection[tuple[UUID, date]], of: Collection[Owned] = ()) -> dict[tuple[UUID, date], list[Said]]:
    """The check-ins of promises on days, each list in order of arrival; a day here is the one that a check-in speaks of.

    Here and below `of` are those promises, or rows of them, where they are at hand: so that a log that is split is read where they lie.
    """
    found: dict[tuple[UUID, date], list[Said]] = defaultdict(list)
    if days and session.dialect.name == "sqlite":
        for row in sorted(_SAID_ON_KEYS.rows(session, keys=days), key=SEQ):
            event = _event(session, row)
            found[row[PROMISE], event.day or event.at.date()].append(said(event, row[PROMISER]))
    elif days:
        for row in session.execute(_SAID_ON.where(*lying_with(session, events, of)), {"keys": list(days)}):
            found[row.promise_id, row.day].append(said(event_of(session, row), row.promiser_id))
    return found


def said_of(session: Session, promise_id: UUID, promiser_id: UUID, *, since: date | None = None) -> dict[date, list[Said]]:
    """Everything said of one promise, by day."""
    query = select(events).where(events.c.promise_id == promise_id, events.c.kind.in_(CHECK_INS)).order_by(events.c.seq)
    found: dict[date, list[Said]] = defaultdict(list)
    for row in session.execute(query.where(events.c.day >= since) if since else query):
        found[row.day].append(said(event_of(session, row), promiser_id))
    return found


def repairs_on(
    session: Session, days: Collection[tuple[UUID, date]], of: Collection[Owned] = ()
) -> dict[tuple[UUID, date], list[datetime]]:
    """When repairs were written for occurrences, oldest first."""
    found: dict[tuple[UUID, date], list[datetime]] = defaultdict(list)
    if days and session.dialect.name == "sqlite":
        rows: Iterable[Any] = sorted(_REPAIRS_ON_KEYS.rows(session, keys=set(days)), key=itemgetter(3))
    elif days:
        query = select(events.c.promise_id, events.c.day, events.c.at, events.c.seq).where(
            tuple_(events.c.promise_id, events.c.day).in_(list(days)), events.c.kind == REPAIR, *lying_with(session, events, of)
        )
        rows = session.execute(query.order_by(events.c.seq))
    else:
        rows = ()
    for promise_id, day, at, _ in rows:
        found[promise_id, day].append(at)
    return found


def spare_days(session: Session, promise_ids: Collection[UUID], first: date, of: Collection[Owned] = ()) -> dict[UUID, list[Said]]:
    """The spare days used since a day, and what was taken back since, by promise."""
    found: dict[UUID, list[Said]] = defaultdict(list)
    if promise_ids:
        query = select(events, promises.c.member_id.label("promiser_id")).join(promises, its_promise(events))
        wanted = events.c.kind.in_((Kind.RESERVE.value, Kind.UNDO.value))
        query = query.where(
            events.c.promise_id.in_(promise_ids), events.c.day >= first, wanted, events.c.extra.is_(False), *lying_with(session, events, of)
        )
        for row in session.execute(query.order_by(events.c.seq)):
            found[row.promise_id].append(said(event_of(session, row), row.promiser_id))
    return found


def active_before(session: Session, days: Collection[tuple[UUID, date]]) -> set[tuple[UUID, date]]:
    """The occurrences before whose `settles_at` somebody of the bond (or the maker) had sent something within 14 days."""
    rows = _LAST_BEFORE.rows(session, keys=days) if days else []
    return {(promise_id, day) for promise_id, day, settles_at, last_at in rows if last_at and last_at > settles_at - DORMANT_AFTER}


def history(session: Session, promise_id: UUID, *, since: date, of: Collection[Owned] = ()) -> list[Event]:
    """Every event of a promise on days since one, oldest first."""
    query = select(events).where(events.c.promise_id == promise_id, events.c.day >= since, *lying_with(session, events, of))
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


def _event(session: Session, row: Any) -> Event:
    """The event of a row of COLUMNS."""
    event_id, kind, bond_id, promise_id, member_id, at, received_at, day, extra, sent, seq = row[:PROMISER]
    opened = sealing.opened_document(session, events.c.sent, bond_id or member_id, sent)
    return Event(event_id, kind, bond_id, promise_id, member_id, at, received_at, day, extra, opened, seq)


def event_of(session: Session, row: Any) -> Event:
    """The event of a row of the log."""
    sent = opened(session, row)
    return Event(row.id, row.kind, row.bond_id, row.promise_id, row.member_id, row.at, row.received_at, row.day, row.extra, sent, row.seq)
