"""The folds that a bond and a promise carry: streaks, stitches, days and the weave."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, bindparam, delete, func, select

from server.db import Session, upsert
from server.db.prepared import Many, Prepared
from server.db.tables import FOLDS, bond_days, bonds, stitches, streaks, weaves
from server.domain.weaves import DayState, Weave, state
from server.store.turns import waits


@dataclass(frozen=True, slots=True)
class StreakRow:
    """A promise's streak; `carried` is the state before `tail_on`, from where the fold can still move."""

    promise_id: UUID
    bond_id: UUID | None
    member_id: UUID
    half_life: float
    tail_on: date
    opened_on: date
    opens_at: datetime | None
    changed_at: datetime
    current: int = 0
    best: int = 0
    score: float = 0.0
    valued: int = 0
    kept: int = 0
    stitches: int = 0
    comeback_on: date | None = None
    carried: list[Any] | None = None
    unannounced: bool = False


@dataclass(frozen=True, slots=True)
class BondDay:
    """A day of a bond: how many occurrences held and how many broke."""

    held: int = 0
    broke: int = 0

    @property
    def state(self) -> DayState:
        return state(self.held, self.broke)


STREAK = tuple(field.name for field in fields(StreakRow))
FOLDED = tuple(name for name in STREAK if name not in ("promise_id", "bond_id", "member_id", "opened_on", "opens_at"))
DAY = ("bond_id", "day", "held", "broke", "changed_at")
WEAVE = ("bond_id", "together", "broken_on", "changed_at", "unannounced")
STITCHES = ("bond_id", "member_id", "kept", "changed_at", "unannounced")


def _streaks(many: Many) -> Any:
    query = select(*(streaks.c[name] for name in STREAK)).where(many.of("ids", streaks.c.promise_id))
    return query.order_by(streaks.c.promise_id)


def _days(_: Session, many: Many) -> Any:
    keys, of_keys = many.pairs("keys", bond_days.c.bond_id, bond_days.c.day)
    return select(*(bond_days.c[name] for name in DAY)).select_from(keys.join(bond_days, of_keys))


_STREAKS = Prepared(lambda _, many: _streaks(many))
_STREAKS_TO_CHANGE = Prepared(lambda _, many: _streaks(many).with_for_update(key_share=True))
_DAYS = Prepared(_days)
_WEAVES = Prepared(lambda _, many: select(*(weaves.c[name] for name in WEAVE)).where(many.of("ids", weaves.c.bond_id)))
_PUT_STREAKS = Prepared(lambda session, _: upsert(session, streaks, ("promise_id",), STREAK[1:]), STREAK)
_FOLD_STREAKS = Prepared(lambda _, many: many.setting(streaks, ("promise_id",), FOLDED))
_PUT_DAYS = Prepared(lambda session, _: upsert(session, bond_days, DAY[:2], DAY[2:]), DAY)
_WOVEN = Prepared(
    lambda _, many: (
        select(bond_days.c.bond_id, func.count())
        .where(many.of("ids", bond_days.c.bond_id), bond_days.c.held > 0, bond_days.c.broke == 0)
        .where(bond_days.c.day.between(bindparam("first", None, type_=Date), bindparam("last", None, type_=Date)))
        .group_by(bond_days.c.bond_id)
    )
)
_WAITING_WEAVES = Prepared(
    lambda _, many: select(*(weaves.c[name] for name in WEAVE[:3])).where(waits(weaves), many.of("ids", weaves.c.bond_id))
)
_TOUCH_DAYS = Prepared(lambda session, _: upsert(session, bond_days, DAY[:2], DAY[4:]), DAY)
_PUT_WEAVES = Prepared(lambda session, _: upsert(session, weaves, WEAVE[:1], WEAVE[1:4], flags=WEAVE[4:]), WEAVE)
_ADD_STITCHES = Prepared(
    lambda session, _: upsert(session, stitches, STITCHES[:2], ("changed_at",), flags=("unannounced",), sums=("kept",)), STITCHES
)

_broken = (
    select(bond_days.c.bond_id, func.max(bond_days.c.day).label("broken_on"))
    .where(bond_days.c.bond_id.in_(bindparam("ids", expanding=True)), bond_days.c.broke > 0)
    .group_by(bond_days.c.bond_id)
    .subquery()
)
_TOGETHER = (
    select(bonds.c.id, _broken.c.broken_on, func.count(bond_days.c.day).label("together"))
    .outerjoin_from(bonds, _broken, _broken.c.bond_id == bonds.c.id)
    .outerjoin(
        bond_days,
        (bond_days.c.bond_id == bonds.c.id)
        & (bond_days.c.held > 0)
        & (bond_days.c.broke == 0)
        & (_broken.c.broken_on.is_(None) | (bond_days.c.day > _broken.c.broken_on)),
    )
    .where(bonds.c.id.in_(bindparam("ids", expanding=True)))
    .group_by(bonds.c.id, _broken.c.broken_on)
)


def streaks_of(session: Session, promise_ids: Collection[UUID], *, to_change: bool = False) -> dict[UUID, StreakRow]:
    """The streaks of promises; `to_change` locks them, in order of id, until the transaction ends."""
    if not promise_ids:
        return {}
    rows = (_STREAKS_TO_CHANGE if to_change else _STREAKS).rows(session, ids=promise_ids)
    return {row[0]: StreakRow(*row) for row in rows}


