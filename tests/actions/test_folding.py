from datetime import timedelta
from random import Random

import pytest

from server.actions import check_ins, folding, rebuilding, settling
from server.actions.repairs import repair
from server.domain.repairs import Repair
from server.store import folds
from server.store import standing as compared
from tests import make, standing
from tests.make import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TODAY = NOW.date()
WORDS = Repair("I stayed.", "You waited.", "It was on me.", "I cook.", "An alarm.")


@pytest.fixture
def couple(session):
    return make.couple(session)


def days(session, bond):
    return {day.day: one.state.value for day, one in folds.days_between(session, bond.id, TODAY, TODAY + 30 * DAY).items()}


def figures(session, promise):
    found = standing.streak(session, promise)
    return found.current, found.best, found.score, found.valued, found.stitches, standing.outcomes(session, promise, "2026-03-23")


@pytest.mark.parametrize("seed", range(8))
def test_the_order_of_arrival_does_not_matter(session, couple, seed):
    """What was tapped on three days, delivered on the fourth in order and out of order."""
    others = make.other_couple(session)
    dinner, same = make.promise(session, couple.noor), make.promise(session, others.cleo)
    order = list(range(7))
    for promise, friend in ((dinner, couple.sam), (same, others.dan)):
        said = [
            make.tap(promise, at=NOW + MINUTE),
            make.tap(promise, at=NOW + HOUR, by=friend),
            make.tap(promise, "missed", at=NOW + 2 * HOUR),
            make.tap(promise, at=NOW + DAY + 2 * HOUR),
            make.tap(promise, at=NOW + DAY),
            make.tap(promise, "excuse", by=friend, at=NOW + 2 * DAY),
            make.tap(promise, at=NOW + 2 * DAY + 3 * HOUR),
        ]
        for place in order:
            check_ins.check_in_one(session, said[place], now=NOW + 70 * HOUR)
        Random(seed).shuffle(order)
    assert figures(session, dinner) == figures(session, same)
    assert days(session, couple.bond) == days(session, others.bond) == {20: "broken", 21: "woven", 22: "skipped"}


def test_a_silent_day_between_two_kept_ones_stops_the_streak_before_any_job_has_looked_at_it(session, couple):
    dinner = make.promise(session, couple.noor)
    make.check_in(session, dinner, now=NOW + 2 * DAY)
    make.check_in(session, dinner, day=TODAY, now=NOW + 2 * DAY + HOUR)
    assert standing.outcomes(session, dinner, "2026-03-22") == ["late", "pending", "kept"]
    assert standing.streak(session, dinner).valued == 1


def test_folding_on_comes_to_what_folding_from_the_beginning_comes_to(session, couple):
    dinner = make.promise(session, couple.noor)
    run = make.promise(session, couple.sam, "Run", rule="FREQ=WEEKLY", times=2, due_time=None)
    own = make.promise(session, couple.noor, "Read", personal=True)
    for day, kind in enumerate(("kept", "missed", "kept", "kept", None, "kept", "reserve", "kept", "missed", "kept")):
        now = NOW + day * DAY
        settling.settle(session, now=now, limit=100)
        if kind:
            make.check_in(session, dinner, kind, now=now)
            make.check_in(session, own, kind, now=now)
        if kind == "missed":
            repair(session, dinner.id, now.date(), WORDS, member_id=couple.noor.id, now=now)
        if day % 3 == 0:
            make.check_in(session, run, now=now)
        if day in (6, 9):
            make.check_in(session, dinner, "missed", day=TODAY + (day - 3) * DAY, now=now)
        assert rebuilding.compare(session, compared.parts(session), now=now) == []


def test_a_word_about_long_ago_folds_everything_since(session, couple):
    dinner = make.promise(session, couple.noor)
    for day in range(20):
        make.check_in(session, dinner, now=NOW + day * DAY)
    assert (standing.streak(session, dinner).current, standing.together(session, couple.bond)) == (20, 20)
    make.check_in(session, dinner, "missed", day=TODAY + 4 * DAY, now=NOW + 19 * DAY)
    found = standing.streak(session, dinner)
    assert (found.current, found.best, found.stitches, standing.together(session, couple.bond)) == (15, 15, 19, 15)


def test_folding_what_has_not_changed_writes_nothing_new(session, couple):
    dinner = make.promise(session, couple.noor)
    make.check_in(session, dinner)
    before = standing.everything(session)
    folding.refold(session, {dinner.id: [TODAY, TODAY + DAY]}, now=NOW + MINUTE)
    folding.refold(session, {}, now=NOW + MINUTE)
    assert standing.everything(session) == before


def test_nobodys_own_figures_change_through_anothers_miss(session, couple):
    dinner, cook = make.promise(session, couple.noor), make.promise(session, couple.sam, "Cook")
    make.check_in(session, cook)
    before, stitches = standing.streak(session, cook), folds.stitches_of(session, couple.bond.id)
    make.check_in(session, dinner, "missed")
    assert standing.streak(session, cook) == before
    assert folds.stitches_of(session, couple.bond.id) == stitches == {couple.sam.id: 1}


def test_a_day_is_woven_by_one_and_broken_by_one(session, couple):
    dinner, cook = make.promise(session, couple.noor), make.promise(session, couple.sam, "Cook")
    seen = []
    for promise, kind, now in ((dinner, "kept", NOW), (cook, "missed", NOW + MINUTE), (cook, "kept", NOW + 2 * MINUTE)):
        make.check_in(session, promise, kind, now=now)
        seen.append((days(session, couple.bond)[20], standing.together(session, couple.bond)))
    assert seen == [("woven", 1), ("broken", 0), ("woven", 1)]


def test_what_is_personal_weaves_no_day(session, couple):
    own = make.promise(session, couple.noor, "Read", personal=True)
    make.check_in(session, own, "missed")
    assert days(session, couple.bond) == {}


def test_a_week_takes_part_on_its_sunday(session, couple):
    run = make.promise(session, couple.noor, "Run", rule="FREQ=WEEKLY", times=1, starts_on=TODAY + 3 * DAY, due_time=None)
    make.check_in(session, run, now=NOW + 4 * DAY)
    assert days(session, couple.bond) == {29: "woven"}
