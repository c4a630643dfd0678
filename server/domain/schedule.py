"""When a promise is due: days, due times, and the instants at which an occurrence settles and closes (RULES.md 2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from server.domain import recurrence
from server.domain.errors import InvalidError

CLOSES_AFTER = timedelta(hours=72)
GRACE = timedelta(minutes=10)
LONGEST_GRACE = timedelta(minutes=180)
LATEST_DAY_START = time(6)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed about a promise, holding for its days from `from_on` until newer terms begin."""

    from_on: date
    rule: str
    zone: str
    day_start: time
    times: int | None = None
    due_time: time | None = None
    grace: timedelta = GRACE

    @property
    def recurrence(self) -> recurrence.Recurrence:
        return recurrence.parse(self.rule)


@dataclass(frozen=True, slots=True)
class Plan:
    """A promise's whole schedule: its first date, the date from which it is released, its terms from oldest to newest."""

    starts_on: date
    terms: tuple[Terms, ...]
    released_on: date | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One promise on one day; for n times a week `day` is the Monday and `last_day` the Sunday."""

    day: date
    last_day: date
    due_at: datetime
    settles_at: datetime
    terms: Terms

    @property
    def closes_at(self) -> datetime:
        return self.settles_at + CLOSES_AFTER

    @property
    def late_from(self) -> datetime:
        """The last instant that is on time when nothing was told ahead: `due_at` plus the grace."""
        return self.due_at + allowance(self.terms)


def check(terms: Terms) -> Terms:
    """The same terms, or InvalidError with the sentence that says what does not hold."""
    rule = terms.recurrence
    zone_of(terms.zone)
    if terms.day_start > LATEST_DAY_START:
        raise InvalidError("A day starts between 00:00 and 06:00.", "day_start")
    if not timedelta(0) <= terms.grace <= LONGEST_GRACE:
        raise InvalidError("The grace is 0 to 180 minutes.", "grace")
    if terms.times is not None:
        if not 1 <= terms.times <= 7:
            raise InvalidError("Times a week are 1 to 7.", "times")
        if not rule.is_plain_weekly:
            raise InvalidError("So many times a week goes with every week, whichever days.", "rule")
        if terms.due_time is not None:
            raise InvalidError("So many times a week has no due time.", "due_time")
    return terms


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The IANA zone of this name; InvalidError where there is none."""
    if name not in _zones() or name in ("localtime", "posixrules", "Factory"):
        raise InvalidError("That time zone is not known. It is a name like Europe/Berlin.", "zone")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidError("That time zone is not known. It is a name like Europe/Berlin.", "zone") from None


@lru_cache(maxsize=8192)
def instant(day: date, wall: time, zone: str) -> datetime:
    """The UTC instant of a local time: in a gap with the offset before it, in a fold the first of the two."""
    return datetime.combine(day, wall, zone_of(zone)).replace(fold=0).astimezone(UTC)


def begins_at(day: date, terms: Terms) -> datetime:
    """The instant at which the local day begins under these terms."""
    return instant(day, terms.day_start, terms.zone)


def allowance(terms: Terms) -> timedelta:
    """The grace, which applies only with a due time."""
    return terms.grace if terms.due_time is not None else timedelta(0)


@lru_cache(maxsize=256)
def local_day(at: datetime, zone: str, day_start: time) -> date:
    """The day that is running at this instant: before `day_start` it is still the evening before; a page asks for it many times."""
    day = at.astimezone(zone_of(zone)).date() + DAY
    while instant(day, day_start, zone) > at:
        day -= DAY
    return day


def day_of(plan: Plan, at: datetime) -> date:
    """The promise's local day at an instant, by the terms that held then."""
    latest = date.max
    for terms in reversed(plan.terms[1:]):
        day = local_day(at, terms.zone, terms.day_start)
        if day >= terms.from_on:
            return min(day, latest)
        latest = terms.from_on - DAY
    return min(local_day(at, plan.terms[0].zone, plan.terms[0].day_start), latest)


def terms_on(plan: Plan, day: date) -> Terms:
    """The terms that hold on a day; before the first, the first."""
    return next((terms for terms in reversed(plan.terms) if terms.from_on <= day), plan.terms[0])


def next_day(plan: Plan, now: datetime) -> date:
    """The next day that has not begun: from it a change holds."""
    return day_of(plan, now) + DAY


def occurrences(plan: Plan, first: date, last: date) -> Iterator[Occurrence]:
    """The occurrences whose `day` lies from `first` to `last`, in order of day."""
    for place, terms in enumerate(plan.terms):
        begin = max(first, plan.starts_on, terms.from_on if place else plan.starts_on)
        ends = [last, *(later.from_on - DAY for later in plan.terms[place + 1 : place + 2])]
        if plan.released_on is not None:
            ends.append(plan.released_on - DAY)
        yield from (_occurrence(day, terms) for day in _days(plan, terms, begin, min(ends)))


@lru_cache(maxsize=4096)
def named(plan: Plan, day: date) -> Occurrence | None:
    """The occurrence whose `day` this is, if there is one; a check-in asks for it several times."""
    return next(occurrences(plan, day, day), None)


def occurrence_of(plan: Plan, day: date) -> Occurrence | None:
    """The occurrence that a check-in of this day speaks of, or None where it is an extra.

    A week of *n times a week* keeps its Monday's terms; a day of it on which other terms hold already speaks for itself.
    """
    if terms_on(plan, day).times is None:
        return named(plan, day)
    monday = day - timedelta(days=day.weekday())
    week = named(plan, monday)
    return None if week is None or week.terms.times is None or _is_released(plan, day) else week


def days_of(plan: Plan, day: date) -> list[date]:
    """The days that speak of the occurrence of this name: itself, or those of its week."""
    if terms_on(plan, day).times is None:
        return [day]
    week = [day + timedelta(days=n) for n in range(7 - day.weekday())]
    return [one for one in week if terms_on(plan, one).times is not None and not _is_released(plan, one)]


def _is_released(plan: Plan, day: date) -> bool:
    return plan.released_on is not None and day >= plan.released_on


def share_of_days(plan: Plan, terms: Terms) -> float:
    """`f` of RULES.md 5: days due in the 364 days from `starts_on`, divided by 364."""
    if terms.times is not None:
        return 1 / 7
    return _share(terms.rule, plan.starts_on)


@lru_cache(maxsize=8192)
def _share(rule: str, starts_on: date) -> float:
    span = recurrence.days(recurrence.parse(rule).endless(), starts_on, starts_on, starts_on + timedelta(days=363))
    return sum(1 for _ in span) / 364


def _days(plan: Plan, terms: Terms, first: date, last: date) -> Iterator[date]:
    if terms.times is None:
        return recurrence.days(terms.recurrence, plan.starts_on, first, last)
    monday = first + timedelta(days=-first.weekday() % 7)
    return (monday + timedelta(weeks=n) for n in range((last - monday).days // 7 + 1))


def _occurrence(day: date, terms: Terms) -> Occurrence:
    last_day = day if terms.times is None else day + timedelta(days=6)
    end = begins_at(last_day + DAY, terms)
    due = end if terms.due_time is None else _due_at(day, terms.due_time, terms)
    return Occurrence(day, last_day, due, max(end, due + allowance(terms)), terms)


def _due_at(day: date, due_time: time, terms: Terms) -> datetime:
    return instant(day if due_time >= terms.day_start else day + DAY, due_time, terms.zone)


def plan_of(starts_on: date, terms: Sequence[Terms], released_on: date | None = None) -> Plan:
    return Plan(starts_on, tuple(sorted(terms, key=lambda one: one.from_on)), released_on)
