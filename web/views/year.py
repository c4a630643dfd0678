"""A year on one page."""

from dataclasses import dataclass

from web.views.drawn import AreaCourse, Calendar
from web.views.shell import Figure, Link, Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPage:
    """`year/page.html`: `woven` is the thread of all weeks, four to a row; before there is anything only the words are given."""

    eyebrow: str
    heading: str
    sentence: str
    big: Figure | None = None
    woven: tuple[Thread, ...] = ()
    figures: tuple[Figure, ...] = ()
    calendar: Calendar | None = None
    courses: tuple[AreaCourse, ...] = ()
    milestones: tuple[Link, ...] = ()
    week_url: str = "/week"
