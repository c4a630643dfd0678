"""Going through a week together: its five steps, when they move on, and what may be said in them."""

from collections.abc import Set as AbstractSet
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from server.domain import text as words
from server.domain.errors import InvalidError

LENGTHS = (15, 30, 60)
LONGEST_LINE = 280
LONGEST_ASK = 120
HERE_FOR = timedelta(minutes=1)
"""How long somebody counts as here after their open page was heard; it says so three times a minute."""
HERE_AFTER_A_TAP = timedelta(minutes=3)
"""How long after a tap, which may come from a page that says nothing by itself."""


class Step(StrEnum):
    """What is looked at together, in this order."""

    THANKS = "thanks"
    HELD = "held"
    FRAYED = "frayed"
    ADJUST = "adjust"
    PLAN = "plan"


class LineKind(StrEnum):
    """What somebody said in a review: a word, what becomes of a promise of theirs, or a moment that they planned there."""

    THANKS = "thanks"
    FRAYED = "frayed"
    KEEP = "keep"
    ADJUST = "adjust"
    RETIRE = "retire"
    MOMENT = "moment"


STEPS = tuple(Step)
LAST = len(STEPS) - 1
SPOKEN = (LineKind.THANKS, LineKind.FRAYED)
DECISIONS = (LineKind.KEEP, LineKind.ADJUST, LineKind.RETIRE)


def step_of(text: str) -> Step:
    """A step by its name (InvalidError where there is none)."""
    if text not in list(Step):
        raise InvalidError("There is no such step.", "step")
    return Step(text)


def kind_of(text: str) -> LineKind:
    """A kind of line by its name (InvalidError where there is none)."""
    if text not in list(LineKind):
        raise InvalidError("There is nothing of that kind to say.", "kind")
    return LineKind(text)


def length_of(text: str) -> int:
    """How many minutes it is to take (InvalidError)."""
    if text not in map(str, LENGTHS):
        raise InvalidError("It can take 15, 30 or 60 minutes.", "minutes")
    return int(text)


def line_of(text: str, field: str = "text", longest: int = LONGEST_LINE) -> str:
    """What somebody says, in one line (InvalidError where it is none or too long)."""
    said = words.folded(text, field)
    if not words.is_seen(said):
        raise InvalidError("A few words, please.", field)
    if len(said) > longest:
        raise InvalidError(f"Up to {longest} characters, please.", field)
    return said


def moves_on(ready: AbstractSet[UUID], here: AbstractSet[UUID], *, on_one_phone: bool) -> bool:
    """Whether the step is over: everybody who is here has said so, or, with one phone between them, whoever holds it."""
    return bool(ready) and (on_one_phone or here <= ready)


def closes(said: AbstractSet[UUID], took_part: AbstractSet[UUID], *, on_one_phone: bool) -> bool:
    """Whether it is closed: all who took part have closed it, two at least, or, with one phone between them, whoever holds it."""
    return bool(said) and (on_one_phone or (len(said) > 1 and took_part <= said))


def goes_by(since: timedelta) -> timedelta:
    """How much of the time since it was last heard of counts: nobody sat together while no page was open."""
    return max(timedelta(0), min(since, HERE_AFTER_A_TAP))
