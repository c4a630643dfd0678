from dataclasses import replace
from datetime import date, timedelta

import pytest

from server.actions.repairs import repair
from server.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from server.domain.repairs import Repair
from server.store import ids
from tests import make, standing
from tests.make import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY = NOW.date()
WORDS = Repair("I stayed too long.", "You waited.", "It was on me.", "I cook tomorrow.", "I set an alarm.")


@pytest.fixture
def couple(session):
    return make.couple(session)


@pytest.fixture
def dinner(session, couple):
    """Kept once, and missed today."""
    promise = make.promise(session, couple.noor, starts_on=TODAY - DAY)
    make.check_in(session, promise, day=TODAY - DAY)
    make.check_in(session, promise, "missed", now=NOW)
    return promise


def mend(session, promise, day=TODAY, words=WORDS, *, now=NOW, by=None):
    repair(session, promise.id, day, words, member_id=by.id if by else promise.member_id, now=now)


def keep(session, promise, *days):
    for day in days:
        make.check_in(session, promise, now=NOW + day * DAY)


def test_one_that_was_missed_is_mended_by_the_next_three(session, couple, dinner):
    mend(session, dinner)
    keep(session, dinner, 1, 2)
    assert standing.outcomes(session, dinner, "2026-03-22") == ["late", "missed", "kept", "kept"]
    keep(session, dinner, 3)
    assert standing.outcomes(session, dinner, "2026-03-23") == ["late", "mended", "kept", "kept", "kept"]
    assert standing.streak(session, dinner).current == 3
    assert standing.together(session, couple.bond) == 5


def test_a_repair_may_come_after_the_three(session, dinner):
    keep(session, dinner, 1, 2, 3, 4)
    mend(session, dinner, now=NOW + 5 * DAY)
    assert standing.occurrence(session, dinner, "2026-03-20").outcome == "mended"


@pytest.mark.parametrize(("after", "outcome"), [(timedelta(0), "mended"), (timedelta(microseconds=1), "missed")])
def test_a_repair_has_fourteen_days_from_where_the_day_settled(session, dinner, after, outcome):
    keep(session, dinner, 1, 2, 3)
    mend(session, dinner, now=NOW.replace(hour=2) + 15 * DAY - HOUR + after + HOUR)
    assert standing.occurrence(session, dinner, "2026-03-20").outcome == outcome


def test_one_that_was_mended_is_missed_again_when_one_of_the_three_is_corrected(session, couple, dinner):
    mend(session, dinner)
    keep(session, dinner, 1, 2, 3)
    make.check_in(session, dinner, "missed", day=TODAY + 2 * DAY, now=NOW + 3 * DAY)
    assert standing.outcomes(session, dinner, "2026-03-23") == ["late", "missed", "kept", "missed", "kept"]
    assert standing.together(session, couple.bond) == 1


def test_an_owning_that_is_taken_back_can_mend_the_one_before(session, dinner):
    mend(session, dinner)
    keep(session, dinner, 1, 2, 3)
    owning = make.check_in(session, dinner, "missed", now=NOW + 3 * DAY + HOUR)
    assert standing.occurrence(session, dinner, "2026-03-20").outcome == "missed"
    make.check_in(session, dinner, "undo", target=owning, now=NOW + 3 * DAY + HOUR)
    assert standing.occurrence(session, dinner, "2026-03-20").outcome == "mended"


def test_a_mended_one_may_be_repaired_again(session, dinner):
    mend(session, dinner)
    keep(session, dinner, 1, 2, 3)
    mend(session, dinner, words=replace(WORDS, prevent="Two alarms."), now=NOW + 4 * DAY)
    assert standing.occurrence(session, dinner, "2026-03-20").outcome == "mended"


def test_only_what_stands_as_missed_is_repaired(session, dinner):
    keep(session, dinner, 1)
    for day in (TODAY - DAY, TODAY + DAY, TODAY + 2 * DAY):
        with pytest.raises(ConflictError):
            mend(session, dinner, day, now=NOW + DAY)


def test_who_may_repair_what(session, couple, dinner):
    with pytest.raises(NotAllowedError):
        mend(session, dinner, by=couple.sam)
    with pytest.raises(NotFoundError):
        mend(session, dinner, by=make.eve(session))
    with pytest.raises(NotFoundError):
        repair(session, ids.new(), TODAY, WORDS, member_id=couple.noor.id, now=NOW)
    with pytest.raises(NotFoundError):
        mend(session, dinner, date(2026, 1, 1))


@pytest.mark.parametrize("words", [replace(WORDS, prevent=""), replace(WORDS, prevent=" \n"), replace(WORDS, did="x" * 4001)])
def test_what_keeps_it_from_happening_again_is_said(session, dinner, words):
    before = standing.everything(session)
    with pytest.raises(InvalidError):
        mend(session, dinner, words=words)
    assert standing.everything(session) == before


def test_a_repair_is_in_the_log_with_its_words(session, dinner):
    mend(session, dinner)
    assert any("I set an alarm." in row and "'repair'" in row for row in standing.everything(session)["events"])
