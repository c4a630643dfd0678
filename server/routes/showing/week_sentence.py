"""The sentence on top of a week: true and kind, chosen by rules that are read from the top.

Of each table the first rule that holds is said. Nothing here holds one person against another, a week is named beside the one before
only where it is no less, and what was missed is said only as what it also is: mended, or owned.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from server.routes.showing import numbers, words

MUCH = 10
"""From so many on, what somebody kept in a week is much by itself, whatever anybody else did."""
COUNTED_OUT = 3
"""What was missed is counted out only up to here."""


class When(IntEnum):
    """When a miss was owned, the sooner the smaller."""

    EARLY = 0
    FIRST = 1
    SAME_DAY = 2
    LATER = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a week: of `settled` things `kept` were, `before` in the week before, None where there was none beside it.

    `owned` says of the missed ones when they were, as far as it is known. `carried` names who kept much, `alone` the only one who had
    something to keep; in a team neither is named.
    """

    kept: int = 0
    settled: int = 0
    before: int | None = None
    woven: int = 0
    mended: int = 0
    missed: int = 0
    is_open: bool = False
    is_first: bool = False
    owned: Sequence[When] = ()
    carried: Sequence[str] = ()
    people: int = 2
    alone: str = ""

    @property
    def more(self) -> int:
        """How many more than in the week before; less than nought where fewer, or where there was none."""
        return -1 if self.before is None else self.kept - self.before

    def all_owned(self, when: When) -> bool:
        """Whether every missed one is known to have been owned by then."""
        return 0 < self.missed == len(self.owned) and max(self.owned) <= when


@dataclass(frozen=True, slots=True)
class Rule:
    """What is said, and when."""

    name: str
    holds: Callable[[Facts], bool]
    says: Callable[[Facts], str]


HELD = (
    Rule("quiet", lambda week: not week.settled, lambda _: "A quiet week."),
    Rule("first", lambda week: week.is_first, lambda _: "Your first week."),
    Rule("every one so far", lambda week: week.kept == week.settled and week.is_open, lambda _: "Every one so far was kept."),
    Rule("every one", lambda week: week.kept == week.settled, lambda _: "Every one was kept."),
    Rule("grew", lambda week: week.kept > 0 and week.more > 0, lambda week: f"{numbers.said(week.more)} more than last week."),
    Rule("as many", lambda week: week.kept > 0 and week.more == 0, lambda _: "As many as last week."),
    Rule("held", lambda week: week.woven > 0, lambda week: f"The thread held on {numbers.counted(week.woven, 'day', 'days')}."),
    Rule("kept", lambda week: week.kept > 0, lambda week: f"{numbers.counted(week.kept, 'was', 'were')} kept."),
    Rule("goes on", lambda _: True, lambda _: "It goes on from here."),
)
PUT_RIGHT = (
    Rule("mended", lambda week: week.mended > 0, lambda week: f"{numbers.counted(week.mended, 'was', 'were')} mended."),
    Rule("owned early", lambda week: week.all_owned(When.EARLY), lambda week: f"{_missed(week)} owned ahead of time."),
    Rule("owned first", lambda week: week.all_owned(When.FIRST), lambda week: f"{_missed(week)} owned before anybody asked."),
    Rule("owned the same day", lambda week: week.all_owned(When.SAME_DAY), lambda week: f"{_missed(week)} owned the same day."),
    Rule("owned", lambda week: week.missed > 0, lambda week: f"{_missed(week)} owned."),
)
CARRIED = (
    Rule("one alone", lambda week: bool(week.alone) and week.kept > 0, lambda week: f"{week.alone} carried this week."),
    Rule("everybody", lambda week: 1 < len(week.carried) == week.people, lambda week: f"You {_all(week)} carried much."),
    Rule("some", lambda week: len(week.carried) > 0, lambda week: f"{words.listed(week.carried)} carried much."),
)


def sentence(week: Facts) -> str:
    """What held, then what was put right, or else who carried much."""
    return " ".join([said(HELD, week), said(PUT_RIGHT, week) or said(CARRIED, week)]).strip()


def said(rules: Sequence[Rule], week: Facts) -> str:
    """What the first rule that holds says; nothing where none does."""
    found = next((rule.says(week) for rule in rules if rule.holds(week)), "")
    return found[:1].upper() + found[1:]


def _missed(week: Facts) -> str:
    if week.missed == 1:
        return "The one that was missed was"
    return f"The {numbers.said(week.missed)} that were missed were" if week.missed <= COUNTED_OUT else "What was missed was"


def _all(week: Facts) -> str:
    return "both" if week.people == 2 else "all"
