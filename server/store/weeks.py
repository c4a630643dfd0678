"""The weekly summaries, and the sums that they are made from."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Date, bindparam, exists, func, select, tuple_

from server.db import Session, insert, moved, turning
from server.db.prepared import Many, Prepared
from server.db.tables import bond_days, occurrences, promise_terms, promises, weeks
from server.db.types import earlier
from server.domain.streaks import Standing, standing
from server.domain.weeks import COUNTED, Week
from server.store import sealing
from server.store.bound import bound
from server.store.occurrences import NOT_LET_GO

DAY = timedelta(days=1)
LONGEST = timedelta(days=6)
"""From the first day of an occurrence to its last."""
BEFORE = timedelta(days=35)
"""How far back a promise's last occurrence may lie to count for the consistency at an end of a week."""
LONGEST_WRITE = timedelta(seconds=15)
"""How long after its instant a word may be committed; whoever waits longer for the database is refused."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A bond's week as it was made, and as it was last refreshed."""

    bond_id: UUID
    from_on: date
    to_on: date
    made_at: datetime
    refreshed_at: datetime
    summary: dict[str, Any]

    @property
    def days(self) -> int:
        """How many days it has: seven, or fewer in the first one after the review was moved."""
        return (self.to_on - self.from_on).days + 1


@dataclass(frozen=True, slots=True)
class Sums:
    """What a promise comes to in a week: `counts` in the order of COUNTS, its consistency at both ends, and its `rule` then."""

    bond_id: UUID
    member_id: UUID
    area: str
    rule: str | None
    before: Standing | None
    after: Standing | None
    counts: Sequence[int]


COUNTS = ("due", *(one.value for one in COUNTED), "told_ahead")
NAMES = ("bond_id", "from_on", "to_on", "made_at", "refreshed_at", "summary")


def _carried_at(end: Any) -> Any:
    """The streak after a promise's last occurrence that ends in a time up to a day."""
    some = occurrences.alias()
    # It begins no later than it ends; said so, those that are still to come are not looked at.
    near = some.c.day.between(_day("opened"), end), some.c.last_day.between(_day("back"), end)
    query = select(some.c.carried).where(bound(promises, some, id="promise_id"), *near, some.c.carried.is_not(None))
    return query.order_by(some.c.day.desc()).limit(1).scalar_subquery()


def _day(name: str) -> Any:
    return bindparam(name, None, type_=Date)


def _counted(many: Many) -> Any:
    """How many occurrences of each promise end in a week, in all and by outcome."""
    theirs = select(promises.c.id).where(many.of("ids", promises.c.bond_id))
    by_outcome = (func.count().filter(occurrences.c.outcome == one.value) for one in COUNTED)
    counts = (func.count(), *by_outcome, func.count().filter(occurrences.c.told_ahead))
    keys = occurrences.c.bond_id, occurrences.c.promise_id
    query = select(*keys, *(count.label(name) for name, count in zip(COUNTS, counts, strict=True)))
    days = (
        occurrences.c.day.between(_day("first"), _day("to")),
        occurrences.c.last_day.between(_day("from"), _day("to")),
    )
    return query.where(many.among(occurrences.c.promise_id, theirs), *days, NOT_LET_GO).group_by(*keys).subquery()


def _sums(_: Session, many: Many) -> Any:
    counted, named = _counted(many), (promises.c.bond_id, promises.c.member_id, promises.c.area)
    terms = select(promise_terms.c.rule).where(bound(promises, promise_terms, id="promise_id"))
    ends = _carried_at(_day("before")), _carried_at(_day("to"))
    rule = terms.where(promise_terms.c.from_on <= _day("to")).order_by(promise_terms.c.from_on.desc()).limit(1).scalar_subquery()
    return (
        select(*named, rule, *ends, *(func.coalesce(counted.c[name], 0) for name in COUNTS))
        .outerjoin(counted, bound(promises, counted, id="promise_id"))
        .where(many.of("ids", promises.c.bond_id))
    )


_SUMS = Prepared(_sums)


def _of_ends(_: Session, many: Many) -> Any:
    keys, of_keys = many.pairs("keys", weeks.c.bond_id, weeks.c.to_on)
    return _columns().select_from(keys.join(weeks, of_keys))


_OF_ENDS = Prepared(_of_ends)


def _put(session: Session, _: Many) -> Any:
    written = insert(session, weeks)
    changed = {name: written.excluded[name] for name in ("refreshed_at", "summary")}
    newer = weeks.c.refreshed_at <= written.excluded.refreshed_at
    return written.on_conflict_do_update(index_elements=["bond_id", "to_on"], set_=changed, where=newer)


_PUT = Prepared(_put, NAMES)


def put(session: Session, rows: Sequence[Summary]) -> None:
    """Write summaries; one made before keeps its `made_at`, and one that was refreshed later stays as it is.

    Everybody writes them in one order, so that no two who write the same wait for each other.
    """
    rows = sorted(rows, key=lambda row: (row.bond_id, row.to_on))
    _PUT.put(session, [{name: getattr(row, name) for name in NAMES} | {"summary": _sealed(session, row)} for row in rows])
    moved.note(session, ((row.bond_id, None) for row in rows))


