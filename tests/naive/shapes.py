"""The fields of a line: what has another shape is refused with 422."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

Line = dict[str, Any]

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
NUMBERS = re.compile(r"[+-]?\d+(,[+-]?\d+)*")
PARTS = {
    "FREQ": re.compile(r"DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": re.compile(r"[1-9]\d*"),
    "BYDAY": re.compile(r"([+-]?\d+)?(MO|TU|WE|TH|FR|SA|SU)(,([+-]?\d+)?(MO|TU|WE|TH|FR|SA|SU))*"),
    "BYMONTH": NUMBERS,
    "BYMONTHDAY": NUMBERS,
    "BYSETPOS": NUMBERS,
    "WKST": re.compile(r"MO|TU|WE|TH|FR|SA|SU"),
    "COUNT": re.compile(r"[1-9]\d*"),
    "UNTIL": re.compile(r"\d{8}"),
}
RANGES = {"BYMONTH": (1, 12), "BYMONTHDAY": (1, 31), "BYSETPOS": (1, 366)}


class RefusedError(Exception):
    """A line that is reported and changes nothing."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


def malformed(why: str) -> NoReturn:
    """Refuse a line for its shape."""
    raise RefusedError(422, why)


def text(line: Line, name: str) -> str:
    """A required, non-empty string."""
    value = line.get(name)
    if not isinstance(value, str) or not value:
        malformed(f"{name} must be a text")
    return value


def number(line: Line, name: str, low: int, high: int) -> int | None:
    """An optional whole number within bounds."""
    value = line.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        malformed(f"{name} must be a whole number from {low} to {high}")
    return value


def moment(line: Line, name: str) -> datetime | None:
    """An optional instant, in UTC."""
    if line.get(name) is None:
        return None
    value = text(line, name)
    if not INSTANT.fullmatch(value):
        malformed(f"{name} must be an instant with its offset")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        malformed(f"{name} is no instant")


def required_moment(line: Line, name: str) -> datetime:
    """A required instant, in UTC."""
    found = moment(line, name)
    return malformed(f"{name} is missing") if found is None else found


def day(line: Line, name: str) -> date | None:
    """An optional date."""
    if line.get(name) is None:
        return None
    value = text(line, name)
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        malformed(f"{name} must be a date")
    try:
        return date.fromisoformat(value)
    except ValueError:
        malformed(f"{name} is no date")


def required_day(line: Line, name: str) -> date:
    """A required date."""
    found = day(line, name)
    return malformed(f"{name} is missing") if found is None else found


def wall(line: Line, name: str) -> time | None:
    """An optional local time, HH:MM."""
    if line.get(name) is None:
        return None
    value = text(line, name)
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        malformed(f"{name} must be HH:MM")
    return time.fromisoformat(value)


def zone(line: Line, name: str = "zone") -> str:
    """A required time zone."""
    value = text(line, name)
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        malformed(f"{value} is no time zone")
    return value


def grace(line: Line) -> timedelta:
    """The grace of a promise, ten minutes when nothing is said."""
    minutes = number(line, "grace", 0, 180)
    return timedelta(minutes=10 if minutes is None else minutes)


def rule(line: Line) -> str:
    """A required recurrence rule of the parts that the rules name."""
    value = text(line, "rule")
    parts: dict[str, str] = {}
    for piece in value.split(";"):
        name, _, given = piece.partition("=")
        if name in parts or name not in PARTS or not PARTS[name].fullmatch(given):
            malformed(f"{piece} is not understood in a rule")
        parts[name] = given
    if "FREQ" not in parts or {"COUNT", "UNTIL"} <= parts.keys():
        malformed("a rule has a FREQ and not both COUNT and UNTIL")
    if _is_forbidden(parts):
        malformed("RFC 5545 forbids these parts together")
    for name, (low, high) in RANGES.items():
        if any(not low <= abs(int(n)) <= high for n in parts.get(name, str(low)).split(",")):
            malformed(f"{name} is out of its range")
    try:
        rrulestr(value, dtstart=datetime.combine(date(2026, 1, 1), time(0)))
    except ValueError:
        malformed("the rule is not understood")
    return value


def _is_forbidden(parts: dict[str, str]) -> bool:
    often = parts["FREQ"] in ("DAILY", "WEEKLY")
    ordinal = any(len(one) > len("MO") for one in parts.get("BYDAY", "").split(","))
    alone = "BYSETPOS" in parts and not parts.keys() & {"BYDAY", "BYMONTH", "BYMONTHDAY"}
    return (often and ordinal) or (parts["FREQ"] == "WEEKLY" and "BYMONTHDAY" in parts) or alone
