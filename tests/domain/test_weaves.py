from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.weaves import DayState, Weave, follow, state

FIRST = date(2026, 3, 1)
WOVEN, BROKEN, SKIPPED = DayState.WOVEN, DayState.BROKEN, DayState.SKIPPED


@pytest.mark.parametrize(
    ("held", "broke", "stands_as"), [(0, 0, SKIPPED), (1, 0, WOVEN), (3, 0, WOVEN), (0, 1, BROKEN), (3, 1, BROKEN), (0, 2, BROKEN)]
)
def test_a_day_is_woven_when_one_held_and_none_broke(held, broke, stands_as):
    assert state(held, broke) is stands_as


def counted(days):
    """`together` by counting: the woven days since the last broken one."""
    broken_on = max((day for day, one in days.items() if one is BROKEN), default=None)
    woven = sum(one is WOVEN and (broken_on is None or day > broken_on) for day, one in days.items())
    return Weave(woven, broken_on)


def day(number):
    return FIRST + timedelta(days=number)


@pytest.mark.parametrize(
    ("weave", "number", "before", "after", "expected"),
    [
        (Weave(), 5, SKIPPED, WOVEN, Weave(1)),
        (Weave(4), 5, WOVEN, SKIPPED, Weave(3)),
        (Weave(4), 5, WOVEN, WOVEN, Weave(4)),
        (Weave(4, day(2)), 1, SKIPPED, WOVEN, Weave(4, day(2))),
        (Weave(4, day(2)), 1, WOVEN, BROKEN, Weave(4, day(2))),
        (Weave(4, day(2)), 3, SKIPPED, WOVEN, Weave(5, day(2))),
        (Weave(4, day(2)), 3, WOVEN, BROKEN, None),
        (Weave(4, day(2)), 2, BROKEN, WOVEN, None),
    ],
)
def test_a_weave_follows_one_day_or_asks_to_be_counted_again(weave, number, before, after, expected):
    assert follow(weave, day(number), before, after) == expected


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from(DayState)), max_size=40))
def test_following_comes_to_what_counting_comes_to(turns):
    days = {}
    weave = Weave()
    for number, after in turns:
        before = days.get(day(number), SKIPPED)
        days[day(number)] = after
        weave = follow(weave, day(number), before, after) or counted(days)
        assert weave == counted(days)
