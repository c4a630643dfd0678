"""What stands above Today, and the spare days used: few rows of many kinds, read in one statement."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Column, ColumnElement, Select, bindparam, cast, exists, literal, null, or_, select, union_all

from server.db import Session
from server.db.prepared import Prepared
from server.db.tables import (
    bond_members,
    bonds,
    events,
    let_goes,
    members,
    milestones,
    moments,
    nudges,
    private_marks,
    promises,
    supporters,
)
from server.domain.check_ins import EARLIEST, Kind, Said
from server.domain.milestones import MilestoneKind
from server.domain.repairs import Way
from server.domain.schedule import DAY
from server.store import events as log
from server.store import let_goes as letting_go
from server.store import sealing
from server.store.bonds import ids_of
from server.store.bound import bound, its_promise, same_day
from server.store.events import REPAIR, Event
from server.store.milestones import Milestone
from server.store.moments import Moment
from server.store.nudges import Nudge
from server.store.occurrences import Key
from server.store.repairs import ANSWERED, HEARD, TOLD, way_of
from server.store.today import SEEN, shape

MOST_MILESTONES = 2


@dataclass(frozen=True, slots=True)
class Titled:
    """A day of a promise with the promise's title, and, where it is another's words that arrived, who wrote them."""

    key: Key
    title: str
    member_id: UUID


@dataclass(frozen=True, slots=True)
class Since:
    """From when on each kind is read: spare days, milestones, others' words; `nudged` are the days on which a nudge may have come."""

    spare: date
    news: datetime
    arrived: datetime
    nudged: Collection[date]


@dataclass(frozen=True, slots=True)
class Above:
    """What is planned, who thought of one, words that arrived, days to think of again, what was reached, whom one supports, by bond.

    `titles` are those of the promises of what was reached; `spare` the spare days that one used, by promise, and what was taken back.
    """

    moments: Sequence[Moment]
    nudges: Sequence[Nudge]
    arrived: Sequence[Titled]
    to_think_of: Sequence[Titled]
    milestones: Sequence[Milestone]
    titles: Mapping[UUID, str]
    supported: Mapping[UUID, Sequence[str]]
    spare: Mapping[UUID, Sequence[Said]]


_ME: BindParameter[UUID] = bindparam("me", None, type_=members.c.id.type)
_MINE = ids_of(_ME)
_TODAY, _TOMORROW, _FIRST, _LAST, _SPARE = (
    bindparam(name, None, type_=nudges.c.day.type) for name in ("today", "tomorrow", "first", "last", "spare_since")
)
_NOW, _NEWS, _ARRIVED, _SENT = (
    bindparam(name, None, type_=events.c.at.type) for name in ("now", "news_since", "arrived_since", "sent_since")
)

# Each kind fills some of these columns and leaves the others empty.
_SHAPE: dict[str, Column[Any]] = {
    "id": events.c.id,
    "bond_id": events.c.bond_id,
    "member_id": events.c.member_id,
    "promise_id": events.c.promise_id,
    "scope_id": milestones.c.scope_id,
    "day": events.c.day,
    "clock": moments.c.at_time,
    "at": events.c.at,
    "number": milestones.c.threshold,
    "kind": events.c.kind,
    "words": promises.c.title,
    "other_words": moments.c.place,
    "sent": events.c.sent,
}


def _part(name: str, **given: Any) -> Select[Any]:
    empty = {one: cast(null(), column.type) for one, column in _SHAPE.items()}
    return select(literal(name).label("part"), *(one.label(label) for label, one in (empty | given).items()))


def _of(table: Any, *names: str) -> dict[str, Any]:
    return {name: table.c[name] for name in names}


def _kind(table: Any, *kinds: str) -> ColumnElement[bool]:
    """One of these kinds; a list would be written anew into the statement each time."""
    return or_(*(table.c.kind == one for one in kinds))


_planned = _part(
    "planned",
    **_of(moments, "id", "bond_id", "member_id"),
    day=moments.c.on_date,
    clock=moments.c.at_time,
    at=moments.c.made_at,
    words=moments.c.what,
    other_words=moments.c.place,
).where(moments.c.bond_id.in_(_MINE), moments.c.on_date.between(_TODAY, _TOMORROW), moments.c.cancelled_at.is_(None))

