"""What is read on paper and read back: the plan, and the list of every week."""

from dataclasses import dataclass

from web.views.shell import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A promise on the plan: "weekdays by 18:30", what done looks like, its if and then, and that it rests or what it grew from."""

    title: str
    when: str
    done_when: str = ""
    cue: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMember:
    """A member's part of the plan; `empty` is said where there is nothing."""

    name: str
    initial: str
    colour: int
    rows: tuple[PlanRow, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """`plan/page.html`, one page on paper; with `is_long` its words are smaller there.

    `mending` are the promises by which something is being put right, `moments` and `asks` lines as they are read.
    """

    eyebrow: str
    heading: str
    people: tuple[PlanMember, ...] = ()
    mending: tuple[PlanRow, ...] = ()
    moments: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    empty: str = ""
    is_long: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfWeeks:
    """The weeks that ended in a year, the latest first."""

    heading: str
    weeks: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeksPage:
    """`weeks/list.html`: every week there was; `empty` is said before the first."""

    eyebrow: str
    heading: str
    years: tuple[YearOfWeeks, ...] = ()
    empty: str = ""
