from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from server.domain import owning
from server.domain.check_ins import Kind, Said
from server.domain.outcomes import Outcome
from server.domain.owning import Owned

DUE = datetime(2026, 3, 20, 17, 30, tzinfo=UTC)
SETTLES = datetime(2026, 3, 21, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOOR, SAM = UUID(int=1), UUID(int=2)


def say(n, kind, at, *, by=NOOR, target=None):
    return Said(UUID(int=n), kind, by, by == NOOR, date(2026, 3, 20), at, at, target=target)


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (DUE - MINUTE, Owned.EARLY),
        (DUE, Owned.FIRST),
        (SETTLES - MINUTE, Owned.FIRST),
        (SETTLES, Owned.AFTER),
    ],
)
def test_a_miss_is_owned_early_or_first_or_after(at, found):
    assert owning.owned([say(1, Kind.MISSED, at)], DUE, SETTLES) is found


def test_nothing_owned_is_nothing():
    assert owning.owned([say(1, Kind.KEPT, DUE)], DUE, SETTLES) is None


def test_what_was_taken_back_was_not_owned():
    taken_back = [say(1, Kind.MISSED, DUE - MINUTE), say(2, Kind.UNDO, DUE, target=UUID(int=1))]
    assert owning.owned(taken_back, DUE, SETTLES) is None
    assert owning.owned([*taken_back, say(3, Kind.MISSED, DUE + MINUTE)], DUE, SETTLES) is Owned.FIRST


def test_once_the_other_has_spoken_of_it_it_is_after():
    asked = say(1, Kind.DIFFERS, DUE + MINUTE, by=SAM)
    assert owning.owned([asked, say(2, Kind.MISSED, DUE + 2 * MINUTE)], DUE, SETTLES) is Owned.AFTER
    assert owning.owned([asked, say(2, Kind.MISSED, DUE)], DUE, SETTLES) is Owned.FIRST


@pytest.mark.parametrize(
    ("letters", "found"),
    [("", False), ("m", False), ("mm", True), ("kmkm", True), ("mkkm", True), ("mkkkm", False), ("mmkkkk", False), ("mukk", False)],
)
def test_two_misses_of_the_last_four_are_a_risk(letters, found):
    kinds = {"k": Outcome.KEPT, "m": Outcome.MISSED, "u": Outcome.UNREPORTED}
    assert owning.is_at_risk([kinds[one] for one in letters]) is found


@pytest.mark.parametrize(
    ("minutes", "found"),
    [([], ""), ([0], ""), ([0, 15], "ab"), ([0, 16], ""), ([0, 10, 20], "abc"), ([0, 40, 45], "bc"), ([7, 7], "ab")],
)
def test_two_that_are_due_within_a_quarter_of_an_hour_crowd_each_other(minutes, found):
    due = {name: DUE + n * MINUTE for name, n in zip("abc", minutes, strict=False)}
    assert owning.crowded(due) == set(found)
