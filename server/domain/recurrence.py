"""RFC 5545 recurrence of whole days: the part of RRULE that a promise may use (RULES.md 2)."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice

from server.domain.errors import InvalidError

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_BYDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[+-]?[0-9]{1,5}")
_DATE = re.compile(r"[0-9]{8}")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A parsed RRULE; `byday` holds (ordinal, weekday) with ordinal 0 for every one of them."""

    freq: str
    interval: int = 1
    byday: tuple[tuple[int, int], ...] = ()
    bymonth: tuple[int, ...] = ()
    bymonthday: tuple[int, ...] = ()
    bysetpos: tuple[int, ...] = ()
    wkst: int = 0
    count: int | None = None
    until: date | None = None

    @property
    def is_once(self) -> bool:
        """Whether this is a promise for one time only."""
        return self.count == 1

    @property
    def is_plain_weekly(self) -> bool:
        return self == Recurrence("WEEKLY", wkst=self.wkst)

    def endless(self) -> "Recurrence":
        """The same rhythm without COUNT and UNTIL."""
        return replace(self, count=None, until=None)


@lru_cache(maxsize=4096)
def parse(text: str) -> Recurrence:
    """Read an RRULE; raise InvalidError with a plain sentence where it is none, or is finer than a day."""
    parts = _parts(text.strip().upper().removeprefix("RRULE:"))
    rule = Recurrence(
        freq=_freq(parts.pop("FREQ", "")),
        interval=_number("INTERVAL", parts.pop("INTERVAL", "1"), 1, 1000),
        byday=tuple(dict.fromkeys(_weekday(one) for one in _listed(parts.pop("BYDAY", "")))),
        bymonth=_numbers("BYMONTH", parts.pop("BYMONTH", ""), 1, 12),
        bymonthday=_numbers("BYMONTHDAY", parts.pop("BYMONTHDAY", ""), -31, 31),
        bysetpos=_numbers("BYSETPOS", parts.pop("BYSETPOS", ""), -366, 366),
        wkst=_week_begins(parts.pop("WKST", "MO")),
        count=_number("COUNT", parts.pop("COUNT"), 1, 10_000) if "COUNT" in parts else None,
        until=_until(parts.pop("UNTIL")) if "UNTIL" in parts else None,
    )
    if parts:
        raise InvalidError(f"{', '.join(sorted(parts))}: not something that a promise's rhythm can have."[:200], "rule")
    _check_together(rule)
    return rule


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if not value or name in parts:
            raise InvalidError("The rhythm cannot be read: it needs parts like FREQ=DAILY.", "rule")
        parts[name] = value
    return parts


def _listed(text: str) -> list[str]:
    return text.split(",") if text else []


def _freq(value: str) -> str:
    if value not in FREQUENCIES:
        raise InvalidError("A promise comes by the day, the week, the month or the year, not finer and not otherwise.", "rule")
    return value


def _number(name: str, text: str, low: int, high: int) -> int:
    if not _NUMBER.fullmatch(text) or not low <= int(text) <= high or int(text) == 0:
        raise InvalidError(f"{name} must be a whole number from {low} to {high}, and not 0.", "rule")
    return int(text)


def _numbers(name: str, text: str, low: int, high: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(_number(name, one, low, high) for one in _listed(text)))


def _weekday(text: str) -> tuple[int, int]:
    match = _BYDAY.fullmatch(text)
    if not match or (match[1] is not None and not 1 <= abs(int(match[1])) <= 53):
        raise InvalidError("BYDAY takes weekdays like MO or 2TU.", "rule")
    return int(match[1] or 0), WEEKDAYS.index(match[2])


def _week_begins(value: str) -> int:
    if value not in WEEKDAYS:
        raise InvalidError("WKST is a weekday like MO.", "rule")
    return WEEKDAYS.index(value)


def _until(value: str) -> date:
    try:
        return date.fromisoformat(value if _DATE.fullmatch(value) else "")
    except ValueError:
        raise InvalidError("UNTIL must be a date like 20260320.", "rule") from None


