"""The week, together."""

from dataclasses import dataclass

from web.views.drawn import AreaCourse
from web.views.shell import Figure, Link, Thanks, Thread
from web.views.today import Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaBar:
    """One member's share of an area: `percent` is 0 to 100 for the drawing, `text` "12 of 13 kept"."""

    name: str
    colour: int
    percent: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaWeek:
    """One area, its members side by side in the order of joining; `note` is "up 12" or "steady"."""

    name: str
    bars: tuple[AreaBar, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberWeek:
    """One member's figures of the week, only those that are not nought; `sentence` sums them up."""

    name: str
    initial: str
    colour: int
    sentence: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPage:
    """`week/page.html`: filled from the bond's weekly summary.

    `eyebrow` is "16 – 22 November · week 7"; `kept` is the large figure ("31", "of 34 kept").
    `courses` are the lines of twelve weeks, `made` says when the page was made and brought up to date.
    Without a summary yet, only `eyebrow`, `heading` and `sentence` are given.
    """

    eyebrow: str
    heading: str
    sentence: str
    kept: Figure | None = None
    thread: Thread | None = None
    figures: tuple[Figure, ...] = ()
    milestones: tuple[Link, ...] = ()
    areas: tuple[AreaWeek, ...] = ()
    courses: tuple[AreaCourse, ...] = ()
    thanks: tuple[Thanks, ...] = ()
    brought: tuple[Thanks, ...] = ()
    members: tuple[MemberWeek, ...] = ()
    asks: tuple[Ask, ...] = ()
    still_open: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    balance: str = ""
    made: str = ""
    picture_url: str = ""
    year_url: str = ""
    review: Link | None = None
    is_reviewed: bool = False
    earlier: Link | None = None
    later: Link | None = None
