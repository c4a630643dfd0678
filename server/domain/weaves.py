"""A bond's days and what is woven together (RULES.md 6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum


class DayState(StrEnum):
    """What a day of a bond stands as."""

    WOVEN = "woven"
    BROKEN = "broken"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Weave:
    """`together`: the woven days since the last broken one, `broken_on`."""

    together: int = 0
    broken_on: date | None = None


def state(held: int, broke: int) -> DayState:
    """A day on which `held` shared occurrences held and `broke` broke."""
    if broke:
        return DayState.BROKEN
    return DayState.WOVEN if held else DayState.SKIPPED


def follow(weave: Weave, day: date, before: DayState, after: DayState) -> Weave | None:
    """The weave after one day changed; None where the days must be counted again."""
    if before is after or (weave.broken_on is not None and day < weave.broken_on):
        return weave
    if before is DayState.BROKEN or after is DayState.BROKEN:
        return None
    return replace(weave, together=weave.together + (1 if after is DayState.WOVEN else -1))


def before_breaks(weave: Weave, woven: Sequence[tuple[date, datetime]], breaks: Mapping[date, datetime]) -> Iterable[tuple[int, datetime]]:
    """What a weave had come to before time broke it, day by day, and when; `woven` are its days, each with when it last changed.

    All of it is seen at once where no job ran for long: of each break count the days that were woven by then, since the break before.
    """
    for day, at in breaks.items():
        broken = [one for one, then in breaks.items() if then < at and one != day] + [weave.broken_on or date.min]
        by_then = [since for one, since in woven if one > max(broken) and since < at]
        if by_then:
            yield len(by_then), max(by_then)