_nudged = _part("nudged", bond_id=nudges.c.bond_id, member_id=nudges.c.from_id, day=nudges.c.day, at=nudges.c.at).where(
    nudges.c.to_id == _ME, nudges.c.day.between(_FIRST, _LAST), nudges.c.bond_id.in_(_MINE), nudges.c.reached
)

_seats = bond_members.alias("seats")
_OTHERS = select(_seats.c.member_id).where(_seats.c.bond_id.in_(_MINE), _seats.c.left_at.is_(None), _seats.c.member_id != _ME)
_answers = events.alias("answers")
_arrived = (
    _part(
        "arrived", **_of(events, "bond_id", "member_id", "promise_id", "day", "kind", "sent"), number=events.c.seq, words=promises.c.title
    )
    .join(promises, its_promise(events))
    .where(events.c.member_id.in_(_OTHERS), events.c.at >= _SENT, events.c.received_at >= _ARRIVED)
    .where(_kind(events, REPAIR, TOLD), events.c.bond_id.in_(_MINE), letting_go.stands(events))
    .where(~exists().where(same_day(_answers, events), _answers.c.member_id == _ME, _kind(_answers, HEARD, ANSWERED)))
)

_to_think_of = (
    _part(
        "to_think_of",
        bond_id=promises.c.bond_id,
        member_id=promises.c.member_id,
        promise_id=promises.c.id,
        day=private_marks.c.day,
        words=promises.c.title,
    )
    .join(promises, its_promise(private_marks))
    .where(private_marks.c.member_id == _ME, private_marks.c.remind_on <= _TODAY, SEEN, letting_go.stands(private_marks))
)

# Two ways into one index: asked for with OR it would give what was ever reached.
_each = (milestones.c.bond_id.in_(_MINE), milestones.c.bond_id.is_(None) & (milestones.c.member_id == _ME))
_any = union_all(*(select(milestones).where(one, milestones.c.reached_at.between(_NEWS, _NOW)) for one in _each)).subquery("reached")
_news = select(_any).order_by(_any.c.reached_at.desc(), _any.c.id).limit(MOST_MILESTONES).subquery("news")
_reached = _part(
    "reached",
    **_of(_news, "id", "bond_id", "member_id", "promise_id", "scope_id", "kind"),
    at=_news.c.reached_at,
    number=_news.c.threshold,
    words=promises.c.title,
    other_words=_news.c.subject,
).select_from(_news.outerjoin(promises, its_promise(_news)))
_let_go = (
    _part("let_go", **_of(let_goes, "promise_id", "day"))
    .join(_news, bound(let_goes, _news, promise_id="promise_id"))
    .where(_news.c.kind == MilestoneKind.MEND.value, let_goes.c.agreed_at.is_not(None))
)

_person = members.alias("person")
_supported = (
    _part(
        "supported",
        id=supporters.c.id,
        bond_id=supporters.c.bond_id,
        member_id=_person.c.id,
        at=supporters.c.proposed_at,
        number=_seats.c.strand,
        words=_person.c.name,
    )
    .select_from(supporters)
    .join(bonds, bonds.c.id == supporters.c.bond_id)
    .join(_seats, _seats.c.bond_id == bonds.c.id)
    .join(_person, _person.c.id == _seats.c.member_id)
    .where(supporters.c.member_id == _ME, supporters.c.ended_at.is_(None), bonds.c.closed_at.is_(None), _seats.c.left_at.is_(None))
)

_spare = (
    _part("spare", **_of(events, "id", "bond_id", "member_id", "promise_id", "day", "at", "kind", "sent"), number=events.c.seq)
    .join(promises, its_promise(events))
    .where(promises.c.member_id == _ME, events.c.day >= _SPARE, events.c.extra.is_(False))
    .where(_kind(events, Kind.RESERVE.value, Kind.UNDO.value))
)
_everything = union_all(_planned, _nudged, _arrived, _to_think_of, _reached, _let_go, _supported, _spare)
_ABOVE = Prepared(lambda *_: _everything)
_Part = shape("Part", "part", *_SHAPE)


