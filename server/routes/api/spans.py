"""Which days are asked for."""

from dataclasses import dataclass
from datetime import date, timedelta

from server.domain.check_ins import is_sane
from server.domain.errors import InvalidError

LONGEST = timedelta(days=366)
USUAL = timedelta(days=84)
DAY = timedelta(days=1)
FIRST = "The first day; without it, 84 days are shown."
LAST = "The last day, at most 366 days in all; without it, today."


@dataclass(frozen=True, slots=True)
class Span:
    """Days, both included."""

    first: date
    last: date


def asked(since: date | None, until: date | None, *, today: date, first_field: str = "since") -> Span:
    """The days asked for, up to today and 84 of them where nothing else is said; InvalidError for more than 366 or less than one."""
    last = sane(until or today, "until")
    first = sane(since or last - USUAL + DAY, first_field)
    if not DAY <= last - first + DAY <= LONGEST:
        raise InvalidError(f"Ask for 1 to {LONGEST.days} days.", first_field)
    return Span(first, last)


def sane(day: date, field: str) -> date:
    """The same day, or InvalidError where no calendar of ours holds it."""
    if not is_sane(day):
        raise InvalidError("That day is too far away.", field)
    return day
