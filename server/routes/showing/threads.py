"""The woven picture: a strand for each member, a state for each day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from server.domain.outcomes import Effect, Outcome
from server.domain.schedule import DAY
from server.routes.showing import words
from server.routes.showing.scene import Scene
from server.store.members import Member
from server.store.occurrences import Row
from server.store.promises import Promise
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


def state_of(row: Row) -> State:
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


def day_state(rows: Iterable[Row]) -> State:
    """How a member's day is drawn: the state that asks for most attention."""
    states = {state_of(row) for row in rows} or {"none"}
    return next(state for state in STRONGEST if state in states)


def by_day(rows: Iterable[Row]) -> dict[date, list[Row]]:
    found: dict[date, list[Row]] = {}
    for row in rows:
        found.setdefault(row.last_day, []).append(row)
    return found


def strand(name: str, colour: int, rows: Sequence[Row], first: date, days: int) -> Strand:
    """One member's days from `first` on."""
    found = by_day(rows)
    return of_states(name, colour, [day_state(found.get(first + timedelta(days=n), [])) for n in range(days)])


def of_states(name: str, colour: int, states: Sequence[State]) -> Strand:
    """The same of days that are known already."""
    return Strand(name=name, colour=colour, days=tuple(states), text=told(name, states))


def told(name: str, states: Sequence[State]) -> str:
    """A strand in a sentence, as in "you: 12 kept, 1 mended."."""
    counted = [f"{states.count(state)} {WORDS[state]}" for state in dict.fromkeys(states) if state not in ("none", "future")]
    return f"{name}: {', '.join(counted) or 'nothing yet'}."


def called(me: Member, one: Member) -> str:
    """A member's name in a picture; the one who looks is "you"."""
    return "you" if one.id == me.id else one.name


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
    first = last - timedelta(days=days - 1)
    strands = tuple(
        strand(called(me, one), colour, [row for row in rows if row.member_id == one.id], first, days)
        for colour, one in enumerate(people, 1)
    )
    return woven(strands, first, days, heading=heading, aside=aside, marks=marks)


def alone(scene: Scene, promise: Promise, rows: Sequence[Row]) -> Thread | None:
    """One promise's last three weeks, a single strand."""
    last = scene.day_of(promise)
    if not rows or rows[-1].day != rows[-1].last_day:
        return None
    name = "you" if promise.member_id == scene.me.id else scene.names.get(promise.member_id, "")
    one = strand(name, scene.colours.get(promise.member_id, 1), rows, last - timedelta(days=20), 21)
    return Thread(summary=f"The last three weeks of ‘{promise.title}’.", strands=(one,))


def dots(rows: Sequence[Row], last: date) -> tuple[Dot, ...]:
    """The last seven days of one promise; for n times a week, its last seven weeks."""
    if rows and rows[-1].last_day != rows[-1].day:
        states = [state_of(row) for row in rows[-7:]]
        return tuple(Dot(state=one, text=WORDS[one]) for one in states)
    found = by_day(rows)
    week = [last - n * DAY for n in range(6, -1, -1)]
    return tuple(Dot(state=(one := day_state(found.get(day, []))), text=f"{words.weekday(day)}: {WORDS[one]}") for day in week)
