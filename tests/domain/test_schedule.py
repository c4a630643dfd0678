from datetime import date, datetime, time, timedelta

import pytest

from server.domain import schedule
from tests.domain.plans import BERLIN, days, occurrence, plan, terms

at = datetime.fromisoformat
on = date.fromisoformat
NEW_YORK, LORD_HOWE, SANTIAGO = "America/New_York", "Australia/Lord_Howe", "America/Santiago"
CASABLANCA, KATHMANDU, APIA = "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia"


@pytest.mark.parametrize(
    ("zone", "day_start", "due", "day", "due_at", "settles_at"),
    [
        (BERLIN, "03:00", "21:00", "2026-03-20", "2026-03-20T20:00Z", "2026-03-21T02:00Z"),
        (BERLIN, "03:00", None, "2026-03-20", "2026-03-21T02:00Z", "2026-03-21T02:00Z"),
        (BERLIN, "00:00", None, "2026-03-20", "2026-03-20T23:00Z", "2026-03-20T23:00Z"),
        (BERLIN, "06:00", "05:59", "2026-03-20", "2026-03-21T04:59Z", "2026-03-21T05:09Z"),
        (BERLIN, "03:00", "00:30", "2026-03-20", "2026-03-20T23:30Z", "2026-03-21T02:00Z"),
        (BERLIN, "03:00", "02:55", "2026-03-20", "2026-03-21T01:55Z", "2026-03-21T02:05Z"),
        (BERLIN, "03:00", "03:00", "2026-03-20", "2026-03-20T02:00Z", "2026-03-21T02:00Z"),
        # 2026-03-29, 02:00 → 03:00
        (BERLIN, "03:00", "21:00", "2026-03-28", "2026-03-28T20:00Z", "2026-03-29T01:00Z"),
        (BERLIN, "03:00", "21:00", "2026-03-29", "2026-03-29T19:00Z", "2026-03-30T01:00Z"),
        (BERLIN, "00:00", "02:30", "2026-03-29", "2026-03-29T01:30Z", "2026-03-29T22:00Z"),
        (BERLIN, "02:30", None, "2026-03-28", "2026-03-29T01:30Z", "2026-03-29T01:30Z"),
        (BERLIN, "03:00", "02:30", "2026-03-28", "2026-03-29T01:30Z", "2026-03-29T01:40Z"),
        (BERLIN, "00:00", "01:59", "2026-03-29", "2026-03-29T00:59Z", "2026-03-29T22:00Z"),
        (BERLIN, "00:00", "03:00", "2026-03-29", "2026-03-29T01:00Z", "2026-03-29T22:00Z"),
        # 2026-10-25, 03:00 → 02:00
        (BERLIN, "00:00", "02:30", "2026-10-25", "2026-10-25T00:30Z", "2026-10-25T23:00Z"),
        (BERLIN, "02:30", None, "2026-10-24", "2026-10-25T00:30Z", "2026-10-25T00:30Z"),
        (BERLIN, "02:30", None, "2026-10-25", "2026-10-26T01:30Z", "2026-10-26T01:30Z"),
        (BERLIN, "03:00", "02:30", "2026-10-24", "2026-10-25T00:30Z", "2026-10-25T02:00Z"),
        # 2026-03-08 and 2026-11-01
        (NEW_YORK, "00:00", "02:30", "2026-03-08", "2026-03-08T07:30Z", "2026-03-09T04:00Z"),
        (NEW_YORK, "03:00", "21:00", "2026-03-08", "2026-03-09T01:00Z", "2026-03-09T07:00Z"),
        (NEW_YORK, "00:00", "01:30", "2026-11-01", "2026-11-01T05:30Z", "2026-11-02T05:00Z"),
        (NEW_YORK, "01:30", None, "2026-11-01", "2026-11-02T06:30Z", "2026-11-02T06:30Z"),
        # half an hour: 2026-04-05, 02:00 → 01:30; 2026-10-04, 02:00 → 02:30
        (LORD_HOWE, "00:00", "01:45", "2026-04-05", "2026-04-04T14:45Z", "2026-04-05T13:30Z"),
        (LORD_HOWE, "00:00", "02:15", "2026-10-04", "2026-10-03T15:45Z", "2026-10-04T13:00Z"),
        (LORD_HOWE, "02:00", None, "2026-10-03", "2026-10-03T15:30Z", "2026-10-03T15:30Z"),
        # at midnight: 2026-04-05, 00:00 → 23:00; 2026-09-06, 00:00 → 01:00
        (SANTIAGO, "00:00", "23:30", "2026-04-04", "2026-04-05T02:30Z", "2026-04-05T04:00Z"),
        (SANTIAGO, "00:00", None, "2026-04-05", "2026-04-06T04:00Z", "2026-04-06T04:00Z"),
        (SANTIAGO, "00:00", None, "2026-09-05", "2026-09-06T04:00Z", "2026-09-06T04:00Z"),
        (SANTIAGO, "00:00", "00:30", "2026-09-06", "2026-09-06T04:30Z", "2026-09-07T03:00Z"),
        # around Ramadan: 2026-02-15, 03:00 → 02:00; 2026-03-22, 02:00 → 03:00
        (CASABLANCA, "00:00", "02:30", "2026-02-15", "2026-02-15T01:30Z", "2026-02-16T00:00Z"),
        (CASABLANCA, "00:00", "02:30", "2026-03-22", "2026-03-22T02:30Z", "2026-03-22T23:00Z"),
        (KATHMANDU, "03:00", "18:30", "2026-03-20", "2026-03-20T12:45Z", "2026-03-20T21:15Z"),
        # a date that never was
        (APIA, "03:00", "21:00", "2011-12-29", "2011-12-30T07:00Z", "2011-12-30T13:00Z"),
        (APIA, "03:00", None, "2011-12-30", "2011-12-30T13:00Z", "2011-12-30T13:00Z"),
        (APIA, "03:00", "21:00", "2011-12-31", "2011-12-31T07:00Z", "2011-12-31T13:00Z"),
    ],
)
def test_a_day_is_due_and_settles_by_the_clock_on_the_wall(zone, day_start, due, day, due_at, settles_at):
    found = occurrence(day, terms(zone=zone, day_start=day_start, due=due))
    assert (found.due_at, found.settles_at) == (at(due_at), at(settles_at))


