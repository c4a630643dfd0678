"""Letting an episode go: both say yes, it is seen nowhere, and no figure moves."""

from datetime import timedelta

import pytest

from server.actions import letting_go, summaries
from server.domain.errors import ConflictError, NotFoundError
from server.store import let_goes, occurrences, weeks
from tests import make, standing
from tests.make import NOW

TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def couple(session):
    return make.couple(session)


@pytest.fixture
def dinner(session, couple):
    """Kept yesterday, missed today."""
    promise = make.promise(session, couple.noor, starts_on=TODAY - DAY)
    make.check_in(session, promise, day=TODAY - DAY)
    make.check_in(session, promise, "missed", now=NOW)
    return promise


def propose(session, promise, by, day=TODAY):
    letting_go.propose(session, promise.id, day, member_id=by.id, now=NOW)


def agree(session, promise, by, day=TODAY):
    letting_go.agree(session, promise.id, day, member_id=by.id, now=NOW)


def seen(session, promise):
    return [row.day for row in occurrences.seen_of_promise(session, promise.id, last=TODAY)]


@pytest.mark.parametrize("first", ["noor", "sam"])
def test_it_takes_both(session, couple, dinner, first):
    first, other = (couple.noor, couple.sam) if first == "noor" else (couple.sam, couple.noor)
    propose(session, dinner, first)
    assert seen(session, dinner) == [TODAY - DAY, TODAY]
    with pytest.raises(ConflictError):
        agree(session, dinner, first)
    agree(session, dinner, other)
    assert seen(session, dinner) == [TODAY - DAY]
    assert let_goes.get(session, dinner.id, TODAY).hurt_id == couple.sam.id


def test_the_log_and_the_figures_stay_as_they_are(session, couple, dinner):
    folds, log = standing.every_fold(session), standing.everything(session)["events"]
    propose(session, dinner, couple.noor)
    agree(session, dinner, couple.sam)
    assert (standing.every_fold(session), standing.everything(session)["events"]) == (folds, log)


def test_it_leaves_the_week_and_its_sums_but_not_its_consistency(session, couple, dinner):
    summaries.summarise(session, now=NOW + 3 * DAY, limit=10)
    of_noor = weeks.of_bond(session, couple.bond.id)[0].summary["members"][str(couple.noor.id)]["all"]
    propose(session, dinner, couple.noor)
    agree(session, dinner, couple.sam)
    after = weeks.of_bond(session, couple.bond.id)[0].summary["members"][str(couple.noor.id)]["all"]
    assert (of_noor["missed"], after["missed"]) == (1, 0)
    assert after["due"] == of_noor["due"] - 1
    assert after["consistency"] == of_noor["consistency"]


def test_it_is_proposed_once_and_a_second_yes_changes_nothing(session, couple, dinner):
    propose(session, dinner, couple.noor)
    before = standing.everything(session)
    propose(session, dinner, couple.sam)
    assert standing.everything(session) == before
    agree(session, dinner, couple.sam)
    before = standing.everything(session)
    agree(session, dinner, couple.sam)
    assert standing.everything(session) == before


def test_only_a_miss_of_ones_own_bond_is_let_go(session, couple, dinner):
    alone = make.promise(session, couple.noor, personal=True, starts_on=TODAY)
    make.check_in(session, alone, "missed", now=NOW)
    for promise, by, day in (
        (dinner, make.eve(session), TODAY),
        (dinner, couple.sam, TODAY - DAY),
        (dinner, couple.sam, TODAY + DAY),
        (alone, couple.noor, TODAY),
    ):
        with pytest.raises(NotFoundError):
            propose(session, promise, by, day)
    with pytest.raises(ConflictError):
        agree(session, dinner, couple.sam)


def test_of_three_only_the_hurt_one_or_the_promiser_says_yes(session):
    noor, sam, ada = make.member(session, "Noor"), make.member(session, "Sam"), make.member(session, "Ada")
    make.bond(session, noor, sam, ada, kind="family")
    promise = make.promise(session, noor, starts_on=TODAY)
    make.check_in(session, promise, "missed", now=NOW)
    propose(session, promise, sam)
    with pytest.raises(ConflictError):
        agree(session, promise, ada)
    agree(session, promise, noor)
