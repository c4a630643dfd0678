"""What is drawn on more than one page: how consistency went, the days of a year, a picture to be shared."""

from dataclasses import dataclass

from web.views.shell import State, Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How often something was kept of late, a point a week, oldest first: 0 to 100, None where too little had been said to know.

    `value` stands beside the line ("82 %"), `text` says in a sentence what it shows.
    """

    name: str
    colour: int
    points: tuple[int | None, ...]
    value: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaCourse:
    """The lines of one area, its members in the order of joining."""

    name: str
    courses: tuple[Course, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of a calendar: `days` has a state for each member on each day, None for a day that is not in the picture.

    `begins` is the column of the first day, 0 to 6; `text` says the month in a sentence.
    """

    name: str
    begins: int
    days: tuple[tuple[State, ...] | None, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The days of a year by month, oldest first; `colours` are those of the members whose days they are."""

    summary: str
    colours: tuple[int, ...]
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is drawn to be shared: one large number, one kind sentence, a thread of what was kept; `names` only where they were chosen."""

    number: str
    unit: str
    sentence: str
    dates: str
    thread: Thread | None = None
    names: str = ""
    rays: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePage:
    """`pictures/page.html`: the picture as it will be, before it is shared.

    `url` is the picture's own, `file` the name it is kept under, `text` says what it shows and `note` whose names stand on it.
    `other_url` leads to the same with names, or without.
    """

    url: str
    file: str
    text: str
    note: str
    other_label: str
    other_url: str
    back_url: str
