"""How often something was kept of late, as small lines: of an area by its weeks, of a promise by its days."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from server.domain import streaks
from server.domain.promises import AREAS
from server.domain.streaks import SHOWN_AS_PERCENTAGE_FROM
from server.domain.text import isolated
from server.routes.showing import numbers, words
from server.store.members import Member
from server.store.occurrences import Row
from server.store.weeks import Summary
from web.views import AreaCourse, Course

WEEKS = 12
SHORTEST = 2
"""Points: one alone is no line."""
Shown = Sequence[tuple[int, Member]]


def in_order(areas: Iterable[str]) -> list[str]:
    """Areas in the order in which the app names them, one's own after them."""
    return sorted(areas, key=lambda one: (AREAS.index(one) if one in AREAS else len(AREAS), one))


def of_areas(shown: Shown, summaries: Sequence[Summary], last: date, *, count: int = WEEKS) -> tuple[AreaCourse, ...]:
    """A line for each member in each area, over so many weeks up to one."""
    count = max(count, SHORTEST)
    by_end = {one.to_on: one.summary["members"] for one in summaries}
    weeks = [by_end.get(end, {}) for end in _ends(last, count)]
    areas = in_order({area for week in weeks for _, member in shown for area in week.get(str(member.id), {}).get("areas", {})})
    found = ((area, tuple(_of_member(weeks, colour, member, area) for colour, member in shown)) for area in areas)
    drawn = ((area, tuple(one for one in courses if one)) for area, courses in found)
    return tuple(AreaCourse(name=words.area(area), courses=courses) for area, courses in drawn if courses)


def of_promise(rows: Sequence[Row], last: date, *, colour: int) -> Course | None:
    """The line of one promise, a point on the same weekday of each week; None while there is too little for a line."""
    standing = [(row.last_day, streaks.unpacked(row.carried)) for row in rows if row.carried]
    after = [next((state for day, state in reversed(standing) if day <= end), None) for end in _ends(last, WEEKS)]
    return _course("", colour, [_percent(one.score, one.valued) if one else None for one in after])


def share(figures: Mapping[str, object], end: str = "") -> int | None:
    """The consistency of a summary's figures at one end of the week, 0 to 100; None until enough was said to know it."""
    score, valued = figures.get(f"consistency{end}"), figures.get(f"valued{end}", SHOWN_AS_PERCENTAGE_FROM)
    return _percent(score, valued) if isinstance(score, float | int) and isinstance(valued, int) else None


def _ends(last: date, count: int) -> list[date]:
    return [last - timedelta(weeks=back) for back in range(count - 1, -1, -1)]


def _percent(score: float, valued: int) -> int | None:
    return round(100 * score) if valued >= SHOWN_AS_PERCENTAGE_FROM else None


def _of_member(
    weeks: Sequence[Mapping[str, dict[str, dict[str, dict[str, object]]]]], colour: int, member: Member, area: str
) -> Course | None:
    figures = (week.get(str(member.id), {}).get("areas", {}).get(area, {}) for week in weeks)
    return _course(isolated(member.name), colour, [share(one) for one in figures])


def _course(name: str, colour: int, points: Sequence[int | None]) -> Course | None:
    """The line, and in words both of its ends; where it fell, as it stands now."""
    known = [(len(points) - 1 - place, point) for place, point in enumerate(points) if point is not None]
    if len(known) < SHORTEST:
        return None
    (ago, first), (_, now) = known[0], known[-1]
    since = f"{first} % {numbers.counted(ago, 'week', 'weeks')} ago, " if first <= now else ""
    text = f"{since}{now} % now."
    return Course(
        name=name, colour=colour, points=tuple(points), value=f"{now} %", text=f"{name}: {text}" if name else f"Kept of late: {text}"
    )
