from contextlib import suppress
from datetime import date, timedelta
from itertools import islice, takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain import recurrence
from server.domain.errors import InvalidError

on = date.fromisoformat
FAR = date(2040, 1, 1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def first_days(rule: str, starts_on: str, count: int) -> list[date]:
    return list(islice(recurrence.days(recurrence.parse(rule), on(starts_on), on(starts_on), FAR), count))


def days(*written: str) -> list[date]:
    """Dates, each after the first written as far as it differs from the one before."""
    found: list[str] = []
    for text in written:
        found.append(found[-1][: -len(text)] + text if found else text)
    return [on(text) for text in found]


@pytest.mark.parametrize(
    ("rule", "starts_on", "expected"),
    [
        ("FREQ=DAILY", "2026-03-20", days("2026-03-20", "21", "22", "23")),
        ("FREQ=DAILY;INTERVAL=3", "2026-03-20", days("2026-03-20", "23", "26", "29", "04-01")),
        ("FREQ=DAILY;BYDAY=SA,SU", "2026-03-20", days("2026-03-21", "22", "28", "29")),
        ("FREQ=DAILY;BYMONTH=4", "2026-03-20", days("2026-04-01", "02", "03")),
        ("FREQ=DAILY;BYMONTHDAY=-1", "2026-03-20", days("2026-03-31", "04-30", "05-31")),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=FR", "2026-03-20", days("2026-03-20", "04-03", "17")),
        ("FREQ=WEEKLY", "2026-03-20", days("2026-03-20", "27", "04-03")),
        ("FREQ=WEEKLY;BYDAY=MO,FR", "2026-03-20", days("2026-03-20", "23", "27", "30")),
        ("FREQ=WEEKLY;BYDAY=MO", "2026-03-20", days("2026-03-23", "30", "04-06")),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-03-20", days("2026-03-30", "04-13", "27")),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO", "1997-08-05", days("1997-08-05", "10", "19", "24")),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", "1997-08-05", days("1997-08-05", "17", "19", "31")),
        ("FREQ=WEEKLY;BYMONTH=4;BYDAY=SU", "2026-03-20", days("2026-04-05", "12", "19", "26", "2027-04-04")),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1", "2026-03-16", days("2026-03-16", "20", "23", "27")),
        ("FREQ=MONTHLY", "2026-01-31", days("2026-01-31", "03-31", "05-31", "07-31")),
        ("FREQ=MONTHLY;INTERVAL=2", "2026-01-15", days("2026-01-15", "03-15", "05-15")),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-01", days("2026-01-31", "02-28", "03-31")),
        ("FREQ=MONTHLY;BYMONTHDAY=15,1", "2026-01-01", days("2026-01-01", "15", "02-01", "15")),
        ("FREQ=MONTHLY;BYDAY=1FR", "1997-09-05", days("1997-09-05", "10-03", "11-07")),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-01", days("2026-01-30", "02-27", "03-27")),
        ("FREQ=MONTHLY;BYDAY=5SU", "2026-01-01", days("2026-03-29", "05-31", "08-30")),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-01", days("2026-01-30", "02-27", "03-31")),
        ("FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04", days("1997-09-04", "10-07", "11-06")),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "1997-09-02", days("1998-02-13", "03-13", "11-13", "1999-08-13", "2000-10-13")),
        ("FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "1997-09-13", days("1997-09-13", "10-11", "11-08")),
        ("FREQ=YEARLY", "2024-02-29", days("2024-02-29", "2028-02-29")),
        ("FREQ=YEARLY;BYMONTH=6,7", "1997-06-10", days("1997-06-10", "07-10", "1998-06-10", "07-10")),
        ("FREQ=YEARLY;BYDAY=20MO", "1997-05-19", days("1997-05-19", "1998-05-18", "1999-05-17")),
        ("FREQ=YEARLY;BYDAY=-1SU", "2026-01-01", days("2026-12-27", "2027-12-26")),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1997-03-13", days("1997-03-13", "20", "27", "1998-03-05")),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-01-01", days("2026-11-26", "2027-11-25")),
        (
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
            "1996-11-05",
            days("1996-11-05", "2000-11-07", "2004-11-02"),
        ),
        ("FREQ=MONTHLY;BYDAY=1MO,WE", "2026-03-01", days("2026-03-02", "04", "11", "18", "25", "04-01", "06", "08")),
        ("rrule:freq=daily", "2026-03-20", days("2026-03-20", "21")),
    ],
)
def test_a_rule_names_its_days(rule, starts_on, expected):
    assert first_days(rule, starts_on, len(expected)) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=7", days("2036-03-07", "14", "21", "28")),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", days("2036-03-03", "07", "17", "21", "31")),
        ("FREQ=MONTHLY;INTERVAL=5", days("2036-03-20")),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=2,3", []),
        ("FREQ=YEARLY;INTERVAL=5;BYMONTH=2,3", days("2036-03-20")),
    ],
)
def test_a_month_ten_years_later_is_reached_in_step(rule, expected):
    found = recurrence.days(recurrence.parse(rule), on("2026-03-20"), on("2036-03-01"), on("2036-03-31"))
    assert list(found) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY;COUNT=1", days("2026-03-20")),
        ("FREQ=DAILY;COUNT=3", days("2026-03-20", "21", "22")),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=2", days("2026-03-23", "30")),
        ("FREQ=DAILY;UNTIL=20260322", days("2026-03-20", "21", "22")),
        ("FREQ=DAILY;UNTIL=20260319", []),
        ("FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20260426", days("2026-03-29", "04-26")),
    ],
)
def test_a_rule_ends_after_its_count_or_on_its_last_date(rule, expected):
    assert first_days(rule, "2026-03-20", 9) == expected


