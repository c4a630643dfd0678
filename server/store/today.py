"""What Today is made of: who looks and with whom, each promise with its strip of days, and the occurrences of now with what was said.

One statement each, whatever there is to see, and as many rows after ten years as after ten days: past days come as one text a promise.
The queries only narrow; what runs, waits or breaks is judged above, by the rules.
"""

from collections import defaultdict, namedtuple
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, exists, func, or_, select

from server.db import Session
from server.db.prepared import Prepared
from server.db.tables import bond_members, bonds, events, members, moves, occurrences, promise_terms, promises, streaks, weaves
from server.domain import schedule
from server.domain.bonds import Kind as BondKind
from server.domain.check_ins import Said
from server.domain.errors import NotFoundError
from server.domain.outcomes import Outcome
from server.domain.schedule import DAY, Terms, plan_of
from server.domain.weaves import Weave
from server.domain.weeks import Review
from server.store import events as log
from server.store import let_goes, sealing, strips
from server.store.bonds import Bond, ids_of
from server.store.bound import bound, same_day
from server.store.events import CHECK_INS, Event
from server.store.members import COLUMNS, Member, member_of
from server.store.moves import Move
from server.store.occurrences import NAMES, Key, Row
from server.store.promises import WORDS, Promise
from server.store.strips import Strip

BACK = timedelta(days=21)
LONGEST = timedelta(days=7)
"""A week of n times is one occurrence."""
FURTHEST_EAST, OF_ANY_ZONE = timedelta(hours=14), timedelta(days=3)
"""How far ahead of UTC a day begins, and how many days a day of one's own and the earliest that runs elsewhere lie apart at most."""


@dataclass(frozen=True, slots=True)
class People:
    """Who looks, the bonds that they are in, the oldest first, who is in each, how it is woven, and whether they have promised anything."""

    me: Member
    bonds: Sequence[Bond]
    people: dict[UUID, list[Member]]
    weaves: dict[UUID, Weave]
    has_promised: bool


@dataclass(frozen=True, slots=True)
class Running:
    """A promise with the terms of these weeks, how long its streak is, and its days up to now in their order."""

    promise: Promise
    streak: int
    days: Strip


@dataclass(frozen=True, slots=True)
class Spoken:
    """Occurrences of which something may be said now, by promise, with what was said of each and whether it was asked to be moved."""

    rows: dict[UUID, list[Row]]
    said: dict[Key, list[Said]]
    moves: dict[Key, Move]


Found = Mapping[UUID, Running]

_ME: BindParameter[UUID] = bindparam("me", None, type_=members.c.id.type)
_MINE = ids_of(_ME)
_FIRST, _FROM, _LAST, _ON = (bindparam(name, None, type_=occurrences.c.day.type) for name in ("first", "from", "last", "on"))
_ALSO = bindparam("also", None, type_=promises.c.id.type)
SEEN = or_(promises.c.bond_id.in_(_MINE), and_(promises.c.bond_id.is_(None), promises.c.member_id == _ME))
"""The promises that whoever looks may see."""

_mine, _seats, _person = bond_members.alias("mine"), bond_members.alias("seats"), members.alias("person")
_OF_BOND = ("kind", "zone", "review_weekday", "review_time", "made_at", "next_review_on", "next_review_at")
_BOND = (
    *(bonds.c[name] for name in ("id", *_OF_BOND)),
    weaves.c.together,
    weaves.c.broken_on,
    exists(select(promises.c.id).where(promises.c.member_id == _ME, SEEN)).label("has_promised"),
)
_people = (
    select(
        *_BOND,
        *(_person.c[column.name] for column in COLUMNS),
    )
    .select_from(members)
    .outerjoin(_mine, and_(_mine.c.member_id == members.c.id, _mine.c.left_at.is_(None)))
    .outerjoin(bonds, and_(bonds.c.id == _mine.c.bond_id, bonds.c.closed_at.is_(None)))
    .outerjoin(_seats, and_(_seats.c.bond_id == bonds.c.id, _seats.c.left_at.is_(None)))
    .outerjoin(weaves, weaves.c.bond_id == bonds.c.id)
    .join(_person, _person.c.id == func.coalesce(_seats.c.member_id, members.c.id))
    .where(members.c.id == _ME)
    .order_by(bonds.c.made_at, bonds.c.id, _seats.c.strand)
)

