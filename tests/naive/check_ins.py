"""Accepting or refusing a check-in: section 3 of the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from tests.naive import judge, shapes
from tests.naive.book import Book
from tests.naive.shapes import Line, RefusedError
from tests.naive.terms import AWAIT, DAY, Occurrence
from tests.naive.world import CheckIn, Promise

EARLY = timedelta(minutes=5)
SECOND_THOUGHTS = timedelta(minutes=15)
PROMISER = ("missed", "heads_up", "reserve", "agree_missed")
RECEIVER = ("excuse", "vouch", "seen", "differs", "withdraw")
KINDS = ("kept", *PROMISER, *RECEIVER, "undo")
NO_LIMIT = ("seen", "differs", "agree_missed", "withdraw")
LABELS = (None, "slip", "broke_my_word")
UNSET = date.max


def check_in(book: Book, line: Line, now: datetime) -> None:
    """Accept a check-in, or answer it as the first time, or refuse it."""
    tap = _parsed(line, len(book.world.check_ins), now)
    first = book.world.sent(tap.id)
    if first is not None:
        _same_again(first, tap, line)
        return
    promise = book.world.promise_for(tap.promise, tap.by)
    target = _target(book, tap)
    if not now - AWAIT <= tap.at <= now + EARLY:
        raise RefusedError(422, "tapped too long ago, or in the future")
    if target is not None:
        tap = replace(tap, day=target.day, named=target.named)
        _check_undo(book, promise, tap, target)
    else:
        tap = _placed(promise, tap)
        _check_person(promise, tap)
        _check_state(book, promise, tap, now)
    book.world.check_ins.append(tap)


def _parsed(line: Line, order: int, now: datetime) -> CheckIn:
    kind, label = shapes.text(line, "kind"), line.get("label")
    to, sent_day = shapes.moment(line, "to"), shapes.day(line, "day")
    if kind not in KINDS or label not in LABELS or (kind == "heads_up" and to is None):
        raise RefusedError(422, "no such kind or label, or a heads-up to no time")
    target = shapes.text(line, "target") if kind == "undo" or line.get("target") else None
    return CheckIn(
        order=order,
        id=shapes.text(line, "id"),
        by=shapes.text(line, "by"),
        promise=shapes.text(line, "promise"),
        kind=kind,
        at=shapes.moment(line, "at") or now,
        received_at=now,
        sent_day=sent_day,
        day=UNSET,
        named=None,
        to=to,
        target=target,
        label=label,
    )


def _same_again(first: CheckIn, tap: CheckIn, line: Line) -> None:
    names = ["by", "promise", "kind", "sent_day", "to", "target", "label"]
    names += ["at"] if line.get("at") is not None else []
    if any(getattr(first, name) != getattr(tap, name) for name in names):
        raise RefusedError(409, "this id was sent with other content")


def _target(book: Book, tap: CheckIn) -> CheckIn | None:
    if tap.kind != "undo":
        return None
    target = book.world.sent(tap.target or "")
    if target is None or target.promise != tap.promise:
        raise RefusedError(404, "no such check-in")
    return target


def _placed(promise: Promise, tap: CheckIn) -> CheckIn:
    day = tap.sent_day or promise.schedule.day_of(tap.at)
    if promise.schedule.begins_at(day) > tap.at and tap.sent_day is not None:
        raise RefusedError(422, "that day has not begun")
    occurrence = promise.schedule.spoken_of(day)
    return replace(tap, day=day, named=occurrence.day if occurrence else None)


def _check_person(promise: Promise, tap: CheckIn) -> None:
    mine = tap.by == promise.by
    if (tap.kind in PROMISER and not mine) or (tap.kind in RECEIVER and mine):
        raise RefusedError(403, "not for this person to say")


def _check_undo(book: Book, promise: Promise, tap: CheckIn, target: CheckIn) -> None:
    if target.by != tap.by:
        raise RefusedError(403, "somebody else said that")
    if target.kind == "undo" or target.id in book.world.undone():
        raise RefusedError(409, "that is taken back already, or is a taking back")
    occurrence = promise.schedule.spoken_of(target.day)
    ends_at = occurrence.settles_at if occurrence else promise.schedule.ends_at(target.day)
    if tap.at > ends_at and tap.at > target.at + SECOND_THOUGHTS:
        raise RefusedError(409, "too late to take that back")


def _check_state(book: Book, promise: Promise, tap: CheckIn, now: datetime) -> None:
    occurrence = promise.schedule.spoken_of(tap.day)
    if occurrence is None:
        return
    said = book.said(promise, occurrence.day)
    outcome = book.entry(promise, occurrence, now).standing.outcome
    corrects = tap.kind == "missed" and outcome in ("kept", "late")
    if tap.at > occurrence.closes_at and tap.kind not in NO_LIMIT and not corrects:
        raise RefusedError(409, "that day is closed")
    if tap.kind == "heads_up":
        _check_heads_up(occurrence, said, tap)
    if tap.kind == "reserve" and _spare_days_used(book, promise, occurrence.day):
        raise RefusedError(409, "no spare day is left")
    if tap.kind == "vouch" and not judge.after_the_fact(promise, occurrence, said):
        raise RefusedError(409, "nothing to vouch for")
    if tap.kind == "differs" and outcome not in ("kept", "late"):
        raise RefusedError(409, "nothing to see differently")
    if tap.kind in ("agree_missed", "withdraw") and outcome != "open":
        raise RefusedError(409, "no difference is open")


def _check_heads_up(occurrence: Occurrence, said: list[CheckIn], tap: CheckIn) -> None:
    if tap.at >= occurrence.due_at or judge.says(said, "heads_up"):
        raise RefusedError(409, "too late, or said already")
    if tap.to is None or not tap.at < tap.to <= occurrence.settles_at:
        raise RefusedError(422, "a heads-up moves the time to before it settles")


def _spare_days_used(book: Book, promise: Promise, day: date) -> bool:
    days = {o.day for o in book.occurrences(promise, day + 28 * DAY)}
    used = {d for d in days if judge.says(book.said(promise, d), "reserve")} | {day}
    starts = [day - n * DAY for n in range(28)]
    return any(sum(s <= d < s + 28 * DAY for d in used) > 2 for s in starts)
