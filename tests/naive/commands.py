"""Every verb but `check_in`: who and what there is, and how it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from tests.naive import shapes
from tests.naive.book import Book
from tests.naive.check_ins import check_in
from tests.naive.shapes import Line, RefusedError, malformed
from tests.naive.terms import Schedule, Terms
from tests.naive.world import Bond, Member, Pause, Promise, Repair

BOND_KINDS = ("partners", "parent_child", "family", "friends", "team")
CHANGEABLE = ("rule", "times", "due_time", "grace", "zone")


def run(book: Book, line: Line, now: datetime) -> None:
    """Carry out one line, or refuse it."""
    verb = line.get("do")
    if not isinstance(verb, str) or verb not in VERBS:
        malformed("no such verb")
    VERBS[verb](book, line, now)
    book.world.version += 1


def member(book: Book, line: Line, now: datetime) -> None:
    """Somebody gets an account."""
    day_start = shapes.wall(line, "day_start") or time(3)
    if day_start > time(6):
        malformed("a day starts between 00:00 and 06:00")
    shapes.text(line, "name")
    new = Member(shapes.text(line, "id"), shapes.zone(line), day_start)
    if new.id in book.world.members:
        raise RefusedError(409, "this member exists")
    book.world.members[new.id] = new


def bond(book: Book, line: Line, now: datetime) -> None:
    """Members enter a bond."""
    members, review = line.get("members"), line.get("review")
    if not isinstance(members, list) or not all(isinstance(m, str) for m in members):
        malformed("members must be ids")
    if len(members) < 2 or len(set(members)) < len(members):
        malformed("a bond has two different members or more")
    if line.get("kind") not in BOND_KINDS:
        malformed("no such kind of bond")
    review = {"weekday": "SU", "time": "18:00"} if review is None else review
    if not isinstance(review, dict) or review.get("weekday") not in shapes.WEEKDAYS:
        malformed("review must have a weekday")
    weekday, wall = shapes.WEEKDAYS.index(review["weekday"]), shapes.wall(review, "time")
    if wall is None:
        malformed("review must have a time")
    id, zone = shapes.text(line, "id"), shapes.zone(line)
    if id in book.world.bonds:
        raise RefusedError(409, "this bond exists")
    if any(m not in book.world.members for m in members):
        raise RefusedError(404, "no such member")
    book.world.bonds[id] = Bond(id, tuple(members), zone, weekday, wall, now)


def promise(book: Book, line: Line, now: datetime) -> None:
    """A member says what they will do."""
    id, by = shapes.text(line, "id"), shapes.text(line, "by")
    if not shapes.text(line, "title").strip():
        malformed("a title has words")
    bond_id = None if line.get("bond") is None else shapes.text(line, "bond")
    if id in book.world.promises:
        raise RefusedError(409, "this promise exists")
    maker = book.world.members.get(by)
    bond = None if bond_id is None else book.world.bonds.get(bond_id)
    if maker is None or (bond_id is not None and (bond is None or by not in bond.members)):
        raise RefusedError(404, "no such bond or member")
    zone = maker.zone if line.get("zone") is None else shapes.zone(line)
    terms = _terms(line, zone)
    starts_on = shapes.required_day(line, "starts_on")
    schedule = Schedule(id, starts_on, maker.day_start, (terms,))
    book.world.promises[id] = Promise(id, bond, by, schedule)


def change(book: Book, line: Line, now: datetime) -> None:
    """A promise gets other terms, from the next day on."""
    promise = book.world.promise(shapes.text(line, "promise"))
    terms = promise.schedule.terms[-1]
    if terms.released:
        raise RefusedError(409, "this promise is released")
    asked: Line = {
        "rule": terms.rule,
        "times": terms.times,
        "due_time": terms.due_time and terms.due_time.strftime("%H:%M"),
        "grace": terms.grace // timedelta(minutes=1),
        "zone": terms.zone,
        **{name: line[name] for name in CHANGEABLE if name in line},
    }
    promise.schedule = promise.schedule.changed(_terms(asked, shapes.zone(asked)), now)


def release(book: Book, line: Line, now: datetime) -> None:
    """A promise ends with the current day."""
    promise = book.world.promise(shapes.text(line, "promise"))
    terms = promise.schedule.terms[-1]
    if terms.released:
        raise RefusedError(409, "this promise is released")
    promise.schedule = promise.schedule.changed(replace(terms, released=True), now)


def pause(book: Book, line: Line, now: datetime) -> None:
    """Days on which nothing is asked of a promise, a member or a bond."""
    scopes = [s for s in ("promise", "member", "bond") if line.get(s) is not None]
    first, last = shapes.required_day(line, "from"), shapes.required_day(line, "until")
    if len(scopes) != 1 or last < first:
        malformed("a pause is of one thing, and its days are in order")
    id = shapes.text(line, scopes[0])
    world = book.world
    known = {
        "promise": set(world.promises),
        "member": set(world.members),
        "bond": set(world.bonds),
    }
    if id not in known[scopes[0]]:
        raise RefusedError(404, f"no such {scopes[0]}")
    world.pauses.append(Pause(scopes[0], id, first, last))


def repair(book: Book, line: Line, now: datetime) -> None:
    """The promiser owns what was missed."""
    by, day = shapes.text(line, "by"), shapes.required_day(line, "day")
    words = [line.get(n) for n in ("did", "landed", "mine", "right", "prevent")]
    if any(w is not None and not isinstance(w, str) for w in words):
        malformed("a repair is made of words")
    promise = book.world.promise_for(shapes.text(line, "promise"), by)
    occurrence = promise.schedule.occurrence(day)
    if occurrence is None:
        raise RefusedError(404, "nothing was due on that day")
    if not words[-1] or not words[-1].strip():
        malformed("how it is kept from happening again is missing")
    if by != promise.by:
        raise RefusedError(403, "only the promiser repairs")
    if not _is_owned(book, promise, day, now):
        raise RefusedError(409, "it does not stand as missed")
    book.world.repairs.append(Repair(by, promise.id, day, now))


def tick(book: Book, line: Line, now: datetime) -> None:
    """The clock moves on."""


def _is_owned(book: Book, promise: Promise, day: date, now: datetime) -> bool:
    stands = [e for e in book.entries(promise, now) if e.occurrence.day == day]
    return any(e.standing.outcome in ("missed", "mended") for e in stands)


def _terms(line: Line, zone: str) -> Terms:
    terms = Terms(
        first_on=date.min,
        rule=shapes.rule(line),
        times=shapes.number(line, "times", 1, 7),
        due_time=shapes.wall(line, "due_time"),
        grace=shapes.grace(line),
        zone=zone,
    )
    plain = terms.rule == "FREQ=WEEKLY" and terms.due_time is None
    if terms.times is not None and not plain:
        malformed("so many times a week needs plain FREQ=WEEKLY and no time")
    return terms


VERBS: dict[str, Callable[[Book, Line, datetime], None]] = {
    "member": member,
    "bond": bond,
    "promise": promise,
    "change": change,
    "release": release,
    "pause": pause,
    "check_in": check_in,
    "repair": repair,
    "tick": tick,
}