def _check_together(rule: Recurrence) -> None:
    if rule.count is not None and rule.until is not None:
        raise InvalidError("A rhythm ends after a count or on a date, not both.", "rule")
    if rule.freq in ("DAILY", "WEEKLY") and any(nth for nth, _ in rule.byday):
        raise InvalidError("Only months and years have a second Tuesday.", "rule")
    if rule.freq == "WEEKLY" and rule.bymonthday:
        raise InvalidError("A weekly rhythm goes by weekdays, not by days of the month.", "rule")
    if rule.bysetpos and not (rule.byday or rule.bymonth or rule.bymonthday):
        raise InvalidError("BYSETPOS needs another part to choose from.", "rule")


def days(rule: Recurrence, starts_on: date, first: date, last: date) -> Iterator[date]:
    """The dates of the rule from `starts_on`, in order, that lie from `first` to `last`, both included.

    Without COUNT the periods before `first` are leapt over, so a window costs the same however far it lies from the start.
    """
    rule = _with_defaults(rule, starts_on)
    last = min(last, rule.until) if rule.until else last
    found = _from_period(rule, starts_on, starts_on if rule.count else max(first, starts_on), last)
    yield from (day for day in islice(found, rule.count) if day >= first)


def _with_defaults(rule: Recurrence, starts_on: date) -> Recurrence:
    if rule.byday or rule.bymonthday:
        return rule
    if rule.freq == "YEARLY":
        return replace(rule, bymonth=rule.bymonth or (starts_on.month,), bymonthday=(starts_on.day,))
    if rule.freq == "MONTHLY":
        return replace(rule, bymonthday=(starts_on.day,))
    if rule.freq == "WEEKLY":
        return replace(rule, byday=((0, starts_on.weekday()),))
    return rule


def _from_period(rule: Recurrence, starts_on: date, first: date, last: date) -> Iterator[date]:
    number = _periods_between(rule, starts_on, first)
    number -= number % rule.interval
    while (period := _period(rule, starts_on, number)) and period[0] <= last:
        yield from (day for day in _chosen(rule, period) if starts_on <= day <= last)
        number += rule.interval


def _periods_between(rule: Recurrence, starts_on: date, day: date) -> int:
    if rule.freq == "DAILY":
        return (day - starts_on).days
    if rule.freq == "WEEKLY":
        return (_week_start(rule, day) - _week_start(rule, starts_on)).days // 7
    if rule.freq == "MONTHLY":
        return (day.year - starts_on.year) * 12 + day.month - starts_on.month
    return day.year - starts_on.year


def _week_start(rule: Recurrence, day: date) -> date:
    return day - timedelta(days=(day.weekday() - rule.wkst) % 7)


def _period(rule: Recurrence, starts_on: date, number: int) -> tuple[date, date] | None:
    """First and last date of the period with this number; the first week begins on `starts_on` itself."""
    try:
        if rule.freq == "DAILY":
            return (day := starts_on + timedelta(days=number)), day
        if rule.freq == "WEEKLY":
            monday = _week_start(rule, starts_on) + timedelta(weeks=number)
            return max(monday, starts_on), monday + timedelta(days=6)
        if rule.freq == "MONTHLY":
            year, month = divmod(starts_on.year * 12 + starts_on.month - 1 + number, 12)
            return date(year, month + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1])
        return date(starts_on.year + number, 1, 1), date(starts_on.year + number, 12, 31)
    except (OverflowError, ValueError):
        return None


def _chosen(rule: Recurrence, period: tuple[date, date]) -> list[date]:
    found = [day for day in _between(*period) if _matches(rule, day)]
    if not rule.bysetpos:
        return found
    places = {place - 1 if place > 0 else len(found) + place for place in rule.bysetpos}
    return [day for place, day in enumerate(found) if place in places]


def _between(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _matches(rule: Recurrence, day: date) -> bool:
    if rule.bymonth and day.month not in rule.bymonth:
        return False
    if rule.bymonthday and day.day not in rule.bymonthday and day.day - monthrange(day.year, day.month)[1] - 1 not in rule.bymonthday:
        return False
    return not rule.byday or any(weekday == day.weekday() and (not nth or _is_nth(rule, day, nth)) for nth, weekday in rule.byday)


def _is_nth(rule: Recurrence, day: date, nth: int) -> bool:
    if rule.freq == "YEARLY" and not rule.bymonth:
        before, length = day.timetuple().tm_yday - 1, 366 if monthrange(day.year, 2)[1] == 29 else 365
    else:
        before, length = day.day - 1, monthrange(day.year, day.month)[1]
    return before // 7 + 1 == nth if nth > 0 else (length - before - 1) // 7 + 1 == -nth
