"""What is drawn on more than one page, and how samples are written: a letter a day."""

from web import views
from web.views import State

LETTERS: dict[str, State] = {
    "k": "kept",
    "l": "late",
    "a": "ahead",
    "m": "missed",
    "g": "mended",
    "f": "future",
    "e": "excused",
    "w": "waiting",
    "n": "none",
}


def days(letters: str) -> tuple[State, ...]:
    """Read a row of letters, one a day, as states."""
    return tuple(LETTERS[letter] for letter in letters)


def _course(name: str, colour: int, *points: int | None) -> views.Course:
    return views.Course(name=name, colour=colour, points=points, value=f"{points[-1]} %", text=f"{name}: {points[-1]} % now.")


COURSES = (
    views.AreaCourse(name="Being on time", courses=(_course("Noor", 1, None, None, 48, 55, 63, 70, 74, 79, 82, 84, 85, 86),)),
    views.AreaCourse(
        name="Staying in touch",
        courses=(
            _course("Noor", 1, 40, 52, 61, 66, 60, 58, 64, 71, 76, 80, 83, 85),
            _course("Sam", 2, 70, 74, 78, 80, 83, 85, 88, 90, 91, 93, 94, 95),
        ),
    ),
)
CALENDAR = views.Calendar(
    summary="The days from 6 September to 22 November.",
    colours=(1, 2),
    months=tuple(
        views.Month(
            name=name,
            begins=begins,
            days=(*[None] * before, *zip(days(row), days(other), strict=True)),
            text=f"{name}. you: {row.count('k')} kept. Sam: {other.count('k')} kept.",
        )
        for name, begins, before, row, other in (
            ("Sep", 1, 5, "kkkkkkklkkkkkkkkkkkkmkkkk", "nkkkkknnkkkkknnkkkkknnkkk"),
            ("Oct", 3, 0, "kkkekkkkkkkkkgkkkkkkkkkkkkkkkak", "kknnkkkkknnkkkkknnkkkmknnkkkkkn"),
            ("Nov", 6, 0, "kkkkkkkwkkkkkkkkkkkkkff", "nkkkkknnkllkknnkkkkknff"),
        )
    ),
)
