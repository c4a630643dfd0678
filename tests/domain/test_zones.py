"""Every zone there is, on every day between 2020 and 2030 on which its clocks change."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from server.domain import schedule
from server.domain.schedule import DAY, Terms

pytestmark = pytest.mark.slow

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
DAY_STARTS = (time(0), time(2, 30), time(6))
UNKNOWN = {"localtime", "posixrules", "Factory"}
ZONES = sorted(available_timezones() - UNKNOWN)


Change = tuple[datetime, timedelta | None, timedelta | None]


def changes(zone: ZoneInfo) -> Iterator[Change]:
    """The instants, to the minute, from which another offset holds, with both offsets; no zone changes it twice within a week."""
    at = FIRST
    while at < LAST:
        before, after = at.astimezone(zone).utcoffset(), (at + WEEK).astimezone(zone).utcoffset()
        if before != after:
            yield change_between(zone, at, at + WEEK), before, after
        at += WEEK


def change_between(zone: ZoneInfo, early: datetime, late: datetime) -> datetime:
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(minutes=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(second=0, microsecond=0)


@pytest.fixture(scope="module")
def changing() -> list[tuple[str, date]]:
    """Zones, one of those that change alike, with the days around their changes."""
    kinds = {tuple(changes(ZoneInfo(name))): name for name in ZONES}
    days = {name: {at.astimezone(ZoneInfo(name)).date() for at, _, _ in some} for some, name in kinds.items()}
    return [(name, day + n * DAY) for name, some in days.items() for day in some for n in (-1, 0, 1)]


def test_there_are_many_such_days(changing):
    assert len({name for name, _ in changing}) > 40
    assert len(changing) > 2000


@pytest.mark.parametrize("day_start", DAY_STARTS)
def test_days_follow_each_other_without_a_gap(changing, day_start):
    for zone, day in changing:
        agreed = Terms(day, "FREQ=DAILY", zone, day_start)
        begins, ends = schedule.begins_at(day, agreed), schedule.begins_at(day + DAY, agreed)
        assert begins < ends, (zone, day)
        assert schedule.local_day(begins, zone, day_start) == day, (zone, day)
        assert schedule.local_day(ends - timedelta(microseconds=1), zone, day_start) == day, (zone, day)
        assert schedule.local_day(ends, zone, day_start) == day + DAY, (zone, day)


@pytest.mark.parametrize("due_time", [time(0), time(0, 30), time(1, 45), time(2, 30), time(3), time(23, 30)])
def test_a_day_is_due_once_it_has_begun_and_settles_when_grace_and_day_are_over(changing, due_time):
    for zone, day in changing:
        agreed = Terms(day, "FREQ=DAILY", zone, time(3), due_time=due_time)
        (found,) = schedule.occurrences(schedule.plan_of(day, [agreed]), day, day)
        assert schedule.begins_at(day, agreed) <= found.due_at, (zone, day)
        assert found.settles_at == max(schedule.begins_at(day + DAY, agreed), found.due_at + timedelta(minutes=10)), (zone, day)


@pytest.mark.parametrize("wall", [time(0), time(0, 30), time(1, 45), time(2, 30), time(3), time(23, 30)])
def test_a_local_time_is_the_first_there_is_or_is_read_as_before_the_gap(changing, wall):
    for name, day in changing:
        zone, local = ZoneInfo(name), datetime.combine(day, wall)
        read = schedule.instant(day, wall, name)
        possible = {(local - offset).replace(tzinfo=UTC) for offset in offsets_around(zone, day)}
        there = [at for at in possible if at.astimezone(zone).replace(tzinfo=None) == local]
        before_the_gap = (local - offset_at(zone, read - 3 * HOUR)).replace(tzinfo=UTC)
        assert read == min(there, default=before_the_gap), (name, day)


def offset_at(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def offsets_around(zone: ZoneInfo, day: date) -> set[timedelta]:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return {offset_at(zone, noon + n * 4 * HOUR) for n in range(-9, 10)}


def test_every_zone_is_known():
    assert [name for name in ZONES if schedule.zone_of(name).key != name] == []
