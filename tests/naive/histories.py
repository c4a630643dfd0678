"""Histories in which everything that the rules speak of comes to pass."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import strategies as st

from tests.naive.asides import ASIDES
from tests.naive.cast import STARTS, gather
from tests.naive.scenes import MOODS
from tests.naive.shapes import Line
from tests.naive.story import HOUR, Dice, Part, Seeded, Story
from tests.naive.terms import DAY, Occurrence

NEXT_MOODS = ((66, "diligent"), (24, "mixed"), (10, "silent"))


def history(seed: int, size: int) -> list[Line]:
    """A history of about so many lines, the same for the same seed."""
    return tell(Seeded(seed), size)


@st.composite
def histories(draw: st.DrawFn, max_size: int = 80) -> list[Line]:
    """Histories of some twenty lines or more, in order of `now`."""
    size = 20 + draw(st.integers(0, max_size - 20))
    return tell(_Drawn(draw), size)


def tell(dice: Dice, size: int) -> list[Line]:
    """Tell one history of about so many lines."""
    story = Story(dice, STARTS[dice.below(len(STARTS))])
    gather(story)
    quiet_until = story.starts_on
    on = story.starts_on
    longest = story.starts_on + (30 + size // 3) * DAY
    while len(story.lines) < size + size // 3 and on < longest:
        if on >= quiet_until:
            _live(story, on)
        if story.chance(1):
            quiet_until = on + (16 + dice.below(10)) * DAY
        on += DAY
    return story.told(size)


class _Drawn:
    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def below(self, n: int) -> int:
        return self._draw(st.integers(0, n - 1))


def _live(story: Story, on: date) -> None:
    for part in story.parts:
        occurrence = part.schedule.occurrence(on)
        if occurrence is not None and occurrence.settles_at > story.first_at:
            _play(story, part, occurrence)
    if story.chance(20):
        story.weighed(ASIDES)(story, on)


def _play(story: Story, part: Part, occurrence: Occurrence) -> None:
    if part.left == 0:
        part.mood = story.weighed(NEXT_MOODS)
        part.left = 1 if occurrence.times else 3 + story.dice.below(6)
    part.left -= 1
    if occurrence.times is not None:
        _week(story, part, occurrence, occurrence.times)
    else:
        story.weighed(MOODS[part.mood])(story, part, occurrence)


def _week(story: Story, part: Part, occurrence: Occurrence, times: int) -> None:
    if part.mood == "mixed" or story.chance(25):
        story.weighed(MOODS["mixed"])(story, part, occurrence)
    if part.mood == "silent":
        return
    days = times if story.chance(70) else story.dice.below(8)
    first = story.dice.below(8 - times)
    for n in range(days):
        _once(story, part, occurrence.begins_at + ((first + n) % 7) * DAY, n)


def _once(story: Story, part: Part, begins_at: datetime, n: int) -> None:
    at = begins_at + 4 * HOUR + story.minutes(0, 900)
    by = story.pick((part.by, part.by, part.by, *part.others))
    story.tap(at, by, part, "kept")
    if story.chance(10):
        story.tap(at + HOUR, part.by, part, "kept")
    if story.chance(8):
        day = part.schedule.day_of(at) - DAY
        story.tap(at + 2 * HOUR, part.by, part, "kept", day=day)
