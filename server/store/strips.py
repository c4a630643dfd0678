"""The past days of a promise as one text, a strip: what is drawn of them costs one row, and one that was read is remembered."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, String, and_, case, cast, func, literal, select

from server.db.tables import occurrences, promises
from server.domain import outcomes
from server.domain.outcomes import Effect, Outcome
from server.store import let_goes
from server.store.bound import bound

REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Day:
    """An occurrence, as much of it as is drawn."""

    day: date
    last_day: date
    outcome: Outcome
    value: float | None
    waits: bool
    told_ahead: bool

    @property
    def effect(self) -> Effect:
        return outcomes.effect(self.outcome, self.value, waits=self.waits)


class Strip(tuple[Day, ...]):
    """Days in their order; a text is read into one strip, which is equal to itself alone, so that what is drawn of it can be remembered."""

    __slots__ = ()
    __hash__ = object.__hash__
    __eq__ = object.__eq__
    __ne__ = object.__ne__


# Most days were kept on time: a short text for them halves what reading a strip costs.
_is_plain = and_(
    occurrences.c.last_day == occurrences.c.day,
    occurrences.c.outcome == Outcome.KEPT.value,
    occurrences.c.changes_at.is_(None),
    ~occurrences.c.told_ahead,
)
# The fifteen digits of a value that SQLite writes tell microseconds of lateness apart.
_more = (
    literal(",")
    + cast(occurrences.c.last_day, String)
    + ","
    + func.coalesce(cast(occurrences.c.value, String), "")
    + case((occurrences.c.changes_at.is_(None), ","), else_=",w")
    + case((occurrences.c.told_ahead, ",t"), else_=",")
)


def strip(first: BindParameter[date], last: BindParameter[date], ends: BindParameter[date]) -> ColumnElement[Any]:
    """The text of a promise's days between two that end from a third on, as people see them; nothing where there are none."""
    text = cast(occurrences.c.day, String) + occurrences.c.outcome + case((_is_plain, ""), else_=_more)
    of_promise = bound(occurrences, promises, promise_id="id")
    query = select(func.aggregate_strings(text, " ")).where(of_promise, occurrences.c.day.between(first, last))
    return query.where(occurrences.c.last_day >= ends, let_goes.stands(occurrences)).scalar_subquery()


@lru_cache(maxsize=REMEMBERED)
def read(text: str) -> Strip:
    """The days of a strip, in their order."""
    return Strip(sorted((_day(one) for one in text.split(" ")), key=lambda one: one.day))


@lru_cache(maxsize=REMEMBERED)
def speaking_from(strip: Strip, ended_on: date) -> date | None:
    """The first day that ends after a date, is still to settle, or waits for a word; earlier ones are looked back upon."""
    return next((one.day for one in strip if one.last_day > ended_on or one.waits or one.outcome is Outcome.PENDING), None)


def _day(text: str) -> Day:
    day, (outcome, *more) = date.fromisoformat(text[:10]), text[10:].split(",")
    if not more:
        return Day(day, day, Outcome(outcome), 1.0, waits=False, told_ahead=False)
    last_day, value, changes, told = more
    waits = outcome == Outcome.UNREPORTED.value and bool(changes)
    return Day(day, date.fromisoformat(last_day), Outcome(outcome), float(value) if value else None, waits=waits, told_ahead=bool(told))
