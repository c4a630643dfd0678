"""Local days, schedules and the terms of a promise: sections 1 and 2 of the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

DAY = timedelta(days=1)
AWAIT = timedelta(hours=72)
MIDNIGHT = time(0)


@dataclass(frozen=True)
class Terms:
    """What a promise says from one day on."""

    first_on: date
    rule: str
    times: int | None
    due_time: time | None
    grace: timedelta
    zone: str
    released: bool = False


@dataclass(frozen=True)
class Occurrence:
    """One promise on one day, or in the week that its Monday names."""

    promise: str
    day: date
    label_on: date
    begins_at: datetime
    due_at: datetime
    settles_at: datetime
    closes_at: datetime
    grace: timedelta
    times: int | None


@dataclass(frozen=True)
class Schedule:
    """A promise's terms, oldest first, and the days that follow from them."""

    promise: str
    starts_on: date
    day_start: time
    terms: tuple[Terms, ...]

    def terms_of(self, day: date) -> Terms:
        """The terms that a day was made under."""
        return next(terms for terms in reversed(self.terms) if terms.first_on <= day)

    def day_of(self, at: datetime) -> date:
        """The local day that an instant belongs to."""
        newer: Terms | None = None
        for terms in reversed(self.terms):
            day = _day_under(at, terms.zone, self.day_start)
            if newer is not None:
                day = min(day, newer.first_on - DAY)
            if day >= terms.first_on:
                return day
            newer = terms
        raise AssertionError("the oldest terms hold since ever")

    def begins_at(self, day: date) -> datetime:
        """The instant at which a local day begins."""
        return instant(day, self.day_start, self.terms_of(day).zone)

    def ends_at(self, day: date) -> datetime:
        """The instant at which a local day ends."""
        return instant(day + DAY, self.day_start, self.terms_of(day).zone)

    def occurrence(self, day: date) -> Occurrence | None:
        """The occurrence of this very name, if there is one."""
        terms = self.terms_of(day)
        if terms.released or day < self.starts_on:
            return None
        if terms.times is not None:
            return self._week(day, terms) if day.weekday() == 0 else None
        return self._single(day, terms) if is_due(terms.rule, self.starts_on, day) else None

    def spoken_of(self, day: date) -> Occurrence | None:
        """The occurrence that a check-in of this day speaks of; none makes it an extra."""
        terms = self.terms_of(day)
        if terms.times is None or terms.released:
            return self.occurrence(day)
        monday = day - day.weekday() * DAY
        return self.occurrence(monday) if self.terms_of(monday).times is not None else None

    def changed(self, terms: Terms, now: datetime) -> Schedule:
        """The schedule with these terms from the day after the current one."""
        new = replace(terms, first_on=self.day_of(now) + DAY)
        return replace(self, terms=(*self.terms, new))

    def _week(self, monday: date, terms: Terms) -> Occurrence:
        end = instant(monday + 7 * DAY, self.day_start, terms.zone)
        return Occurrence(
            promise=self.promise,
            day=monday,
            label_on=monday + 6 * DAY,
            begins_at=self.begins_at(monday),
            due_at=end,
            settles_at=end,
            closes_at=end + AWAIT,
            grace=timedelta(0),
            times=terms.times,
        )

    def _single(self, day: date, terms: Terms) -> Occurrence:
        end = due_at = self.ends_at(day)
        grace = timedelta(0)
        if terms.due_time is not None:
            due_on = day + DAY if terms.due_time < self.day_start else day
            due_at = instant(due_on, terms.due_time, terms.zone)
            grace = terms.grace
        settles_at = max(end, due_at + grace)
        return Occurrence(
            promise=self.promise,
            day=day,
            label_on=day,
            begins_at=self.begins_at(day),
            due_at=due_at,
            settles_at=settles_at,
            closes_at=settles_at + AWAIT,
            grace=grace,
            times=None,
        )


@lru_cache(maxsize=1 << 16)
def instant(day: date, wall: time, zone: str) -> datetime:
    """A local time as an instant: in a gap by the offset before it, twice there the first."""
    return datetime.combine(day, wall, ZoneInfo(zone)).astimezone(UTC)


def is_due(rule: str, starts_on: date, day: date) -> bool:
    """Whether a rule that starts on one date names another."""
    return day in _due_through(rule, starts_on, day.year)


@lru_cache(maxsize=1 << 10)
def yearly_share(rule: str, starts_on: date) -> float:
    """The part of the 364 days from the start that are due, without COUNT and UNTIL."""
    parts = rule.split(";")
    endless = ";".join(p for p in parts if not p.startswith(("COUNT=", "UNTIL=")))
    return len(list(_dates(endless, starts_on, starts_on + 363 * DAY))) / 364


@lru_cache(maxsize=1 << 10)
def _due_through(rule: str, starts_on: date, year: int) -> frozenset[date]:
    return frozenset(_dates(rule, starts_on, date(year, 12, 31)))


def _dates(rule: str, starts_on: date, last: date) -> Iterator[date]:
    for moment in rrulestr(rule, dtstart=datetime.combine(starts_on, MIDNIGHT)):
        if moment.date() > last:
            return
        yield moment.date()


def _day_under(at: datetime, zone: str, day_start: time) -> date:
    day = at.astimezone(ZoneInfo(zone)).date() + DAY
    while instant(day, day_start, zone) > at:
        day -= DAY
    return day
