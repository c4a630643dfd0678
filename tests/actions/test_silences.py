from datetime import timedelta

import pytest

from server.actions import promises, rebuilding, settling
from server.domain import outcomes
from server.store import occurrences
from server.store import standing as parts
from tests import make, standing
from tests.make import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MIDNIGHT = NOW.replace(hour=2) + DAY
"""When the day of NOW ends in Berlin."""
TODAY = NOW.date()


@pytest.fixture
def couple(session):
    return make.couple(session)


@pytest.fixture
def dinner(session, couple):
    return make.promise(session, couple.noor)


def settle(session, now):
    return settling.settle(session, now=now, limit=10_000)


def differences(session, now):
    return rebuilding.compare(session, parts.parts(session), now=now)


def test_a_word_that_came_between_looking_and_writing_stands(session, dinner):
    settle(session, MIDNIGHT - HOUR)
    looked_at = standing.occurrence(session, dinner, "2026-03-20")
    make.check_in(session, dinner)
    occurrences.turn_silent(session, [(looked_at, outcomes.silence(looked_at.settles_at, MIDNIGHT, was_active=False))])
    assert standing.occurrence(session, dinner, "2026-03-20").outcome == "kept"


def test_one_kept_day_of_two_is_heard_when_the_week_settles(session, couple):
    twice = make.promise(session, couple.noor, "Run", rule="FREQ=WEEKLY", times=2, due_time=None, starts_on=TODAY - 4 * DAY)
    make.check_in(session, twice)
    settle(session, MIDNIGHT + 3 * DAY)
    assert standing.outcomes(session, twice, "2026-03-16") == ["partly"]
    assert differences(session, MIDNIGHT + 3 * DAY) == []


@pytest.mark.parametrize(
    "said", [("kept",), ("missed",), ("missed", "missed"), ("missed", "kept", "missed"), ("missed", "kept", "kept", "kept")]
)
def test_a_silence_closes_upon_whatever_was_said_before_it(session, couple, dinner, said):
    for n, kind in enumerate(said):
        make.check_in(session, dinner, kind, now=NOW + n * DAY)
    make.check_in(session, dinner, now=NOW + (len(said) + 1) * DAY)
    now = MIDNIGHT + (len(said) + 4) * DAY
    assert settle(session, now) > 0
    assert standing.occurrence(session, dinner, str(TODAY + len(said) * DAY)).value == 0.0
    assert differences(session, now) == []


def test_a_silence_closes_by_the_pace_of_the_terms_that_hold_then(session, couple, dinner):
    make.check_in(session, dinner)
    promises.change(session, dinner.id, {"rule": "FREQ=WEEKLY;BYDAY=SA"}, member_id=couple.noor.id, now=NOW)
    now = MIDNIGHT + 9 * DAY
    settle(session, now)
    assert standing.streak(session, dinner).half_life == pytest.approx(13 / 7**0.5, rel=0.01)
    assert differences(session, now) == []


def test_a_silence_that_nobody_looked_at_for_days_closes_at_once(session, couple, dinner):
    make.check_in(session, dinner)
    settle(session, MIDNIGHT + 5 * DAY)
    assert standing.outcomes(session, dinner, "2026-03-22") == ["kept", "unreported", "unreported"]
    assert [standing.occurrence(session, dinner, f"2026-03-{day}").value for day in (21, 22)] == [0.0, 0.0]
    assert differences(session, MIDNIGHT + 5 * DAY) == []
