"""The woven picture: a strand for each member, a state for each day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

from server.domain.outcomes import Effect, Outcome
from server.domain.schedule import DAY
from server.domain.text import isolated
from server.routes.showing import words
from server.routes.showing.scene import Drawn, Sight
from server.store.members import Member
from server.store.occurrences import Row
from server.store.promises import Promise
from server.store.strips import REMEMBERED, Strip
from web.views import Dot, State, Strand, Thread

WORDS: Mapping[State, str] = {
    "kept": "kept",
    "late": "kept late",
    "ahead": "told ahead",
    "missed": "came apart",
    "mended": "mended",
    "future": "still to come",
    "excused": "let go",
    "waiting": "nothing said yet",
    "none": "not due",
}
STRONGEST: tuple[State, ...] = ("missed", "mended", "late", "ahead", "kept", "waiting", "excused", "future", "none")


def state_of(row: Drawn) -> State:
    """How one occurrence is drawn."""
    if row.outcome is Outcome.PENDING:
        return "ahead" if row.told_ahead else "future"
    if row.waits:
        return "waiting"
    if row.effect is Effect.BREAKS:
        return "missed"
    if row.outcome is Outcome.KEPT:
        return "ahead" if row.told_ahead else "kept"
    drawn: Mapping[Outcome, State] = {Outcome.LATE: "late", Outcome.PARTLY: "late", Outcome.MENDED: "mended"}
    return drawn.get(row.outcome, "excused")


def day_state(rows: Iterable[Drawn]) -> State:
    """How a member's day is drawn: the state that asks for most attention."""
    return _strongest({state_of(row) for row in rows} or {"none"})


def by_day(rows: Iterable[Drawn]) -> dict[date, list[Drawn]]:
    found: dict[date, list[Drawn]] = {}
    for row in rows:
        found.setdefault(row.last_day, []).append(row)
    return found


def strand(name: str, colour: int, rows: Sequence[Drawn], first: date, days: int) -> Strand:
    """One member's days from `first` on."""
    return strand_of(name, colour, [rows], first, days)


def strand_of(name: str, colour: int, each: Iterable[Sequence[Drawn]], first: date, days: int) -> Strand:
    """The same of the days of each of their promises."""
    found: dict[date, set[State]] = {first + timedelta(days=n): set() for n in range(days)}
    for rows in each:
        for day, state in (_states_of_strip(rows) if isinstance(rows, Strip) else _states(rows)).items():
            if day in found:
                found[day].add(state)
    return of_states(name, colour, [_strongest(states) if states else "none" for states in found.values()])


def _strongest(states: Collection[State]) -> State:
    return next(state for state in STRONGEST if state in states)


def _states(rows: Sequence[Drawn]) -> dict[date, State]:
    return {day: day_state(some) for day, some in by_day(rows).items()}


_states_of_strip = lru_cache(maxsize=REMEMBERED)(_states)


def of_states(name: str, colour: int, states: Sequence[State]) -> Strand:
    """The same of days that are known already."""
    return Strand(name=name, colour=colour, days=tuple(states), text=told(name, states))


def told(name: str, states: Sequence[State]) -> str:
    """A strand in a sentence, as in "you: 12 kept, 1 mended."."""
    counted = [f"{states.count(state)} {WORDS[state]}" for state in dict.fromkeys(states) if state not in ("none", "future")]
    return f"{name}: {', '.join(counted) or 'nothing yet'}."


def called(me: Member, one: Member) -> str:
    """A member's name in a picture; the one who looks is "you"."""
    return "you" if one.id == me.id else isolated(one.name)


def woven(strands: tuple[Strand, ...], first: date, days: int, *, heading: str = "", aside: str = "", marks: bool = False) -> Thread:
    """Strands of the same days as one picture."""
    last = first + timedelta(days=days - 1)
    letters = tuple(words.weekday(first + timedelta(days=n))[0] for n in range(days)) if marks else ()
    each = ", a strand for each of you" if len(strands) > 1 else ""
    summary = f"The days from {words.date_of(first)} to {words.date_of(last)}{each}."
    return Thread(summary=summary, strands=strands, heading=heading, aside=aside, marks=letters)


def thread(
    people: Sequence[Member],
    me: Member,
    rows: Sequence[Row],
    last: date,
    *,
    days: int = 21,
    heading: str = "",
    aside: str = "",
    marks: bool = False,
) -> Thread:
    """The bond's last days, a strand for each member in the order of joining; the one who looks is "you"."""
    theirs = {one.id: [[row for row in rows if row.member_id == one.id]] for one in people}
    return by_member(people, me, theirs, last, days=days, heading=heading, aside=aside, marks=marks)


def by_member(
    people: Sequence[Member],
    me: Member,
    theirs: Mapping[UUID, Iterable[Sequence[Drawn]]],
    last: date,
    *,
    days: int = 21,
    heading: str = "",
    aside: str = "",
    marks: bool = False,
) -> Thread:
    """The same of the days of each member's promises."""
    first = last - timedelta(days=days - 1)
    strands = tuple(strand_of(called(me, one), colour, theirs.get(one.id, ()), first, days) for colour, one in enumerate(people, 1))
    return woven(strands, first, days, heading=heading, aside=aside, marks=marks)


def alone(scene: Sight, promise: Promise, rows: Sequence[Row]) -> Thread | None:
    """One promise's last three weeks, a single strand."""
    last = scene.day_of(promise)
    if not rows or rows[-1].day != rows[-1].last_day:
        return None
    name = "you" if promise.member_id == scene.me.id else scene.names.get(promise.member_id, "")
    one = strand(name, scene.colours.get(promise.member_id, 1), rows, last - timedelta(days=20), 21)
    return Thread(summary=f"The last three weeks of ‘{isolated(promise.title)}’.", strands=(one,))


def dots(rows: Sequence[Drawn], last: date) -> tuple[Dot, ...]:
    """The last seven days of one promise up to a day; for n times a week, its last seven weeks."""
    return _dots_of_strip(rows, last) if isinstance(rows, Strip) else _dots(rows, last)


def _dots(rows: Sequence[Drawn], last: date) -> tuple[Dot, ...]:
    begun = [row for row in rows if row.day <= last]
    if begun and begun[-1].last_day != begun[-1].day:
        states = [state_of(row) for row in begun[-7:]]
        return tuple(Dot(state=one, text=WORDS[one]) for one in states)
    found = by_day(begun)
    week = [last - n * DAY for n in range(6, -1, -1)]
    return tuple(Dot(state=(one := day_state(found.get(day, []))), text=f"{words.weekday(day)}: {WORDS[one]}") for day in week)


_dots_of_strip = lru_cache(maxsize=REMEMBERED)(_dots)