@pytest.mark.parametrize(
    ("due", "grace", "on_time_until", "settles_at"),
    [
        ("21:00", 10, "2026-03-20T20:10Z", "2026-03-21T02:00Z"),
        ("21:00", 0, "2026-03-20T20:00Z", "2026-03-21T02:00Z"),
        ("02:00", 180, "2026-03-21T04:00Z", "2026-03-21T04:00Z"),
        (None, 180, "2026-03-21T02:00Z", "2026-03-21T02:00Z"),
    ],
)
def test_grace_goes_with_a_due_time_and_may_outlast_the_day(due, grace, on_time_until, settles_at):
    found = occurrence("2026-03-20", terms(due=due, grace=grace))
    assert (found.late_from, found.settles_at) == (at(on_time_until), at(settles_at))


def test_an_occurrence_closes_three_days_after_it_settles_also_when_clocks_change():
    assert occurrence("2026-03-26", terms()).closes_at == at("2026-03-30T02:00Z")
    assert occurrence("2026-10-23", terms(due="02:00", grace=180)).closes_at == at("2026-10-27T03:00Z")


@pytest.mark.parametrize(
    ("zone", "day_start", "instant", "day"),
    [
        (BERLIN, "03:00", "2026-03-20T23:30Z", "2026-03-20"),
        (BERLIN, "00:00", "2026-03-20T23:30Z", "2026-03-21"),
        (BERLIN, "03:00", "2026-03-21T01:59:59.999999Z", "2026-03-20"),
        (BERLIN, "03:00", "2026-03-21T02:00Z", "2026-03-21"),
        (BERLIN, "02:30", "2026-03-29T01:29:59Z", "2026-03-28"),
        (BERLIN, "02:30", "2026-03-29T01:30Z", "2026-03-29"),
        (BERLIN, "02:30", "2026-10-25T00:29:59Z", "2026-10-24"),
        (BERLIN, "02:30", "2026-10-25T00:30Z", "2026-10-25"),
        (BERLIN, "02:30", "2026-10-25T01:15Z", "2026-10-25"),
        (NEW_YORK, "01:30", "2026-11-01T05:30Z", "2026-11-01"),
        (SANTIAGO, "00:00", "2026-04-05T03:30Z", "2026-04-04"),
        (SANTIAGO, "00:00", "2026-04-05T04:00Z", "2026-04-05"),
        (SANTIAGO, "00:00", "2026-09-06T03:59:59Z", "2026-09-05"),
        (SANTIAGO, "00:00", "2026-09-06T04:00Z", "2026-09-06"),
        (APIA, "03:00", "2011-12-30T12:59:59Z", "2011-12-29"),
        (APIA, "03:00", "2011-12-30T13:00Z", "2011-12-31"),
        ("Pacific/Kiritimati", "06:00", "2026-03-20T15:59Z", "2026-03-20"),
        ("Pacific/Pago_Pago", "06:00", "2026-03-20T16:59Z", "2026-03-19"),
    ],
)
def test_a_tap_belongs_to_the_day_that_has_begun(zone, day_start, instant, day):
    assert schedule.local_day(at(instant), zone, time.fromisoformat(day_start)) == on(day)


