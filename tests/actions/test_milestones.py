from datetime import timedelta

import pytest

from server.actions import milestones, promises, settling
from server.actions.promises import Draft
from server.actions.repairs import repair
from server.domain.milestones import MilestoneKind
from server.domain.repairs import Repair
from server.store import ids, turns
from server.store import milestones as store
from tests import make, standing
from tests.make import NOW

DAY = timedelta(days=1)
TODAY = NOW.date()
WORDS = Repair("I stayed.", "You waited.", "It was on me.", "I cook.", "An alarm.")


@pytest.fixture
def couple(session):
    return make.couple(session)


@pytest.fixture
def dinner(session, couple):
    return make.promise(session, couple.noor)


def keep(session, promise, *days):
    """Keep it on these days, and celebrate each time; return what was found, as kind, threshold and day."""
    found = {one.id for one in store.all_reached(session)}
    for day in days:
        make.check_in(session, promise, now=NOW + day * DAY)
        milestones.celebrate(session, now=NOW + day * DAY, limit=100)
    new = [one for one in store.all_reached(session) if one.id not in found]
    return sorted((one.kind.value, one.threshold, (one.reached_at - NOW).days) for one in new)


def test_each_kind_is_found_when_it_is_reached(session, couple, dinner):
    assert keep(session, dinner, 0) == [("kept_in_all", 1, 0)]
    assert keep(session, dinner, 1) == []
    assert keep(session, dinner, 2) == [("in_a_row", 3, 2), ("together", 3, 2)]


def test_a_milestone_is_reached_once_and_not_taken_back(session, couple, dinner):
    keep(session, dinner, 0, 1, 2)
    make.check_in(session, dinner, "missed", now=NOW + 2 * DAY)
    assert standing.streak(session, dinner).current == 0
    assert keep(session, dinner, 3, 4, 5) == []
    assert len(store.all_reached(session)) == 3


def test_celebrating_twice_changes_nothing(session, dinner):
    keep(session, dinner, 0, 1, 2)
    before = standing.everything(session)
    assert milestones.celebrate(session, now=NOW + 3 * DAY, limit=100) == 0
    assert standing.everything(session) == before


def test_what_was_passed_at_one_stroke_is_found_whole(session, couple, dinner):
    for day in range(14):
        make.check_in(session, dinner, now=NOW + day * DAY)
    milestones.celebrate(session, now=NOW + 13 * DAY, limit=100)
    found = [(one.kind, one.threshold) for one in store.all_reached(session)]
    assert sorted(found) == sorted(
        [(MilestoneKind.IN_A_ROW, n) for n in (3, 7, 14)]
        + [(MilestoneKind.TOGETHER, n) for n in (3, 7, 14)]
        + [(MilestoneKind.KEPT_IN_ALL, n) for n in (1, 10)]
    )


def test_a_mended_miss_and_a_comeback_are_celebrated(session, couple, dinner):
    keep(session, dinner, 0, 1, 2)
    make.check_in(session, dinner, "missed", now=NOW + 3 * DAY)
    assert keep(session, dinner, 4, 5, 6, 7) == []
    assert ("comeback", 5, 8) in keep(session, dinner, 8)
    repair(session, dinner.id, TODAY + 3 * DAY, WORDS, member_id=couple.noor.id, now=NOW + 9 * DAY)
    assert [kind for kind, _, _ in keep(session, dinner, 9)] == ["in_a_row", "mend", "together"]


def test_a_mend_is_celebrated_where_no_streak_grows_with_it(session, couple, dinner):
    make.check_in(session, dinner, "missed")
    keep(session, dinner, 1, 2, 3)
    repair(session, dinner.id, TODAY, WORDS, member_id=couple.noor.id, now=NOW + 4 * DAY)
    milestones.celebrate(session, now=NOW + 4 * DAY, limit=100)
    assert [one.kind for one in store.all_reached(session) if one.reached_at == NOW + 4 * DAY] == [MilestoneKind.MEND]


