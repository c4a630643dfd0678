from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from jobs import milestones as celebrating
from jobs import settle as jobs
from server.actions import repairs, settling
from server.domain.repairs import Repair
from server.store import milestones
from tests import make, standing
from tests.make import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = Repair("I forgot", "You waited", "All of it", "Dinner tomorrow", "An alarm")
MIDNIGHT = NOW.replace(hour=2) + DAY
"""When the day of NOW ends in Berlin."""


@pytest.fixture
def couple(session):
    return make.couple(session)


@pytest.fixture
def dinner(session, couple):
    return make.promise(session, couple.noor)


def settle(session, now, limit=1000):
    return settling.settle(session, now=now, limit=limit)


def test_a_silent_day_waits_and_then_closes(session, dinner):
    found = []
    for now in (MIDNIGHT - HOUR, MIDNIGHT, MIDNIGHT + 72 * HOUR - timedelta(microseconds=1), MIDNIGHT + 72 * HOUR):
        settle(session, now)
        row = standing.occurrence(session, dinner, "2026-03-20")
        found.append((row.outcome.value, row.waits))
    assert found == [("pending", False), ("unreported", True), ("unreported", True), ("unreported", False)]


def test_nothing_was_said_in_a_new_bond_so_its_silence_breaks_nothing(session, couple, dinner):
    settle(session, MIDNIGHT + 3 * DAY)
    row = standing.occurrence(session, dinner, "2026-03-20")
    assert (row.outcome, row.value, row.effect) == ("unreported", None, "holds")


@pytest.mark.parametrize(("ago", "value"), [(14 * DAY, None), (14 * DAY - timedelta(microseconds=1), 0.0), (timedelta(0), None)])
def test_silence_counts_only_where_somebody_was_there_within_fourteen_days(session, couple, dinner, ago, value):
    """Sam's word, anywhere, is enough; one at the very instant of settling comes too late."""
    elsewhere = make.promise(session, couple.sam, "Run", rule="FREQ=YEARLY;BYMONTH=12")
    at = MIDNIGHT - ago
    make.check_in(session, elsewhere, at=at, now=at)
    settle(session, MIDNIGHT + 3 * DAY)
    assert standing.occurrence(session, dinner, "2026-03-20").value == value


def test_a_difference_falls_away_by_itself(session, couple):
    visit = make.promise(session, couple.noor, "Visit", rule="FREQ=DAILY;COUNT=1")
    make.check_in(session, visit)
    make.check_in(session, visit, "differs", by=couple.sam, now=NOW + HOUR)
    assert (standing.streak(session, visit).stitches, standing.together(session, couple.bond)) == (0, 0)
    settle(session, NOW + HOUR + 7 * DAY)
    assert (standing.streak(session, visit).stitches, standing.together(session, couple.bond)) == (1, 1)


def test_settling_twice_changes_nothing(session, couple, dinner):
    for day in range(5):
        make.check_in(session, dinner, now=NOW + 2 * day * DAY)
        settle(session, NOW + 2 * day * DAY)
    settle(session, NOW + 12 * DAY)
    before = standing.everything(session)
    assert settle(session, NOW + 12 * DAY) == 0
    assert standing.everything(session) == before


def test_settling_little_by_little_comes_to_the_same(session, couple, dinner):
    others = make.other_couple(session)
    same = make.promise(session, others.cleo)
    for promise in (dinner, same):
        make.check_in(session, promise, now=NOW + 3 * DAY)
    while settle(session, NOW + 8 * DAY, limit=1):
        pass
    assert standing.outcomes(session, dinner, "2026-03-28") == standing.outcomes(session, same, "2026-03-28")
    assert standing.streak(session, dinner).score == standing.streak(session, same).score > 0


def test_two_settlers_at_once_do_it_once(database):
    with database.write() as session:
        couple, others = make.couple(session), make.other_couple(session)
        mine = [make.promise(session, by, f"{number}") for number in range(5) for by in (couple.noor, couple.sam, others.cleo)]
        for promise in mine:
            make.check_in(session, promise)
    now = NOW + 12 * DAY
    with ThreadPoolExecutor(2) as pool:
        for job in (jobs.open_ahead, jobs.settle, celebrating.celebrate):
            list(pool.map(lambda _, run=job: run(database, now), range(2)))
    with database.write() as session:
        before = standing.every_fold(session)
        assert [standing.streak(session, one).valued for one in mine] == [9] * len(mine)
        assert len(milestones.all_reached(session)) == 3
    for job in (jobs.open_ahead, jobs.settle, celebrating.celebrate):
        job(database, now)
    with database.read() as session:
        assert standing.every_fold(session) == before


def test_what_was_reached_while_no_job_ran_is_celebrated_though_it_has_ended_since(database):
    with database.write() as session:
        promise = make.promise(session, make.couple(session).noor)
        for day in range(3):
            make.check_in(session, promise, now=NOW + day * DAY)
    for job in (jobs.open_ahead, jobs.settle):
        job(database, NOW + 12 * DAY)
    with database.read() as session:
        assert standing.streak(session, promise).current == 0
        assert ("in_a_row", 3) in {(one.kind.value, one.threshold) for one in milestones.all_reached(session)}


def test_what_was_woven_while_no_job_ran_is_celebrated_though_it_broke_since(database):
    with database.write() as session:
        bond = (couple := make.couple(session)).bond
        mine, yours = make.promise(session, couple.noor), make.promise(session, couple.sam)
        for day in range(4):
            for promise in (mine, yours):
                make.check_in(session, promise, now=NOW + day * DAY)
    late = NOW + 12 * DAY
    jobs.open_ahead(database, late)
    jobs.settle(database, late)
    celebrating.celebrate(database, late)
    with database.read() as session:
        found = [(one.threshold, one.reached_at) for one in milestones.all_reached(session) if one.kind == "together"]
        assert standing.together(session, bond) == 0
        assert found == [(3, NOW + 3 * DAY)]


def test_days_woven_on_both_sides_of_one_that_time_had_broken_are_not_woven_together(database):
    with database.write() as session:
        couple = make.couple(session)
        dinner = make.promise(session, couple.noor)
        for day in (0, 1, 6, 7):
            make.check_in(session, dinner, now=NOW + day * DAY)
    late = NOW + 8 * DAY
    for job in (jobs.open_ahead, celebrating.celebrate, jobs.settle, celebrating.celebrate):
        job(database, late)
    with database.read() as session:
        assert "together" not in {one.kind for one in milestones.all_reached(session)}


def test_what_seems_mended_while_no_job_ran_is_not_celebrated_before_the_silence_after_it_has_turned(database):
    with database.write() as session:
        dinner = make.promise(session, make.couple(session).noor)
        make.check_in(session, dinner, "missed")
        repairs.repair(session, dinner.id, NOW.date(), WORDS, member_id=dinner.member_id, now=NOW)
        for day in (1, 6, 7):
            make.check_in(session, dinner, now=NOW + day * DAY)
    late = NOW + 7 * DAY
    for job in (celebrating.celebrate, jobs.settle, celebrating.celebrate):
        job(database, late)
    with database.read() as session:
        assert "mend" not in {one.kind for one in milestones.all_reached(session)}