@pytest.mark.parametrize(
    ("starts_on", "mondays"),
    [
        ("2026-03-16", ["2026-03-16", "2026-03-23", "2026-03-30"]),
        ("2026-03-17", ["2026-03-23", "2026-03-30"]),
        ("2026-03-20", ["2026-03-23", "2026-03-30"]),
        ("2026-03-22", ["2026-03-23", "2026-03-30"]),
    ],
)
def test_so_many_times_a_week_begins_with_the_first_whole_week(starts_on, mondays):
    assert days(schedule.occurrences(plan(starts_on, terms("FREQ=WEEKLY", times=3)), on("2026-03-01"), on("2026-04-04"))) == mondays


@pytest.mark.parametrize(
    ("zone", "monday", "settles_at"),
    [
        (BERLIN, "2026-03-16", "2026-03-23T02:00Z"),
        (BERLIN, "2026-03-23", "2026-03-30T01:00Z"),
        (NEW_YORK, "2026-03-23", "2026-03-30T07:00Z"),
        (BERLIN, "2026-10-19", "2026-10-26T02:00Z"),
    ],
)
def test_a_week_is_due_and_settles_on_the_next_monday(zone, monday, settles_at):
    found = occurrence(monday, terms("FREQ=WEEKLY", zone=zone, times=2))
    assert (found.due_at, found.settles_at, found.last_day) == (at(settles_at), at(settles_at), on(monday) + timedelta(days=6))


def test_an_instant_in_a_gap_is_read_with_the_offset_before_it_and_one_in_a_fold_is_the_first():
    assert schedule.instant(on("2026-03-29"), time(2, 30), BERLIN) == at("2026-03-29T01:30Z")
    assert schedule.instant(on("2026-10-25"), time(2, 30, fold=1), BERLIN) == at("2026-10-25T00:30Z")


def test_a_time_just_after_a_gap_may_come_before_the_day_that_begins_in_the_gap():
    found = occurrence("2026-03-29", terms(day_start="02:30", due="03:00"))
    assert (schedule.begins_at(found.day, found.terms), found.due_at) == (at("2026-03-29T01:30Z"), at("2026-03-29T01:00Z"))
