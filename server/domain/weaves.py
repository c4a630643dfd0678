"""A bond's days and what is woven together (RULES.md 6)."""

from dataclasses import dataclass, replace
from datetime import date
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