_newer = promise_terms.alias("newer")
_TERMS = ("from_on", "rule", "zone", "day_start", "times", "due_time", "grace_minutes")
_PROMISE = ("id", "bond_id", "member_id", "title", "area", "done_when", "cue", "made_at", "grown_from")
_running_promises = (
    select(
        *(promises.c[name] for name in _PROMISE),
        promises.c.starts_on,
        promises.c.released_on,
        streaks.c.current,
        strips.strip(_FROM, _LAST, _FIRST).label("strip"),
        *(promise_terms.c[name] for name in _TERMS),
    )
    .join(streaks, bound(streaks, promises, promise_id="id"))
    .join(promise_terms, bound(promise_terms, promises, promise_id="id"))
    .where(SEEN, or_(promises.c.released_on.is_(None), promises.c.released_on >= _FROM))
    .where(
        ~exists().where(
            bound(_newer, promise_terms, promise_id="promise_id"), _newer.c.from_on > promise_terms.c.from_on, _newer.c.from_on <= _FROM
        )
    )
)

_OF_PROMISE = ("promise_id", "bond_id", "member_id")
_ROW = tuple(name for name in NAMES if name not in (*_OF_PROMISE, "carried"))
_SAID = ("id", "kind", "member_id", "day", "at", "received_at", "sent", "seq")
_MOVE = tuple(field.name for field in fields(Move))
_ROW_AT, _SAID_AT, _MOVED_AT = slice(1, len(_ROW) + 1), slice(len(_ROW) + 1, -len(_MOVE)), slice(-len(_MOVE), None)
_is_own = promises.c.member_id == _ME
_spoken_of = (
    select(
        occurrences.c.promise_id,
        *(occurrences.c[name] for name in _ROW),
        *(events.c[name] for name in _SAID),
        *(moves.c[name] for name in _MOVE),
    )
    .select_from(promises)
    .join(occurrences, bound(occurrences, promises, promise_id="id"))
    .outerjoin(
        events,
        and_(
            bound(events, occurrences, promise_id="promise_id"),
            events.c.day.between(occurrences.c.day, occurrences.c.last_day),
        ),
    )
    .outerjoin(moves, same_day(moves, occurrences))
    .where(SEEN, occurrences.c.day.between(_FROM, _LAST), occurrences.c.last_day >= _FIRST, let_goes.stands(occurrences))
    .where(
        or_(
            occurrences.c.settles_at >= bindparam("now", None, type_=occurrences.c.settles_at.type),
            and_(_is_own, occurrences.c.outcome == Outcome.PENDING.value),
            and_(_is_own, occurrences.c.outcome == Outcome.UNREPORTED.value, occurrences.c.changes_at.is_not(None)),
            and_(
                promises.c.id == bindparam("also", None, type_=promises.c.id.type),
                occurrences.c.day == bindparam("on", None, type_=occurrences.c.day.type),
            ),
        )
    )
)


def shape(name: str, *names: str) -> Any:
    """Rows by the names of what they hold."""
    of: Any = namedtuple  # noqa: PYI024  # the tables say of what type each is
    return of(name, names)


_PEOPLE, _RUNNING, _SPOKEN = (Prepared(lambda *_, one=one: one) for one in (_people, _running_promises, _spoken_of))
_Bond = shape("Bond", "id", *_OF_BOND, "together", "broken_on", "has_promised")
_Promise = shape("Promise", *_PROMISE, "starts_on", "released_on", "current", "strip", *_TERMS)
_Said = shape("Said", *_SAID)


def people(session: Session, member_id: UUID) -> People:
    """Who looks and with whom; NotFoundError where there is no such member."""
    rows = [(_Bond(*row[: len(_BOND)]), member_of(session, row[len(_BOND) :])) for row in _PEOPLE.rows(session, me=member_id)]
    me = next((one for _, one in rows if one.id == member_id), None)
    if me is None:
        raise NotFoundError("There is no such member.")
    found: dict[UUID, tuple[Bond, Weave]] = {}
    together: dict[UUID, list[Member]] = defaultdict(list)
    for bond, one in rows:
        if bond.id is not None:
            found.setdefault(bond.id, (_bond(bond), Weave(bond.together or 0, bond.broken_on)))
            together[bond.id].append(one)
    mine, woven = [bond for bond, _ in found.values()], {bond_id: weave for bond_id, (_, weave) in found.items()}
    return People(me, mine, dict(together), woven, has_promised=bool(rows[0][0].has_promised))


