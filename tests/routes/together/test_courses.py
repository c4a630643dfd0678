"""How often something was kept of late, as a line and in words."""

from datetime import timedelta
from typing import Any

import pytest

from server.domain.members import DAY_START
from server.domain.streaks import Streak
from server.routes.showing import courses
from server.store import ids
from server.store.members import Member
from server.store.weeks import Summary
from tests.make import ZONE
from tests.routes.together.living import SUNDAY

NOOR = Member(ids.new(), "Noor", ZONE, DAY_START)
LAST = SUNDAY.date()


def weeks(*scores: float | None, **more: Any) -> list[Summary]:
    """A summary for each consistency of Noor being on time, the oldest first; None for a week without a page."""
    found = []
    for back, score in zip(range(len(scores) - 1, -1, -1), scores, strict=True):
        end = LAST - timedelta(weeks=back)
        if score is not None:
            members = {str(NOOR.id): {"all": {}, "areas": {"time": {"consistency": score, "valued": 9, **more}}}}
            found.append(Summary(ids.new(), end - timedelta(days=6), end, SUNDAY, SUNDAY, {"members": members, "woven": 0}))
    return found


@pytest.mark.parametrize(
    ("scores", "points", "text"),
    [
        ((0.5, 0.62), (50, 62), "Noor: 50 % one week ago, 62 % now."),
        ((0.5, None, 0.5), (50, None, 50), "Noor: 50 % two weeks ago, 50 % now."),
        ((0.8, 0.9, 0.7), (80, 90, 70), "Noor: 70 % now."),
    ],
)
def test_a_line_says_both_of_its_ends_and_of_a_fall_only_where_it_stands(
    scores: tuple[float | None, ...], points: tuple[int | None, ...], text: str
) -> None:
    (area,) = courses.of_areas([(1, NOOR)], weeks(*scores), LAST)
    (course,) = area.courses
    assert (area.name, course.points[-len(points) :], course.text) == ("Being on time", points, text)
    assert len(course.points) == courses.WEEKS


@pytest.mark.parametrize(("scores", "more"), [((0.5,), {}), ((None, 0.5), {}), ((0.5, 0.6), {"valued": 4})])
def test_where_too_little_is_known_there_is_no_line(scores: tuple[float | None, ...], more: dict[str, int]) -> None:
    assert courses.of_areas([(1, NOOR)], weeks(*scores, **more), LAST) == ()


def test_who_is_not_shown_has_no_line() -> None:
    other = Member(ids.new(), "Sam", ZONE, DAY_START)
    assert courses.of_areas([(2, other)], weeks(0.5, 0.6), LAST) == ()


@pytest.mark.parametrize(("valued", "shown"), [(4, None), (5, 63)])
def test_a_percentage_stands_from_five_on(valued: int, shown: int | None) -> None:
    assert courses.share({"consistency": Streak(score=0.63).score, "valued": valued}) == shown
    assert courses.share({"consistency": None, "valued": valued}) is None
    assert courses.share({}) is None