def put_streaks(session: Session, rows: Sequence[StreakRow]) -> None:
    _PUT_STREAKS.put(session, [{name: getattr(row, name) for name in STREAK} for row in rows])


def fold_streaks(session: Session, rows: Sequence[StreakRow]) -> None:
    """Write how streaks that are there were folded on; how far their days are open stays."""
    _FOLD_STREAKS.put(session, [{name: getattr(row, name) for name in ("promise_id", *FOLDED)} for row in rows])


def opening(session: Session, now: datetime, limit: int) -> list[UUID]:
    """Promises whose days ahead are to be opened by now: for jobs."""
    return list(session.scalars(select(streaks.c.promise_id).where(streaks.c.opens_at <= now).order_by(streaks.c.opens_at).limit(limit)))


def days_of(session: Session, keys: Collection[tuple[UUID, date]]) -> dict[tuple[UUID, date], BondDay]:
    if not keys:
        return {}
    return {(row[0], row[1]): BondDay(row[2], row[3]) for row in _DAYS.rows(session, keys=keys)}


def days_between(session: Session, bond_id: UUID, first: date, last: date) -> dict[date, BondDay]:
    query = select(bond_days).where(bond_days.c.bond_id == bond_id, bond_days.c.day.between(first, last)).order_by(bond_days.c.day)
    return {row.day: BondDay(row.held, row.broke) for row in session.execute(query)}


def woven(session: Session, bond_ids: Collection[UUID], first: date, last: date) -> dict[UUID, int]:
    """How many days of each of these bonds are woven, from one to another, both included; none is left out: for jobs."""
    return dict(_WOVEN.rows(session, ids=bond_ids, first=first, last=last)) if bond_ids else {}


def put_days(session: Session, days: Mapping[tuple[UUID, date], BondDay], *, now: datetime) -> None:
    rows = [{"bond_id": b, "day": d, "held": one.held, "broke": one.broke, "changed_at": now} for (b, d), one in sorted(days.items())]
    _PUT_DAYS.put(session, rows)


def touch_days(session: Session, keys: Collection[tuple[UUID, date]], *, now: datetime) -> None:
    """Note that something of these days has changed which neither holds nor breaks them."""
    _TOUCH_DAYS.put(session, [{"bond_id": b, "day": d, "held": 0, "broke": 0, "changed_at": now} for b, d in keys])


def weaves_of(session: Session, bond_ids: Collection[UUID]) -> dict[UUID, Weave]:
    if not bond_ids:
        return {}
    return {row[0]: Weave(row[1], row[2]) for row in _WEAVES.rows(session, ids=bond_ids)}


def waiting_weaves(session: Session, bond_ids: Collection[UUID]) -> dict[UUID, Weave]:
    """Those of these bonds' weaves that have grown since they were last looked at."""
    return {row[0]: Weave(row[1], row[2]) for row in _WAITING_WEAVES.rows(session, ids=bond_ids)}


def woven_since(session: Session, found: Mapping[UUID, Weave]) -> dict[UUID, list[tuple[date, datetime]]]:
    """The days that each of these bonds has woven since the last broken one, with when each last changed."""
    days: dict[UUID, list[tuple[date, datetime]]] = {one: [] for one in found}
    since = weaves.c.broken_on.is_(None) | (bond_days.c.day > weaves.c.broken_on)
    query = select(bond_days).join(weaves, weaves.c.bond_id == bond_days.c.bond_id)
    query = query.where(bond_days.c.bond_id.in_(found.keys()), bond_days.c.held > 0, bond_days.c.broke == 0, since)
    for row in session.execute(query) if found else ():
        days[row.bond_id].append((row.day, row.changed_at))
    return days


def put_weaves(session: Session, found: Mapping[UUID, Weave], grown: Collection[UUID], *, now: datetime) -> None:
    """Write weaves; those that have grown wait to be looked at for a milestone."""
    rows = [
        {"bond_id": one, "together": w.together, "broken_on": w.broken_on, "changed_at": now, "unannounced": one in grown}
        for one, w in sorted(found.items())
    ]
    _PUT_WEAVES.put(session, rows)


def count_together(session: Session, bond_ids: Collection[UUID]) -> dict[UUID, Weave]:
    """Count these bonds' woven days anew: those since the last broken one."""
    if not bond_ids:
        return {}
    found = {row.id: Weave(row.together, row.broken_on) for row in session.execute(_TOGETHER, {"ids": list(bond_ids)})}
    return {one: found.get(one, Weave()) for one in bond_ids}


def add_stitches(session: Session, grown: Mapping[tuple[UUID, UUID], int], *, now: datetime) -> None:
    """Add to (or take from) members' lifetime stitches in their bonds."""
    rows = [{"bond_id": b, "member_id": m, "kept": n, "changed_at": now, "unannounced": n > 0} for (b, m), n in sorted(grown.items())]
    _ADD_STITCHES.put(session, rows)


def stitches_of(session: Session, bond_id: UUID) -> dict[UUID, int]:
    return {row.member_id: row.kept for row in session.execute(select(stitches).where(stitches.c.bond_id == bond_id))}


def forget(session: Session) -> None:
    """Throw every fold away: for rebuilding."""
    for table in FOLDS:
        session.execute(delete(table))
