from dataclasses import replace
from datetime import date, datetime

import pytest

from server.domain import schedule
from server.domain.errors import InvalidError
from server.domain.streaks import half_life
from tests.domain.plans import BERLIN, days, plan, terms

at = datetime.fromisoformat
on = date.fromisoformat


def test_a_promise_begins_on_its_first_date_and_not_before():
    assert days(schedule.occurrences(plan("2026-03-20", terms()), on("2026-03-18"), on("2026-03-21"))) == ["2026-03-20", "2026-03-21"]
    assert days(schedule.occurrences(plan("2026-03-20", terms("FREQ=WEEKLY;BYDAY=MO")), on("2026-03-18"), on("2026-03-24"))) == [
        "2026-03-23"
    ]


def test_newer_terms_hold_from_their_day_and_what_is_past_keeps_its_own():
    evening, morning = terms(due="21:00"), terms("FREQ=WEEKLY;BYDAY=MO,SA", due="07:00", from_on="2026-03-23")
    found = list(schedule.occurrences(plan("2026-03-20", evening, morning), on("2026-03-20"), on("2026-03-28")))
    assert days(found) == ["2026-03-20", "2026-03-21", "2026-03-22", "2026-03-23", "2026-03-28"]
    assert [one.due_at for one in found[2:4]] == [at("2026-03-22T20:00Z"), at("2026-03-23T06:00Z")]


def test_a_released_promise_is_due_no_more():
    assert days(schedule.occurrences(plan("2026-03-20", terms(), released_on="2026-03-22"), on("2026-03-20"), on("2026-03-28"))) == [
        "2026-03-20",
        "2026-03-21",
    ]


def test_a_change_holds_from_the_next_day_that_has_not_begun():
    daily = plan("2026-03-20", terms())
    assert schedule.next_day(daily, at("2026-03-21T01:59Z")) == on("2026-03-21")
    assert schedule.next_day(daily, at("2026-03-21T02:00Z")) == on("2026-03-22")


ELSEWHERE = plan("2026-03-20", terms(zone=BERLIN), terms(zone="Pacific/Kiritimati", from_on="2026-03-23"))
HOMEWARDS = plan("2026-03-20", terms(zone="Pacific/Kiritimati"), terms(zone=BERLIN, from_on="2026-03-23"))
THERE_AND_BACK = plan("2026-03-20", terms(), terms(zone="Pacific/Kiritimati", from_on="2026-03-23"), terms(from_on="2026-03-25"))


@pytest.mark.parametrize(
    ("moved", "instant", "day"),
    [
        (THERE_AND_BACK, "2026-03-22T20:00Z", "2026-03-23"),
        (THERE_AND_BACK, "2026-03-24T20:00Z", "2026-03-24"),
        (THERE_AND_BACK, "2026-03-25T02:00Z", "2026-03-25"),
        (ELSEWHERE, "2026-03-22T12:59Z", "2026-03-22"),
        (ELSEWHERE, "2026-03-22T13:00Z", "2026-03-23"),
        (HOMEWARDS, "2026-03-22T12:59Z", "2026-03-22"),
        (HOMEWARDS, "2026-03-22T20:00Z", "2026-03-22"),
        (HOMEWARDS, "2026-03-23T01:59Z", "2026-03-22"),
        (HOMEWARDS, "2026-03-23T02:00Z", "2026-03-23"),
    ],
)
def test_after_a_change_of_zone_a_day_runs_until_the_next_begins(moved, instant, day):
    assert schedule.day_of(moved, at(instant)) == on(day)


THRICE = terms("FREQ=WEEKLY", times=3)
THEN_DAILY = plan("2026-03-16", THRICE, terms(from_on="2026-03-26"))
THEN_WEEKLY = plan("2026-03-16", terms(), terms("FREQ=WEEKLY", times=3, from_on="2026-03-26"))
RELEASED = plan("2026-03-16", THRICE, released_on="2026-03-26")


@pytest.mark.parametrize(
    ("of", "day", "speaks_of"),
    [
        (plan("2026-03-20", terms()), "2026-03-20", "2026-03-20"),
        (plan("2026-03-20", terms()), "2026-03-19", None),
        (plan("2026-03-20", terms("FREQ=WEEKLY;BYDAY=MO")), "2026-03-21", None),
        (plan("2026-03-16", THRICE), "2026-03-22", "2026-03-16"),
        (plan("2026-03-17", THRICE), "2026-03-22", None),
        (THEN_DAILY, "2026-03-25", "2026-03-23"),
        (THEN_DAILY, "2026-03-26", "2026-03-26"),
        (THEN_WEEKLY, "2026-03-25", "2026-03-25"),
        (THEN_WEEKLY, "2026-03-26", None),
        (THEN_WEEKLY, "2026-04-02", "2026-03-30"),
        (RELEASED, "2026-03-25", "2026-03-23"),
        (RELEASED, "2026-03-26", None),
    ],
)
def test_a_day_speaks_of_itself_or_of_its_week_or_is_an_extra(of, day, speaks_of):
    found = schedule.occurrence_of(of, on(day))
    assert (found.day.isoformat() if found else None) == speaks_of