def test_a_correction_long_after_can_make_a_comeback_of_what_followed(session, dinner):
    keep(session, dinner, *range(9))
    make.check_in(session, dinner, "missed", day=TODAY + 3 * DAY, now=NOW + 8 * DAY)
    milestones.celebrate(session, now=NOW + 8 * DAY, limit=100)
    assert MilestoneKind.COMEBACK in {one.kind for one in store.all_reached(session)}


def test_each_broken_streak_has_a_comeback_of_its_own(session, dinner):
    found = []
    for first in (0, 4, 10):
        found += keep(session, dinner, *range(first, first + (3 if first == 0 else 5)))
        make.check_in(session, dinner, "missed", now=NOW + (first + (3 if first == 0 else 5)) * DAY)
    assert [day for kind, _, day in found if kind == "comeback"] == [8, 14]


def test_a_personal_promise_has_its_own_and_nothing_of_the_bond(session, couple):
    own = make.promise(session, couple.noor, "Read", personal=True)
    assert keep(session, own, 0, 1, 2) == [("in_a_row", 3, 2)]
    (found,) = store.all_reached(session)
    assert (found.bond_id, found.scope_id) == (None, own.id)


def test_lifetime_stitches_count_in_each_bond(session, couple, dinner):
    both = make.bond(session, couple.noor, make.member(session, "Cleo"), kind="friends")
    draft = Draft("Write", "time", "FREQ=DAILY", TODAY, both.id)
    elsewhere = promises.make(session, ids.new(), draft, member_id=couple.noor.id, now=NOW)
    keep(session, dinner, 0)
    assert keep(session, elsewhere, 0) == [("kept_in_all", 1, 0)]
    assert {one.bond_id for one in store.all_reached(session)} == {couple.bond.id, both.id}


def test_more_than_can_be_looked_at_at_once_is_looked_at_next(session, couple):
    mine = [make.promise(session, couple.noor, f"{number}") for number in range(4)]
    for promise in mine:
        for day in range(3):
            make.check_in(session, promise, now=NOW + day * DAY)
    while milestones.celebrate(session, now=NOW + 3 * DAY, limit=1):
        pass
    assert sum(one.kind is MilestoneKind.IN_A_ROW for one in store.all_reached(session)) == 4


def test_a_day_that_closes_can_let_a_streak_grow_past_it(session, couple, dinner):
    """A dormant silence holds: what was kept after it counts only once it has closed."""
    own = make.promise(session, make.eve(session), "Read", starts_on=TODAY - DAY)
    for day in (0, 1):
        make.check_in(session, own, now=NOW + day * DAY)
    assert standing.streak(session, own).current == 0
    settling.settle(session, now=NOW + 3 * DAY, limit=100)
    assert standing.streak(session, own).current == 2


def test_a_silence_that_nobody_has_looked_at_yet_is_not_celebrated_over(session, couple, dinner):
    make.promise(session, couple.sam, "Text when leaving", rule="FREQ=DAILY;COUNT=1")
    kept = keep(session, dinner, 0, 1, 2, 3, 4)
    assert ("in_a_row", 3, 2) in kept
    assert [one for one in kept if one[0] == "together"] == []
    settling.settle(session, now=NOW + 5 * DAY, limit=100)
    milestones.celebrate(session, now=NOW + 5 * DAY, limit=100)
    assert ("together", 3) in {(one.kind.value, one.threshold) for one in store.all_reached(session)}
    assert standing.together(session, couple.bond) == 4


def test_what_has_grown_is_found_by_its_own_index(session):
    """Jobs look every few seconds, however many folds there are."""
    if session.dialect.name != "sqlite":
        pytest.skip("what PostgreSQL chooses depends on how much there is")
    with standing.watched(session) as watched:
        turns.has_grown(session)
        store.grown(session, 10, now=NOW)
    plans = [step.detail for text, values in watched.asked for step in session.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
    for table in ("streaks", "stitches", "weaves"):
        assert {step for step in plans if f" {table}" in step} == {f"SCAN {table} USING INDEX ix_{table}_unannounced"}