def get(session: Session, bond_id: UUID, to_on: date) -> Summary | None:
    row = session.execute(_columns().where(weeks.c.bond_id == bond_id, weeks.c.to_on == to_on)).one_or_none()
    return _summary(session, row) if row else None


def of_bond(session: Session, bond_id: UUID, limit: int = 60, *, last: date = date.max) -> list[Summary]:
    """A bond's summaries up to a day, the latest first."""
    query = _columns().where(weeks.c.bond_id == bond_id, weeks.c.to_on <= last).order_by(weeks.c.to_on.desc()).limit(limit)
    return [_summary(session, row) for row in session.execute(query)]


def next_after(session: Session, bond_id: UUID, to_on: date) -> Summary | None:
    """The summary that follows the one of a day."""
    query = _columns().where(weeks.c.bond_id == bond_id, weeks.c.to_on > to_on).order_by(weeks.c.to_on).limit(1)
    row = session.execute(query).one_or_none()
    return _summary(session, row) if row else None


def spans(session: Session, bond_id: UUID) -> list[tuple[date, date]]:
    """The first and the last day of every week of a bond, the latest first."""
    query = select(weeks.c.from_on, weeks.c.to_on).where(weeks.c.bond_id == bond_id).order_by(weeks.c.to_on.desc())
    return [(row.from_on, row.to_on) for row in session.execute(query)]


def of_ends(session: Session, ends: Sequence[tuple[UUID, date]]) -> dict[tuple[UUID, date], Summary]:
    """The summaries of bonds' weeks by their last day."""
    rows = [dict(zip(NAMES, row, strict=True)) for row in _OF_ENDS.rows(session, keys=ends)] if ends else []
    return {
        (row["bond_id"], row["to_on"]): Summary(**row | {"summary": summed_up(session, row["bond_id"], row["summary"])}) for row in rows
    }


def holding(session: Session, bond_id: UUID, day: date) -> Summary | None:
    """The summary of the week that holds a day."""
    held = (weeks.c.bond_id == bond_id, weeks.c.from_on <= day, weeks.c.to_on >= day)
    row = session.execute(_columns().where(*held).order_by(weeks.c.to_on).limit(1)).one_or_none()
    return _summary(session, row) if row else None


def latest(session: Session, bond_ids: Collection[UUID]) -> dict[UUID, Week]:
    """The last week of each of these bonds that was summarised: for jobs."""
    last = select(weeks.c.bond_id, func.max(weeks.c.to_on)).where(weeks.c.bond_id.in_(bond_ids)).group_by(weeks.c.bond_id)
    rows = session.execute(select(weeks.c.bond_id, weeks.c.from_on, weeks.c.to_on).where(tuple_(weeks.c.bond_id, weeks.c.to_on).in_(last)))
    return {row.bond_id: Week(row.from_on, row.to_on) for row in rows}


def unsettled(session: Session, now: datetime, limit: int, *, since: datetime | None = None) -> list[Summary]:
    """Summaries of which a day, or what stood before it, may have changed after they were last refreshed, or made `since` an instant."""
    changed = exists().where(
        bond_days.c.bond_id == weeks.c.bond_id,
        bond_days.c.day.between(earlier(session.dialect, weeks.c.from_on, BEFORE), weeks.c.to_on),
        bond_days.c.changed_at > earlier(session.dialect, weeks.c.refreshed_at, LONGEST_WRITE),
    )
    query = _columns().where(changed, weeks.c.refreshed_at < now)
    if since is not None:
        query = query.where(weeks.c.refreshed_at >= since)
    return [_summary(session, row) for row in session.execute(query.order_by(weeks.c.refreshed_at).limit(limit))]


def summed_up(session: Session, bond_id: UUID, lies: dict[str, Any]) -> dict[str, Any]:
    """What a week's figures are, of the document that lies there: the areas among them are people's words, so it is sealed whole."""
    found: dict[str, Any] = msgspec.json.decode(sealing.opened_document(session, weeks.c.summary, bond_id, lies)["sealed"])
    return found


def _sealed(session: Session, row: Summary) -> dict[str, Any] | None:
    return sealing.sealed_document(session, weeks.c.summary, row.bond_id, {"sealed": turning.listed(row.summary)})


def _summary(session: Session, row: Any) -> Summary:
    return Summary(**{**row._mapping, "summary": summed_up(session, row.bond_id, row.summary)})


def _columns() -> Any:
    return select(*(weeks.c[name] for name in NAMES))


def sums(session: Session, bond_ids: Collection[UUID], week: Week) -> Iterator[Sums]:
    """What each promise of these bonds comes to in a week, counted by the database: without what was let go, but for the streak."""
    back = week.from_on - BEFORE
    days = {"from": week.from_on, "to": week.to_on, "before": week.from_on - DAY, "back": back}
    found: dict[str, Any] = {"ids": bond_ids, "first": week.from_on - LONGEST, "opened": back - LONGEST, **days}
    for bond_id, member_id, area, rule, before, after, *counts in _SUMS.rows(session, **found):
        of = sealing.opened(session, promises.c.area, bond_id, area)
        yield Sums(bond_id, member_id, of, rule, standing(before), standing(after), counts)
