from datetime import timedelta

import pytest

from server.actions import check_ins, opening, promises, settling
from server.domain import schedule
from server.store.promises import Pause
from tests import make, standing
from tests.make import NOW

DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def couple(session):
    return make.couple(session)


def caught_up(session, now):
    while settling.open_ahead(session, now=now, limit=100):
        pass
    while settling.settle(session, now=now, limit=1000) == 1000:
        pass


def test_days_are_open_two_days_before_they_begin(session, couple):
    """Whenever the job runs, each day has its row in time for a reminder."""
    dinner = make.promise(session, couple.noor)
    for hours in range(0, 30 * 24, 7):
        now = NOW + timedelta(hours=hours)
        settling.open_ahead(session, now=now, limit=10)
        next_on = standing.streak(session, dinner).opened_on + DAY
        assert schedule.begins_at(next_on, dinner.plan.terms[0]) > now + 2 * DAY


def test_opening_again_opens_nothing(session, couple):
    make.promise(session, couple.noor)
    caught_up(session, NOW)
    before = standing.everything(session)
    caught_up(session, NOW)
    assert standing.everything(session) == before


def test_after_a_long_time_down_a_tap_finds_its_day(session, couple):
    dinner = make.promise(session, couple.noor)
    make.check_in(session, dinner, now=NOW + 60 * DAY)
    assert standing.occurrence(session, dinner, "2026-05-19").outcome == "kept"


def test_after_a_long_time_down_a_batch_finds_all_its_days(session, couple):
    dinner = make.promise(session, couple.noor)
    opened_on = standing.streak(session, dinner).opened_on
    now = NOW + (opened_on - TODAY + DAY)
    check_ins.check_in(session, [make.tap(dinner, at=now - DAY), make.tap(dinner, at=now)], now=now)
    assert [standing.occurrence(session, dinner, f"{day}").outcome for day in (opened_on, opened_on + DAY)] == ["kept", "kept"]


def test_after_a_long_time_down_everything_comes_to_what_it_would_have_come_to(session, couple):
    """Cleo's server ran all the time, Noor's was down from the third day on."""
    others = make.other_couple(session)
    dinner, same = make.promise(session, couple.noor), make.promise(session, others.cleo)
    for promise in (dinner, same):
        make.check_in(session, promise)
    for day in range(60):
        opening.open_days(session, [same.id], now=NOW + day * DAY)
    for promise in (dinner, same):
        make.check_in(session, promise, now=NOW + 60 * DAY)
    caught_up(session, NOW + 60 * DAY)
    assert standing.outcomes(session, dinner, "2026-05-19") == standing.outcomes(session, same, "2026-05-19")
    assert standing.streak(session, dinner).score == standing.streak(session, same).score
    assert standing.outcomes(session, dinner, "2026-05-19").count("unreported") == 59


def test_what_is_over_is_looked_at_no_more(session, couple):
    once = make.promise(session, couple.noor, rule="FREQ=DAILY;COUNT=1")
    until = make.promise(session, couple.noor, rule="FREQ=DAILY;UNTIL=20260322")
    endless = make.promise(session, couple.noor)
    assert standing.streak(session, once).opens_at is None
    assert standing.streak(session, until).opens_at is None
    assert standing.streak(session, endless).opens_at is not None


def test_a_promise_for_later_is_opened_when_its_time_comes_near(session, couple):
    trip = make.promise(session, couple.noor, starts_on=TODAY + 100 * DAY)
    caught_up(session, NOW + 99 * DAY)
    assert standing.outcomes(session, trip, "2026-06-28") == ["pending"]


def test_a_day_that_is_paused_already_opens_as_excused(session, couple):
    dinner = make.promise(session, couple.noor)
    promises.pause(session, Pause(TODAY + 20 * DAY, TODAY + 21 * DAY, member_id=couple.noor.id), member_id=couple.noor.id, now=NOW)
    caught_up(session, NOW + 15 * DAY)
    assert standing.outcomes(session, dinner, "2026-04-11")[-4:] == ["pending", "excused", "excused", "pending"]


def test_the_pace_changes_when_newer_terms_begin_and_not_before(session, couple):
    dinner = make.promise(session, couple.noor)
    make.check_in(session, dinner)
    promises.change(session, dinner.id, {"rule": "FREQ=WEEKLY"}, member_id=couple.noor.id, now=NOW)
    before = standing.streak(session, dinner).score
    caught_up(session, NOW + DAY)
    assert before == pytest.approx(0.0519225, abs=1e-7)
    assert standing.streak(session, dinner).score == pytest.approx(0.1315705, abs=1e-7)
