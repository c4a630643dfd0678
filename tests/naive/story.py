"""Telling a history: the dice, the lines, and the promises that it is about."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol, TypeVar

from tests.naive.shapes import Line
from tests.naive.terms import Schedule

T = TypeVar("T")

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class Dice(Protocol):
    """Where chance comes from; the plainest story is all noughts."""

    def below(self, n: int) -> int:
        """A number from 0 to n - 1."""
        ...


class Seeded:
    """Chance from a seed, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def below(self, n: int) -> int:
        """A number from 0 to n - 1."""
        return self._random.randrange(n)


@dataclass
class Part:
    """A promise as the story knows it."""

    id: str
    by: str
    others: tuple[str, ...]
    schedule: Schedule
    mood: str = "diligent"
    left: int = 0
    ids: list[str] = field(default_factory=list)


@dataclass
class Story:
    """The lines told so far, each with its instant."""

    dice: Dice
    starts_on: date
    lines: list[tuple[datetime, int, Line]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    bonds: list[str] = field(default_factory=list)

    @property
    def first_at(self) -> datetime:
        """The instant at which everything is set up."""
        return datetime(self.starts_on.year, self.starts_on.month, self.starts_on.day, 8, tzinfo=UTC)

    def chance(self, percent: int) -> bool:
        """Whether something less plain happens."""
        return self.dice.below(100) >= 100 - percent

    def pick(self, choices: Sequence[T]) -> T:
        """One of these, the plainest first."""
        return choices[self.dice.below(len(choices))]

    def weighed(self, choices: Sequence[tuple[int, T]]) -> T:
        """One of these by weight, the plainest first."""
        at = self.dice.below(sum(weight for weight, _ in choices))
        for weight, choice in choices:
            at -= weight
            if at < 0:
                return choice
        raise AssertionError("a number below the sum of all weights")

    def minutes(self, low: int, high: int) -> timedelta:
        """A span between two numbers of minutes."""
        return low * MINUTE + self.dice.below(high - low + 1) * MINUTE

    def say(self, now: datetime, do: str, **fields: object) -> Line:
        """Tell one line."""
        line: Line = {"now": self.written(now), "do": do, **fields}
        self.lines.append((now, len(self.lines), line))
        return line

    def tap(self, now: datetime, by: str, part: Part, kind: str, **fields: object) -> str:
        """Tell a check-in and give its id."""
        id = f"c{len(self.lines)}"
        shaped = {
            name: self.written(value) if isinstance(value, datetime) else str(value) for name, value in fields.items() if value is not None
        }
        self.say(now, "check_in", id=id, by=by, promise=part.id, kind=kind, **shaped)
        part.ids.append(id)
        return id

    def written(self, at: datetime) -> str:
        """An instant as text, with this or that offset."""
        if at.minute == 7:
            return (at + 2 * HOUR).strftime("%Y-%m-%dT%H:%M:%S+02:00")
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def told(self, size: int) -> list[Line]:
        """The lines in order of their instants, as many as asked, and a last tick."""
        lines = sorted(self.lines, key=lambda told: told[:2])[: size - 1]
        last = lines[-1][0] + self.pick((0, 1, 30, 4, 80, 12, 300)) * HOUR + self.minutes(0, 59)
        return [line for _, _, line in lines] + [{"now": self.written(last), "do": "tick"}]