def running(session: Session, member_id: UUID, *, today: date, now: datetime, also: Key | None = None) -> Found:
    """The promises that a member may see and that had a day in these weeks, the oldest first; their plans hold the terms of these weeks."""
    by_promise: dict[UUID, list[Any]] = defaultdict(list)
    for row in _RUNNING.rows(session, me=member_id, **_days(today, now, also)):
        by_promise[row[0]].append(_Promise(*row))
    found = [_running(session, some) for some in by_promise.values() if some[0].strip]
    return {one.promise.id: one for one in sorted(found, key=lambda one: (one.promise.made_at, one.promise.id))}


def spoken(session: Session, member_id: UUID, found: Found, *, today: date, now: datetime, also: Key | None = None) -> Spoken:
    """The occurrences of now, of one's own also those that wait and those still to come tomorrow, and `also` another."""
    promise_id, day = also or (None, today)
    begun = (strips.speaking_from(one.days, today - OF_ANY_ZONE) for one in found.values())
    days = _days(today, now, also) | {"from": min([day, *(one for one in begun if one)])}
    by_key: dict[Key, list[Any]] = defaultdict(list)
    for row in _SPOKEN.rows(session, me=member_id, now=now, also=promise_id, on=day, **days):
        if row[0] in found:
            by_key[row[0], row[1]].append(row)
    rows: dict[UUID, list[Row]] = defaultdict(list)
    said: dict[Key, list[Said]] = {}
    asks: dict[Key, Move] = {}
    for key in sorted(by_key):
        promise, (first, *others) = found[key[0]].promise, by_key[key]
        one = _row(promise, first)
        rows[promise.id].append(one)
        said[key] = _said(session, promise, one, [_Said(*row[_SAID_AT]) for row in (first, *others)])
        if first[_MOVED_AT][0] is not None:
            asks[key] = Move(*first[_MOVED_AT])
    return Spoken(dict(rows), said, asks)


def _days(today: date, now: datetime, also: Key | None) -> dict[str, date]:
    """The days to read: three weeks back, of weeks those that end in them, to tomorrow, and as far ahead as a day has begun anywhere."""
    last = max((now + FURTHEST_EAST).date(), today + DAY, also[1] if also else today)
    return {"first": today - BACK, "from": today - BACK - LONGEST, "last": last}


def _bond(row: Any) -> Bond:
    review = Review(row.review_weekday, row.review_time, row.zone)
    return Bond(row.id, BondKind(row.kind), review, row.made_at, row.next_review_on, row.next_review_at)


def _running(session: Session, rows: Sequence[Any]) -> Running:
    """Of one promise, a row for each of its terms."""
    first = rows[0]
    owner = first.bond_id or first.member_id
    title, area, done_when, cue = (sealing.opened(session, promises.c[name], owner, getattr(first, name)) for name in WORDS)
    plan = plan_of(first.starts_on, [_terms(row) for row in rows], first.released_on)
    promise = Promise(first.id, first.bond_id, first.member_id, title, area, done_when, cue, first.made_at, first.grown_from, plan)
    return Running(promise, first.current, strips.read(first.strip))


def _terms(row: Any) -> Terms:
    return Terms(row.from_on, row.rule, row.zone, row.day_start, row.times, row.due_time, timedelta(minutes=row.grace_minutes))


def _row(promise: Promise, row: Any) -> Row:
    """An occurrence without the state of its streak, which nobody sees."""
    day, last_day, due_at, settles_at, outcome, *others = row[_ROW_AT]
    return Row(promise.id, day, last_day, promise.bond_id, promise.member_id, due_at, settles_at, Outcome(outcome), *others)


def _said(session: Session, promise: Promise, occurrence: Row, rows: Sequence[Any]) -> list[Said]:
    """What was said of an occurrence, in order of arrival; for n times a week of all the days that speak of it."""
    if rows[0].id is None:
        return []
    days = schedule.days_of(promise.plan, occurrence.day)
    of_it = [row for row in rows if row.kind in CHECK_INS and row.day in days]
    return [_one_said(session, promise, row) for row in sorted(of_it, key=attrgetter("seq"))]


def _one_said(session: Session, promise: Promise, row: Any) -> Said:
    sent = sealing.opened_document(session, events.c.sent, promise.scope, row.sent)
    of = (promise.bond_id, promise.id, row.member_id)
    return log.said(Event(row.id, row.kind, *of, row.at, row.received_at, row.day, sent=sent, seq=row.seq), promise.member_id)
