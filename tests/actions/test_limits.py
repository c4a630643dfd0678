from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from server.actions import limits
from server.db import Database, Session
from server.domain.errors import TooManyError
from server.domain.limits import Limit
from tests.make import NOW

FIVE = Limit(5, timedelta(minutes=15))


def tries(session: Session, number: int, *, key: str = "noor", after: timedelta = timedelta(0)) -> int:
    """How many of so many tries at one instant were let through."""
    passed = 0
    for _ in range(number):
        try:
            limits.take(session, key, FIVE, now=NOW + after)
        except TooManyError:
            continue
        passed += 1
    return passed


def test_five_tries_pass_and_the_sixth_waits(session):
    assert tries(session, 9) == 5


def test_who_is_held_back_is_told_for_how_long(session):
    tries(session, 5)
    with pytest.raises(TooManyError, match="3 minutes") as refused:
        limits.take(session, "noor", FIVE, now=NOW)
    assert refused.value.retry_after == 180
    limits.take(session, "noor", FIVE, now=NOW + timedelta(seconds=180))


@pytest.mark.parametrize(("minutes", "more"), [(2.9, 0), (3, 1), (7, 2), (15, 5), (60 * 24, 5)])
def test_a_bucket_fills_again_with_time_and_never_over(session, minutes, more):
    tries(session, 5)
    assert tries(session, 9, after=timedelta(minutes=minutes)) == more


def test_a_clock_set_back_gives_nothing_and_takes_nothing(session):
    tries(session, 4)
    assert tries(session, 9, after=timedelta(hours=-1)) == 1


def test_one_who_tries_too_often_does_not_hold_back_another(session):
    tries(session, 9)
    assert tries(session, 9, key="sam") == 5


def test_many_at_once_get_no_more_than_five(database: Database):
    def one(_: int) -> int:
        with database.write() as session:
            return tries(session, 1)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(24))) == 5
