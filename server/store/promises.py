"""Promises, their terms and their pauses."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, delete, or_, select, update

from server.db import Session, insert, upsert
from server.db.prepared import Many, Prepared, named
from server.db.tables import occurrences, pauses, promise_terms, promises
from server.domain.schedule import Plan, Terms, plan_of
from server.store import bonds, sealing
from server.store.bound import its_promise


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise with its whole schedule; `bond_id` is None for a personal one."""

    id: UUID
    bond_id: UUID | None
    member_id: UUID
    title: str
    area: str
    done_when: str | None
    cue: str | None
    made_at: datetime
    grown_from: UUID | None
    plan: Plan

    @property
    def scope(self) -> UUID:
        """What its figures are kept under: the bond, or for a personal promise its maker."""
        return self.bond_id or self.member_id


@dataclass(frozen=True, slots=True)
class Pause:
    """Days, both included, on which a promise, a member's promises or a bond's rest."""

    from_on: date
    until_on: date
    promise_id: UUID | None = None
    member_id: UUID | None = None
    bond_id: UUID | None = None

    def covers(self, promise: Promise, day: date) -> bool:
        """Whether this pause holds for the promise on a day."""
        if not self.from_on <= day <= self.until_on:
            return False
        return (
            promise.id == self.promise_id
            or promise.member_id == self.member_id
            or (self.bond_id is not None and promise.bond_id == self.bond_id)
        )


WORDS = ("title", "area", "done_when", "cue")
TERMS = ("promise_id", "from_on", "rule", "zone", "day_start", "times", "due_time", "grace_minutes")
PAUSE = ("from_on", "until_on", "promise_id", "member_id", "bond_id")
NAMED = named(promises)


def _pauses(_: Session, many: Many) -> Any:
    of_all = pauses.c.promise_id.is_(None)
    concerned = or_(
        many.of("promise_ids", pauses.c.promise_id),
        of_all & many.of("member_ids", pauses.c.member_id),
        of_all & many.of("bond_ids", pauses.c.bond_id),
    )
    return select(*(pauses.c[name] for name in PAUSE)).where(concerned)


_BY_IDS = Prepared(lambda _, many: select(promises).where(many.of("ids", promises.c.id)).order_by(promises.c.made_at, promises.c.id))
_TERMS = Prepared(lambda _, many: select(*(promise_terms.c[name] for name in TERMS)).where(many.of("ids", promise_terms.c.promise_id)))
_PAUSES = Prepared(_pauses)


def insert_promise(session: Session, promise: Promise) -> None:
    row = {
        name: getattr(promise, name)
        for name in ("id", "bond_id", "member_id", "title", "area", "done_when", "cue", "made_at", "grown_from")
    }
    row |= {"starts_on": promise.plan.starts_on, "released_on": promise.plan.released_on}
    session.execute(insert(session, promises), sealing.sealed_row(session, promises, row))
    for terms in promise.plan.terms:
        put_terms(session, promise, terms)