def load(session: Session, member_id: UUID, since: Since, *, today: date, now: datetime) -> Above:
    """Read it, as it is for a member at an instant of their running day."""
    asked = {
        "me": member_id,
        "now": now,
        "today": today,
        "tomorrow": today + DAY,
        "first": min(since.nudged, default=today),
        "last": max(since.nudged, default=today),
        "spare_since": since.spare,
        "news_since": since.news,
        "arrived_since": since.arrived,
        "sent_since": since.arrived - EARLIEST,
    }
    parts: dict[str, list[Any]] = defaultdict(list)
    for row in _ABOVE.rows(session, **asked):
        parts[row[0]].append(_Part(*row))
    return Above(
        moments=_moments(session, parts["planned"]),
        nudges=[
            Nudge(row.bond_id, row.member_id, member_id, row.day)
            for row in _by(parts["nudged"], "at", "member_id")
            if row.day in since.nudged
        ],
        arrived=list(dict.fromkeys(_titled(session, row) for row in _by(parts["arrived"], "number") if _has_arrived(row))),
        to_think_of=[_titled(session, row) for row in _by(parts["to_think_of"], "promise_id", "day")],
        milestones=_milestones(parts["reached"], {(row.promise_id, row.day) for row in parts["let_go"]}),
        titles={row.promise_id: _title(session, row) for row in parts["reached"] if row.words},
        supported=_supported_names(session, parts["supported"]),
        spare=_spare_days(session, parts["spare"]),
    )


def _by(rows: Iterable[Any], *names: str) -> list[Any]:
    return sorted(rows, key=attrgetter(*names))


def _moments(session: Session, rows: Iterable[Any]) -> list[Moment]:
    """What may be at any time comes first on its day."""
    in_order = sorted(rows, key=lambda row: (row.day, row.clock is not None, row.clock or time.min, row.id))
    return [_moment(session, row) for row in in_order]


def _moment(session: Session, row: Any) -> Moment:
    what = sealing.opened(session, moments.c.what, row.bond_id, row.words)
    place = sealing.opened(session, moments.c.place, row.bond_id, row.other_words)
    return Moment(row.id, row.bond_id, row.member_id, what, place, row.day, row.clock, row.at)


def _has_arrived(row: Any) -> bool:
    return row.kind == TOLD or way_of(row.sent) is Way.SENT


def _titled(session: Session, row: Any) -> Titled:
    return Titled((row.promise_id, row.day), _title(session, row), row.member_id)


def _title(session: Session, row: Any) -> str:
    title: str = sealing.opened(session, promises.c.title, row.bond_id or row.member_id, row.words)
    return title


def _milestones(rows: Iterable[Any], gone: set[Key]) -> list[Milestone]:
    """The latest first, without the mends of days that both let go."""
    in_order = sorted(_by(rows, "id"), key=attrgetter("at"), reverse=True)
    return [one for one in map(_milestone, in_order) if (one.promise_id, one.day) not in gone]


def _milestone(row: Any) -> Milestone:
    of = (row.at, row.bond_id, row.member_id, row.promise_id, row.id)
    return Milestone(MilestoneKind(row.kind), row.scope_id, row.number, row.other_words, *of)


def _supported_names(session: Session, rows: Iterable[Any]) -> dict[UUID, list[str]]:
    """The names in each bond in the order of their strands, the bonds in the order in which it was proposed."""
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in _by(rows, "at", "id", "number"):
        found[row.bond_id].append(sealing.opened(session, members.c.name, row.member_id, row.words))
    return dict(found)


def _spare_days(session: Session, rows: Iterable[Any]) -> dict[UUID, list[Said]]:
    found: dict[UUID, list[Said]] = defaultdict(list)
    for row in _by(rows, "number"):
        sent = sealing.opened_document(session, events.c.sent, row.bond_id or row.member_id, row.sent)
        event = Event(row.id, row.kind, row.bond_id, row.promise_id, row.member_id, row.at, row.at, row.day, sent=sent, seq=row.number)
        found[row.promise_id].append(log.said(event, row.member_id))
    return dict(found)
