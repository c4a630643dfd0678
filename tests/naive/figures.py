"""Streaks, consistency, stitches, days and weeks: sections 5, 6 and 8 of the rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt

from tests.naive.book import Book, Entry
from tests.naive.terms import DAY, instant, yearly_share
from tests.naive.world import Bond, Promise

COUNTED = ("kept", "late", "partly", "excused", "missed", "mended", "unreported")
LIKE_KEPT = ("kept", "mended", "late", "partly")


@dataclass(frozen=True)
class Streak:
    """Where the fold stands; `fell_on` is the last break of a streak of three or more."""

    current: int
    best: int
    fell_on: date | None


def folded(entries: list[Entry]) -> list[Entry]:
    """Those before the first that is pending or waits."""
    stops = [n for n, e in enumerate(entries) if e.standing.effect == "stops"]
    return entries[: stops[0]] if stops else entries


def streak(entries: list[Entry]) -> Streak:
    """The fold of a promise's begun occurrences."""
    current = best = 0
    fell_on: date | None = None
    for entry in folded(entries):
        if entry.standing.effect == "adds":
            current += 1
        elif entry.standing.effect == "breaks":
            fell_on = entry.occurrence.day if current >= 3 else fell_on
            current = 0
        best = max(best, current)
    return Streak(current, best, fell_on)


def consistency(promise: Promise, entries: list[Entry], now: datetime) -> float | None:
    """The weighted mean of the values, none for a promise for one time only."""
    terms = promise.schedule.terms_of(promise.schedule.day_of(now))
    if "COUNT=1" in terms.rule.split(";"):
        return None
    share = 1 / 7 if terms.times else yearly_share(terms.rule, promise.schedule.starts_on)
    h = min(max(13 * sqrt(share), 2.4), 13)
    s = 0.0
    for entry in folded(entries):
        if entry.standing.value is not None:
            s += (entry.standing.value - s) * (1 - 2 ** (-1 / h))
    return s


def stitches(entries: Iterable[Entry]) -> int:
    """How many stand as kept."""
    return sum(e.standing.outcome == "kept" for e in entries)


def promises_of(book: Book, bond: Bond, member: str | None = None) -> list[Promise]:
    """The shared promises of a bond, or of one member in it."""
    shared = [p for p in book.world.promises.values() if p.bond == bond]
    return [p for p in shared if member in (None, p.by)]


def member_stitches(book: Book, bond: Bond, member: str, now: datetime) -> int:
    """A member's lifetime stitches in a bond."""
    return sum(stitches(book.begun(p, now)) for p in promises_of(book, bond, member))


def days(book: Book, bond: Bond, now: datetime) -> dict[date, str]:
    """The woven and the broken days, in order."""
    woven: set[date] = set()
    broken: set[date] = set()
    for promise in promises_of(book, bond):
        for entry in book.begun(promise, now):
            day, standing = entry.occurrence.label_on, entry.standing
            if standing.effect == "breaks":
                broken.add(day)
            elif standing.outcome in LIKE_KEPT:
                woven.add(day)
    return {d: "broken" if d in broken else "woven" for d in sorted(woven | broken)}


def together(days: dict[date, str]) -> int:
    """The woven days since the last broken one."""
    last_broken = max((d for d, is_ in days.items() if is_ == "broken"), default=date.min)
    return sum(is_ == "woven" and d > last_broken for d, is_ in days.items())


def reviews(bond: Bond, now: datetime) -> list[date]:
    """The last days of the weeks whose review moment lies between the making and now."""
    first = bond.made_at.date() - 2 * DAY
    span = range((now.date() - first).days + 3)
    ends = [first + n * DAY for n in span]
    return [d for d in ends if d.weekday() == bond.review_weekday and bond.made_at <= instant(d, bond.review_time, bond.zone) <= now]


def week(book: Book, bond: Bond, last: date, now: datetime) -> dict[str, object]:
    """One week's summary as it stands."""
    first = last - timedelta(days=6)
    woven = [d for d, is_ in days(book, bond, now).items() if is_ == "woven"]
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "members": {m: _share(book, bond, m, first, last, now) for m in bond.members},
        "woven": sum(first <= d <= last for d in woven),
    }


def _share(book: Book, bond: Bond, member: str, first: date, last: date, now: datetime) -> dict[str, int]:
    due = [e for p in promises_of(book, bond, member) for e in book.entries(p, now) if first <= e.occurrence.label_on <= last]
    by_outcome = {o: sum(e.standing.outcome == o for e in due) for o in COUNTED}
    told = sum(e.told_ahead for e in due)
    return {"due": len(due), **by_outcome, "told_ahead": told}
