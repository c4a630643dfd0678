"""A bond's week and its review moment (RULES.md 8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from server.domain import schedule
from server.domain.outcomes import Outcome

COUNTED = (Outcome.KEPT, Outcome.LATE, Outcome.PARTLY, Outcome.EXCUSED, Outcome.MISSED, Outcome.MENDED, Outcome.UNREPORTED)


@dataclass(frozen=True, slots=True)
class Review:
    """When a bond looks at its week: `weekday` 0 (Monday) to 6, local time in the bond's zone."""

    weekday: int = 6
    at: time = time(18)
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days that end with the review's weekday, both dates included."""

    from_on: date
    to_on: date


def ending(to_on: date) -> Week:
    return Week(to_on - timedelta(days=6), to_on)


def week_of(review: Review, day: date) -> Week:
    """The week that holds a day."""
    return ending(day + timedelta(days=(review.weekday - day.weekday()) % 7))


def moment(review: Review, to_on: date) -> datetime:
    """The review moment of the week that ends on this date."""
    return schedule.instant(to_on, review.at, review.zone)


@lru_cache(maxsize=1024)
def next_review(review: Review, after: datetime) -> date:
    """The last day of the first week whose review moment is later than an instant; very many look at their week at the same one."""
    day = after.astimezone(schedule.zone_of(review.zone)).date() - timedelta(days=1)
    to_on = week_of(review, day).to_on
    while moment(review, to_on) <= after.astimezone(UTC):
        to_on += timedelta(weeks=1)
    return to_on


def first_review(review: Review, made_at: datetime) -> date:
    """The last day of a new bond's first week: one whose moment is this very instant counts."""
    return next_review(review, made_at - timedelta(microseconds=1))


def ends_after(review: Review, day: date, last: date, most: int) -> list[date]:
    """The last days of the weeks that end after a day and up to another, at most so many of them, the latest."""
    first = week_of(review, day + timedelta(days=1)).to_on
    return [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)][-most:]


def after(before: Week | None, to_on: date) -> Week:
    """The week that ends on a date; where the review was moved, it begins when the one before is over, so that no day is in two."""
    if before is None or to_on < before.to_on:
        return ending(to_on)
    return before if to_on == before.to_on else Week(max(ending(to_on).from_on, before.to_on + timedelta(days=1)), to_on)


def tally(found: Iterable[tuple[Outcome, bool]]) -> dict[str, int]:
    """Count (outcome, told ahead) pairs: `due` is all of them; the rest by outcome, and those told ahead."""
    found = list(found)
    counts = {outcome.value: sum(1 for one, _ in found if one is outcome) for outcome in COUNTED}
    return {"due": len(found), **counts, "told_ahead": sum(told for _, told in found)}