def put_terms(session: Session, promise: Promise, terms: Terms) -> None:
    """Write terms; those already agreed for the same day, which has not begun, give way."""
    row = {
        "bond_id": promise.bond_id,
        "promise_id": promise.id,
        "from_on": terms.from_on,
        "rule": terms.rule,
        "times": terms.times,
        "due_time": terms.due_time,
        "grace_minutes": int(terms.grace.total_seconds() // 60),
        "zone": terms.zone,
        "day_start": terms.day_start,
    }
    session.execute(upsert(session, promise_terms, ("promise_id", "from_on"), tuple(row)[3:]), row)


def drop_terms_after(session: Session, promise_id: UUID, day: date) -> None:
    """Terms that were to begin later than a day: a newer change replaces them."""
    session.execute(delete(promise_terms).where(promise_terms.c.promise_id == promise_id, promise_terms.c.from_on > day))


def reword(session: Session, promise_id: UUID, words: Mapping[str, Any]) -> None:
    """Change title, area, done_when or cue; figures know nothing of them."""
    of = session.execute(select(promises.c.bond_id, promises.c.member_id).where(promises.c.id == promise_id)).one()
    sealed = sealing.sealed_row(session, promises, {**words, **of._mapping})
    session.execute(update(promises).where(promises.c.id == promise_id).values({name: sealed[name] for name in words}))


def release(session: Session, promise_id: UUID, released_on: date) -> None:
    session.execute(update(promises).where(promises.c.id == promise_id).values(released_on=released_on))


def by_ids(session: Session, ids: Collection[UUID]) -> dict[UUID, Promise]:
    """The promises with these ids: for jobs, and for actions that have asked who may see them."""
    return _with_terms(session, [NAMED(*row) for row in _BY_IDS.rows(session, ids=ids)]) if ids else {}


def visible(session: Session, member_id: UUID, ids: Collection[UUID]) -> dict[UUID, Promise]:
    """Those of the promises that this member may see: their own, and those of their bonds."""
    return _read(session, select(promises).where(promises.c.id.in_(ids), _seen_by(member_id))) if ids else {}


def of_member(session: Session, member_id: UUID) -> list[Promise]:
    """Every promise that a member may see, oldest first."""
    return list(_read(session, select(promises).where(_seen_by(member_id))).values())


def made_by(session: Session, member_id: UUID) -> list[Promise]:
    """Every promise of this promiser, oldest first."""
    return list(_read(session, select(promises).where(promises.c.member_id == member_id)).values())


def of_bond(session: Session, bond_id: UUID) -> list[Promise]:
    return list(_read(session, select(promises).where(promises.c.bond_id == bond_id)).values())


def all_ids(session: Session) -> list[UUID]:
    """Every promise there is: for rebuilding."""
    return list(session.scalars(select(promises.c.id).order_by(promises.c.made_at, promises.c.id)))


def _seen_by(member_id: UUID) -> Any:
    theirs = bonds.ids_of(member_id)
    return or_(and_(promises.c.bond_id.is_(None), promises.c.member_id == member_id), promises.c.bond_id.in_(theirs))


def _read(session: Session, query: Select[Any]) -> dict[UUID, Promise]:
    return _with_terms(session, session.execute(query.order_by(promises.c.made_at, promises.c.id)).all())


def _with_terms(session: Session, rows: Sequence[Any]) -> dict[UUID, Promise]:
    terms = _terms(session, [row.id for row in rows])
    return {row.id: _promise(session, row, terms[row.id]) for row in rows}


def _terms(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[Terms]]:
    found: dict[UUID, list[Terms]] = defaultdict(list)
    if ids:
        for promise_id, from_on, rule, zone, day_start, times, due_time, minutes in _TERMS.rows(session, ids=ids):
            found[promise_id].append(Terms(from_on, rule, zone, day_start, times, due_time, timedelta(minutes=minutes)))
    return found


def _promise(session: Session, row: Any, terms: Sequence[Terms]) -> Promise:
    plan, owner = plan_of(row.starts_on, terms, row.released_on), row.bond_id or row.member_id
    title, area, done_when, cue = (sealing.opened(session, promises.c[name], owner, getattr(row, name)) for name in WORDS)
    return Promise(row.id, row.bond_id, row.member_id, title, area, done_when, cue, row.made_at, row.grown_from, plan)


def insert_pause(session: Session, pause_id: UUID, pause: Pause, *, now: datetime) -> None:
    """Write a pause; that of a promise carries its promiser and its bond beside it."""
    row = {name: getattr(pause, name) for name in ("from_on", "until_on", "promise_id", "member_id", "bond_id")}
    if pause.promise_id:
        row |= session.execute(select(promises.c.member_id, promises.c.bond_id).where(promises.c.id == pause.promise_id)).one()._mapping
    session.execute(insert(session, pauses).values(id=pause_id, made_at=now, **row))


def pauses_of(session: Session, found: Iterable[Promise]) -> list[Pause]:
    """Every pause that concerns one of these promises."""
    found = list(found)
    if not found:
        return []
    ids = {
        "promise_ids": [one.id for one in found],
        "member_ids": list({one.member_id for one in found}),
        "bond_ids": list({one.bond_id for one in found if one.bond_id}),
    }
    return [_pause(*row) for row in _PAUSES.rows(session, **ids)]


def _pause(from_on: date, until_on: date, promise_id: UUID | None, member_id: UUID | None, bond_id: UUID | None) -> Pause:
    """That of a promise carries its promiser and its bond beside it, for whom it is not."""
    return Pause(from_on, until_on, promise_id) if promise_id else Pause(from_on, until_on, None, member_id, bond_id)


def pauses_of_member(session: Session, member_id: UUID, *, since: date) -> list[Pause]:
    """The pauses of all that a member promised which are not over before a day, the earliest first."""
    query = select(pauses.c.from_on, pauses.c.until_on).where(pauses.c.member_id == member_id, pauses.c.until_on >= since)
    query = query.where(pauses.c.promise_id.is_(None))
    return [Pause(row.from_on, row.until_on, member_id=member_id) for row in session.execute(query.order_by(pauses.c.from_on))]


def concerned(session: Session, pause: Pause) -> dict[UUID, list[date]]:
    """The days of occurrences that a pause judges anew, by promise."""
    mine = [promises.c.id == pause.promise_id, promises.c.member_id == pause.member_id, promises.c.bond_id == pause.bond_id]
    wanted = [clause for clause, value in zip(mine, (pause.promise_id, pause.member_id, pause.bond_id), strict=True) if value is not None]
    query = select(occurrences.c.promise_id, occurrences.c.day).join(promises, its_promise(occurrences))
    found: dict[UUID, list[date]] = defaultdict(list)
    for row in session.execute(query.where(*wanted, occurrences.c.day.between(pause.from_on, pause.until_on))):
        found[row.promise_id].append(row.day)
    return found
