"""A thread as lines: which points each day's strand runs through, in units of days and amplitudes."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import pi, sin
from typing import Literal

from web.views import State, Thread

Line = Literal["whole", "thin", "pale"]
Point = tuple[float, float]

STEPS = 48
OVER = 0.24
"""How far before and after a crossing the upper strand covers the lower."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points (day, height from -1 to 1); one that is `over` hides what lies under it."""

    line: Line
    colour: int
    points: tuple[Point, ...]
    over: bool = False


def strokes(thread: Thread) -> Iterable[Stroke]:
    """The strands one after the other, the thin ones first, then their crossings, over and under by turns."""
    rises = _fan(len(thread.strands))
    days = [
        Stroke(line(state), strand.colour, _points(day, day + 1, rise))
        for strand, rise in zip(thread.strands, rises, strict=True)
        for day, state in enumerate(strand.days)
    ]
    yield from sorted(days, key=lambda stroke: stroke.line == "whole")
    yield from _crossings(thread, rises)


def line(state: State) -> Line:
    """How a day is drawn in a picture that leaves the app: whole where it was kept, and of everything else nothing is told."""
    return "whole" if state == "kept" else "pale" if state == "future" else "thin"


def _fan(strands: int) -> list[float]:
    return [1.0] if strands == 1 else [1 - 2 * n / (strands - 1) for n in range(strands)]


def _crossings(thread: Thread, rises: list[float]) -> Iterable[Stroke]:
    """Between two days of whole strands the one or the other lies on top, by turns."""
    for day in range(1, len(thread.strands[0].days)):
        place = day % len(thread.strands)
        strand = thread.strands[place]
        if all(line(state) == "whole" for state in strand.days[day - 1 : day + 1]):
            yield Stroke("whole", strand.colour, _points(day - OVER, day + OVER, rises[place]), over=True)


def _points(start: float, end: float, rise: float) -> tuple[Point, ...]:
    count = max(int((end - start) * STEPS), 2)
    days = [start + (end - start) * n / count for n in range(count + 1)]
    return tuple((day, rise * sin(pi * day)) for day in days)
