"""A history in, what the rules make of it out: slow, plain, and meant to be right."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from tests.naive import commands, figures, shapes
from tests.naive.book import AHEAD, Book, Entry
from tests.naive.milestones import Milestones
from tests.naive.shapes import Line, RefusedError, malformed
from tests.naive.world import Bond, Promise, World

Document = dict[str, Any]
START = datetime(1, 1, 1, tzinfo=UTC)


def replay(lines: Iterable[str]) -> Document:
    """What the rules make of a history of JSON lines in order of `now`."""
    book = Book(World())
    milestones = Milestones(book)
    refused: list[Document] = []
    clock = START
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        try:
            line = _parsed(raw)
            now = _not_before(clock, shapes.required_moment(line, "now"))
            _wait(book, milestones, clock, now)
            clock = now
            commands.run(book, line, now)
        except RefusedError as refusal:
            refused.append({"line": number, "status": refusal.status, "why": refusal.why})
        milestones.look(clock)
    return _document(book, milestones, refused, clock)


def _parsed(raw: str) -> Line:
    try:
        line = json.loads(raw)
    except ValueError:
        malformed("not JSON")
    return line if isinstance(line, dict) else malformed("not a JSON object")


def _not_before(clock: datetime, now: datetime) -> datetime:
    return malformed("earlier than the line before") if now < clock else now


def _wait(book: Book, milestones: Milestones, since: datetime, until: datetime) -> None:
    through = (until + AHEAD).date()
    turns = {t for p in book.world.promises.values() for t in book.turns(p, through)}
    for turn in sorted(turns):
        if since < turn < until:
            milestones.look(turn)


def _document(book: Book, milestones: Milestones, refused: list[Document], now: datetime) -> Document:
    world = book.world
    found = sorted(milestones.found)
    return {
        "now": _instant(now),
        "promises": {p.id: _promise(book, p, now) for p in world.promises.values()},
        "bonds": {b.id: _bond(book, b, now) for b in world.bonds.values()},
        "milestones": [{"kind": kind, "scope": scope, "threshold": threshold, "at": _instant(at)} for at, kind, scope, threshold in found],
        "refused": refused,
    }


def _promise(book: Book, promise: Promise, now: datetime) -> Document:
    begun = book.begun(promise, now)
    streak = figures.streak(begun)
    return {
        "occurrences": [_occurrence(entry) for entry in begun if entry.occurrence.begins_at <= now],
        "current": streak.current,
        "best": streak.best,
        "consistency": _rounded(figures.consistency(promise, begun, now)),
        "stitches": figures.stitches(begun),
    }


def _occurrence(entry: Entry) -> Document:
    return {
        "day": entry.occurrence.day.isoformat(),
        "due_at": _instant(entry.occurrence.due_at),
        "settles_at": _instant(entry.occurrence.settles_at),
        "outcome": entry.standing.outcome,
        "value": _rounded(entry.standing.value),
        "told_ahead": entry.told_ahead,
        "witnessed": entry.witnessed,
    }


def _bond(book: Book, bond: Bond, now: datetime) -> Document:
    days = figures.days(book, bond, now)
    stitches = {m: figures.member_stitches(book, bond, m, now) for m in bond.members}
    return {
        "days": {day.isoformat(): is_ for day, is_ in days.items()},
        "together": figures.together(days),
        "stitches": stitches,
        "weeks": [figures.week(book, bond, d, now) for d in figures.reviews(bond, now)],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
