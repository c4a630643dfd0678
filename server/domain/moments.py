"""A small thing that people plan together: what, when, and perhaps where."""

from datetime import date, timedelta

from server.domain import text as words
from server.domain.errors import InvalidError

LONGEST_WHAT, LONGEST_PLACE = 120, 120
FARTHEST = timedelta(days=2 * 366)


def check_day(on_date: date, today: date) -> None:
    """Refuse a day that is past or years away (InvalidError)."""
    if not today <= on_date <= today + FARTHEST:
        raise InvalidError("A day from today on, within two years, please.", "on_date")


def what_of(text: str) -> str:
    """What is planned, in one line (InvalidError where it is none)."""
    what = _line(text, "what", LONGEST_WHAT)
    if not words.is_seen(what):
        raise InvalidError("A few words, please.", "what")
    return what


def place_of(text: str) -> str:
    """Where, in one line, or nothing."""
    return _line(text, "place", LONGEST_PLACE)


def _line(text: str, field: str, longest: int) -> str:
    line = words.folded(text, field)
    if len(line) > longest:
        raise InvalidError(f"Up to {longest} characters, please.", field)
    return line