@pytest.mark.parametrize(
    "rule",
    [
        "",
        ";",
        "every day",
        "DAILY",
        "FREQ",
        "FREQ=",
        "FREQ=SOMETIMES",
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=HOURLY",
        "FREQ=HOURLY;INTERVAL=24",
        "INTERVAL=2",
        "FREQ=DAILY;",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=DAILY;BYMINUTE=0",
        "FREQ=DAILY;BYSECOND=0",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=YEARLY;BYYEARDAY=100",
        "FREQ=YEARLY;BYEASTER=0",
        "FREQ=DAILY;DTSTART=20260320",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=1.5",
        "FREQ=DAILY;INTERVAL=1,2",
        "FREQ=DAILY;INTERVAL=99999999999999999999",
        "FREQ=DAILY;INTERVAL=\u0661",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=-3",
        "FREQ=DAILY;COUNT=many",
        "FREQ=DAILY;COUNT=3;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=2027-01-01",
        "FREQ=DAILY;UNTIL=20270101T000000Z",
        "FREQ=DAILY;UNTIL=20270230",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=MO,",
        "FREQ=WEEKLY;BYDAY=MONDAY",
        "FREQ=WEEKLY;BYDAY=2MO",
        "FREQ=DAILY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=YEARLY;BYDAY=54MO",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=-32",
        "FREQ=YEARLY;BYMONTH=0",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYMONTH=-1",
        "FREQ=YEARLY;BYMONTH=May",
        "FREQ=DAILY;BYSETPOS=1",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367",
        "FREQ=WEEKLY;WKST=XX",
        "FREQ=DAILY\nFREQ=DAILY",
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_in_a_sentence(rule):
    with pytest.raises(InvalidError, match=r"\.$") as refusal:
        recurrence.parse(rule)
    assert refusal.value.field == "rule"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1",
        "FREQ=YEARLY;INTERVAL=1000;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_a_rule_that_names_no_day_ends_all_the_same(rule):
    assert first_days(rule, "2026-03-20", 1) == []


def test_a_promise_for_one_time_only_and_a_plain_week_are_told_from_others():
    assert recurrence.parse("FREQ=DAILY;COUNT=1").is_once
    assert not recurrence.parse("FREQ=DAILY;COUNT=2").is_once
    assert recurrence.parse("FREQ=WEEKLY;WKST=SU").is_plain_weekly
    assert not any(recurrence.parse(f"FREQ=WEEKLY;{part}").is_plain_weekly for part in ("BYDAY=MO", "INTERVAL=2", "COUNT=3"))


def test_the_rhythm_alone_knows_no_end():
    rule = recurrence.parse("FREQ=WEEKLY;BYDAY=MO;COUNT=2")
    assert rule.endless() == recurrence.parse("FREQ=WEEKLY;BYDAY=MO")


def listed(values: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=4, unique=True).map(lambda some: ",".join(map(str, some)))


def signed(most: int) -> st.SearchStrategy[int]:
    return st.integers(1, most) | st.integers(-most, -1)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Rules of the parts that a promise may have.

    dateutil misreads a BYDAY of both MO and 1TU, which names either, and stumbles over the 17th Monday of a month.
    """
    freq = draw(st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY")))
    often = freq in ("DAILY", "WEEKLY")
    weekday = st.sampled_from(WEEKDAYS)
    nth = st.builds("{}{}".format, signed(5), weekday)
    parts = {
        "INTERVAL": st.integers(1, 6),
        "BYDAY": listed(weekday) if often else listed(weekday) | listed(nth),
        "BYMONTH": listed(st.integers(1, 12)),
        "WKST": weekday,
        "COUNT": st.integers(1, 60),
    }
    parts |= {} if freq == "WEEKLY" else {"BYMONTHDAY": listed(signed(31))}
    chosen = {name: draw(values) for name, values in parts.items() if draw(st.booleans())}
    if chosen.keys() & {"BYDAY", "BYMONTH", "BYMONTHDAY"} and draw(st.booleans()):
        chosen["BYSETPOS"] = draw(listed(signed(4)))
    if "COUNT" not in chosen and draw(st.booleans()):
        chosen["UNTIL"] = f"{draw(st.dates(STARTS, LAST)):%Y%m%d}"
    return ";".join([f"FREQ={freq}", *(f"{name}={value}" for name, value in chosen.items())])


STARTS, LAST = date(9996, 1, 1), date(9999, 11, 30)
"""Where the calendar ends, so that dateutil gives up soon on a rule that names no day."""
starts = st.dates(STARTS, STARTS + timedelta(days=366))


def days_of_dateutil(rule: str, starts_on: date) -> list[date]:
    every = (one.date() for one in rrulestr(f"DTSTART:{starts_on:%Y%m%d}\nRRULE:{rule}"))
    found: list[date] = []
    with suppress(ValueError):  # it does not expect the calendar to end within a week
        found.extend(takewhile(lambda day: day <= LAST, every))
    return found


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(rule=rules(), starts_on=starts)
def test_the_days_are_those_of_dateutil(rule, starts_on):
    assert list(recurrence.days(recurrence.parse(rule), starts_on, starts_on, LAST)) == days_of_dateutil(rule, starts_on)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(rule=rules(), starts_on=starts, first=st.dates(STARTS, LAST), last=st.dates(STARTS, LAST))
def test_a_window_far_away_is_the_one_reached_from_the_start(rule, starts_on, first, last):
    parsed = recurrence.parse(rule)
    whole = list(recurrence.days(parsed, starts_on, starts_on, LAST))
    assert list(recurrence.days(parsed, starts_on, first, last)) == [day for day in whole if first <= day <= last]
