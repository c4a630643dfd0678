"""What happens beside the occurrences: pauses, other terms, and lines that are refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from tests.naive import cast
from tests.naive.shapes import Line
from tests.naive.story import HOUR, MINUTE, Story
from tests.naive.terms import DAY

WRONG_PROMISES: tuple[Line, ...] = (
    {"rule": "FREQ=HOURLY"},
    {"rule": "FREQ=DAILY;BYHOUR=3"},
    {"rule": "FREQ=DAILY;COUNT=3;UNTIL=20270101"},
    {"rule": "FREQ=DAILY;UNTIL=20270101T000000Z"},
    {"rule": "FREQ=DAILY;BYWEEKNO=3"},
    {"rule": "FREQ=DAILY;BYYEARDAY=3"},
    {"rule": "every day"},
    {"rule": "FREQ=WEEKLY", "times": 8},
    {"rule": "FREQ=WEEKLY", "times": 0},
    {"rule": "FREQ=WEEKLY", "times": 2, "due_time": "09:00"},
    {"rule": "FREQ=WEEKLY;BYDAY=MO", "times": 1},
    {"rule": "FREQ=DAILY", "times": 3},
    {"rule": "FREQ=DAILY", "due_time": "09:00", "grace": 181},
    {"rule": "FREQ=DAILY", "due_time": "09:00", "grace": -1},
    {"rule": "FREQ=DAILY", "due_time": "24:00"},
    {"rule": "FREQ=DAILY", "zone": "Mars/Olympus"},
    {"rule": "FREQ=DAILY", "starts_on": "2026-02-30"},
    {"rule": "FREQ=DAILY", "id": "p0"},
    {"rule": "FREQ=DAILY", "bond": "nobody's"},
    {"rule": "FREQ=DAILY", "by": "nobody"},
)
WRONG_LINES: tuple[Line, ...] = (
    {"do": "dance"},
    {"do": "member", "id": "noor", "name": "N", "zone": "UTC", "day_start": "03:00"},
    {"do": "member", "id": "zoe", "name": "Z", "zone": "Moon", "day_start": "03:00"},
    {"do": "member", "id": "zoe", "name": "Z", "zone": "UTC", "day_start": "06:01"},
    {"do": "bond", "id": "us", "kind": "friends", "members": ["noor", "eve"], "zone": "UTC"},
    {"do": "bond", "id": "b9", "kind": "friends", "members": ["noor", "x"], "zone": "UTC"},
    {"do": "bond", "id": "b9", "kind": "enemies", "members": ["noor", "eve"], "zone": "UTC"},
    {"do": "change", "promise": "p9", "grace": 5},
    {"do": "change", "promise": "p0", "grace": 500},
    {"do": "release", "promise": "p9"},
    {"do": "pause", "member": "nobody", "from": "2026-03-20", "until": "2026-03-22"},
    {"do": "pause", "member": "noor", "from": "2026-03-22", "until": "2026-03-20"},
    {"do": "check_in", "id": "w1", "by": "noor", "promise": "p0", "kind": "sorry"},
    {"do": "check_in", "id": "w2", "by": "noor", "promise": "p9", "kind": "kept"},
    {"do": "check_in", "id": "w3", "by": "noor", "promise": "p0", "kind": "kept", "day": "soon"},
    {"do": "check_in", "id": "w4", "by": "noor", "promise": "p0", "kind": "kept", "at": "now"},
)

Aside = Callable[[Story, date], None]


def pause(story: Story, on: date) -> None:
    """A promise, a member or a bond rests, often looking back."""
    part = story.pick(story.parts)
    scope = story.pick(("promise", "member", "bond"))
    ids = {"promise": part.id, "member": part.by, "bond": story.bonds[0]}
    first = on + story.pick((1, 0, -2, 3, -6)) * DAY
    days = {"from": first.isoformat(), "until": (first + story.pick((0, 2, 5)) * DAY).isoformat()}
    story.say(_around(story, on), "pause", **{scope: ids[scope]}, **days)


def change(story: Story, on: date) -> None:
    """A promise gets another time, grace, zone, rule or number of times."""
    part = story.pick(story.parts)
    terms = part.schedule.terms[-1]
    if terms.released:
        return
    asked: Line = {"zone": story.pick(cast.ZONES)}
    if terms.times is not None:
        asked = story.pick((asked, {"times": 2}, {"times": None, "rule": cast.DAILY}))
    else:
        due: Line = {"due_time": story.pick(cast.DUE_TIMES), "grace": story.pick(cast.GRACES)}
        week: Line = {"rule": cast.WEEKLY, "times": 3, "due_time": None}
        rule: Line = {"rule": story.pick(cast.RULES)}
        asked = story.pick((due, asked, rule, {**asked, **due}, week))
    now = _around(story, on)
    story.say(now, "change", promise=part.id, **asked)
    old: Line = {
        "rule": terms.rule,
        "times": terms.times,
        "due_time": terms.due_time and terms.due_time.strftime("%H:%M"),
        "grace": terms.grace.seconds // 60,
    }
    new = cast.terms_of({**old, **asked}, asked.get("zone", terms.zone))
    part.schedule = part.schedule.changed(new, now)


def release(story: Story, on: date) -> None:
    """A promise ends."""
    part = story.pick(story.parts)
    terms = part.schedule.terms[-1]
    if not terms.released:
        now = _around(story, on)
        story.say(now, "release", promise=part.id)
        part.schedule = part.schedule.changed(replace(terms, released=True), now)


def extra(story: Story, on: date) -> None:
    """A word about a day that may well not be due, or that has not begun."""
    part = story.pick(story.parts)
    now = _around(story, on)
    kind = story.pick(("kept", "missed", "reserve"))
    day = story.pick((None, on, on - DAY, on - 9 * DAY, on + 4 * DAY))
    id = story.tap(now, part.by, part, kind, day=day)
    if story.chance(30):
        wait = story.pick((10 * MINUTE, 20 * HOUR, 40 * HOUR))
        story.tap(now + wait, part.by, part, "undo", target=id)


def stranger(story: Story, on: date) -> None:
    """Somebody who is not in the bond."""
    part = story.pick(story.parts)
    by = story.pick(("eve", "nobody", "noor", "sam"))
    story.tap(_around(story, on), by, part, "kept")


def same_id(story: Story, on: date) -> None:
    """An id again, with the same content or with other content."""
    taps = [told for told in story.lines if told[2]["do"] == "check_in"]
    if not taps:
        return
    now, _, line = story.pick(taps[-8:])
    again = {name: value for name, value in line.items() if name not in ("now", "do")}
    if story.chance(50):
        other: Line = {"kind": "seen", "label": "slip", "day": str(on), "by": "sam"}
        name = story.pick(tuple(other))
        again[name] = other[name]
    story.say(now + story.pick((MINUTE, 30 * HOUR, 9 * DAY)), "check_in", **again)


def wrong_promise(story: Story, on: date) -> None:
    """A promise that cannot be made."""
    fields: Line = {"id": "p8", "bond": "us", "by": "noor", "title": "T", "area": "home"}
    fields |= {"starts_on": on.isoformat(), **story.pick(WRONG_PROMISES)}
    story.say(_around(story, on), "promise", **fields)


def wrong_line(story: Story, on: date) -> None:
    """A line that cannot be understood, or names what is not there."""
    fields = dict(story.pick(WRONG_LINES))
    story.say(_around(story, on), fields.pop("do"), **fields)


def backwards(story: Story, on: date) -> None:
    """A line whose instant is before that of the line before it."""
    line = story.say(_around(story, on), "tick")
    line["now"] = story.written(story.first_at - HOUR)


def tick(story: Story, on: date) -> None:
    """Only the clock moves."""
    story.say(_around(story, on), "tick")


def _around(story: Story, on: date) -> datetime:
    noon = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    return noon + story.pick((0, -8, 9, 5, -11)) * HOUR + story.minutes(0, 59)


ASIDES: tuple[tuple[int, Aside], ...] = (
    (4, tick),
    (6, pause),
    (6, change),
    (1, release),
    (8, extra),
    (3, stranger),
    (6, same_id),
    (3, wrong_promise),
    (3, wrong_line),
    (1, backwards),
)