@pytest.mark.parametrize(
    ("of", "name", "first", "last"),
    [
        (plan("2026-03-20", terms()), "2026-03-20", "2026-03-20", "2026-03-20"),
        (plan("2026-03-16", THRICE), "2026-03-23", "2026-03-23", "2026-03-29"),
        (THEN_DAILY, "2026-03-23", "2026-03-23", "2026-03-25"),
        (RELEASED, "2026-03-23", "2026-03-23", "2026-03-25"),
    ],
)
def test_the_days_of_a_week_are_those_that_speak_of_it(of, name, first, last):
    found = schedule.days_of(of, on(name))
    assert (found[0], found[-1], len(found)) == (on(first), on(last), (on(last) - on(first)).days + 1)


def test_a_week_keeps_the_end_that_its_monday_promised():
    (week,) = schedule.occurrences(THEN_DAILY, on("2026-03-23"), on("2026-03-24"))
    assert (week.last_day, week.settles_at, week.terms.times) == (on("2026-03-29"), at("2026-03-30T01:00Z"), 3)


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (terms("FREQ=HOURLY"), "rule"),
        (terms(zone="Europe/Atlantis"), "zone"),
        (terms(zone="localtime"), "zone"),
        (terms(zone="../../etc/passwd"), "zone"),
        (terms(zone=""), "zone"),
        (terms(day_start="06:01"), "day_start"),
        (terms(due="09:00", grace=-1), "grace"),
        (terms(due="09:00", grace=181), "grace"),
        (terms("FREQ=WEEKLY", times=0), "times"),
        (terms("FREQ=WEEKLY", times=8), "times"),
        (terms("FREQ=DAILY", times=3), "rule"),
        (terms("FREQ=WEEKLY;BYDAY=MO", times=3), "rule"),
        (terms("FREQ=WEEKLY;INTERVAL=2", times=3), "rule"),
        (terms("FREQ=WEEKLY;COUNT=4", times=3), "rule"),
        (terms("FREQ=WEEKLY", times=3, due="09:00"), "due_time"),
    ],
)
def test_terms_that_cannot_be_meant_are_refused(bad, field):
    with pytest.raises(InvalidError) as refusal:
        schedule.check(bad)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    "good",
    [
        terms(day_start="00:00"),
        terms(day_start="06:00"),
        terms(due="00:00", grace=0),
        terms(due="23:59", grace=180),
        terms("FREQ=WEEKLY", times=1),
        terms("FREQ=WEEKLY;WKST=SU", times=7),
    ],
)
def test_terms_at_their_limits_are_taken(good):
    assert schedule.check(good) == good


@pytest.mark.parametrize(
    ("rule", "times", "share", "life"),
    [
        ("FREQ=DAILY", None, 1.0, 13.0),
        ("FREQ=DAILY;COUNT=3", None, 1.0, 13.0),
        ("FREQ=DAILY;UNTIL=20260401", None, 1.0, 13.0),
        ("FREQ=DAILY;INTERVAL=2", None, 182 / 364, 9.192388155425117),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", None, 156 / 364, 8.510497719203702),
        ("FREQ=WEEKLY", None, 52 / 364, 4.913538149119954),
        ("FREQ=WEEKLY", 3, 1 / 7, 4.913538149119954),
        ("FREQ=MONTHLY;BYMONTHDAY=1", None, 12 / 364, 2.4),
        ("FREQ=YEARLY", None, 1 / 364, 2.4),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", None, 0.0, 2.4),
    ],
)
def test_how_fast_consistency_forgets_follows_from_how_often_it_is_due(rule, times, share, life):
    agreed = terms(rule, times=times)
    promised = plan("2026-03-20", agreed)
    assert schedule.share_of_days(promised, agreed) == pytest.approx(share)
    assert half_life(promised, on("2026-03-20")) == pytest.approx(life)


def test_the_half_life_is_that_of_the_terms_in_force():
    often, seldom = terms(), terms("FREQ=WEEKLY", from_on="2026-04-01")
    changed = plan("2026-03-20", often, seldom)
    assert [half_life(changed, on(day)) for day in ("2026-03-31", "2026-04-01")] == [13.0, pytest.approx(4.913538149)]


def test_the_first_terms_hold_also_before_their_first_day():
    first = terms(from_on="2026-03-20")
    assert schedule.terms_on(plan("2026-03-20", first, replace(first, from_on=on("2026-03-25"))), on("2026-03-01")) == first
