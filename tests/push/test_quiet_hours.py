from datetime import UTC, datetime, time, timedelta

import pytest

from server.domain.notices import MOST_TRIES, NoticeKind, QuietHours, next_try, not_before, remind_at

NIGHT = QuietHours(time(22), time(7), "Europe/Berlin")
NAP = QuietHours(time(13), time(15), "Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("quiet", "now", "arrives"),
    [
        (NIGHT, "2026-11-22T21:59+01:00", "2026-11-22T21:59+01:00"),
        (NIGHT, "2026-11-22T22:00+01:00", "2026-11-23T07:00+01:00"),
        (NIGHT, "2026-11-23T03:00+01:00", "2026-11-23T07:00+01:00"),
        (NIGHT, "2026-11-23T06:59:59+01:00", "2026-11-23T07:00+01:00"),
        (NIGHT, "2026-11-23T07:00+01:00", "2026-11-23T07:00+01:00"),
        (NAP, "2026-11-22T12:59+01:00", "2026-11-22T12:59+01:00"),
        (NAP, "2026-11-22T14:00+01:00", "2026-11-22T15:00+01:00"),
        (NAP, "2026-11-22T15:00+01:00", "2026-11-22T15:00+01:00"),
        (NIGHT, "2026-03-28T23:00+01:00", "2026-03-29T07:00+02:00"),
        (NIGHT, "2026-10-24T23:00+02:00", "2026-10-25T07:00+01:00"),
        (QuietHours(time(1), time(2, 30), "Europe/Berlin"), "2026-03-29T01:30+01:00", "2026-03-29T03:30+02:00"),
        (QuietHours(time(1), time(2, 30), "Europe/Berlin"), "2026-10-25T02:15+01:00", "2026-10-25T02:15+01:00"),
        (QuietHours(time(22), time(7), "Pacific/Auckland"), "2026-11-22T10:00+00:00", "2026-11-22T18:00+00:00"),
        (QuietHours(time(0), time(0), "UTC"), "2026-11-22T10:00+00:00", "2026-11-22T10:00+00:00"),
        (None, "2026-11-22T23:00+00:00", "2026-11-22T23:00+00:00"),
    ],
)
def test_what_comes_from_the_other_waits_for_the_end_of_quiet_hours(quiet, now, arrives):
    assert not_before(NoticeKind.KEPT, at(now), quiet) == at(arrives)


@pytest.mark.parametrize("kind", NoticeKind)
def test_only_what_is_ones_own_comes_in_quiet_hours(kind):
    now = at("2026-11-22T23:00+01:00")
    assert (not_before(kind, now, NIGHT) == now) is (kind in (NoticeKind.REMINDER, NoticeKind.ANSWERED))


def test_a_reminder_comes_shortly_before_or_in_the_evening():
    assert remind_at(at("2026-11-22T18:30+01:00"), time(18, 30)) == at("2026-11-22T18:15+01:00")
    assert remind_at(at("2026-11-23T03:00+01:00"), None) == at("2026-11-22T21:00+01:00")


def test_each_wait_is_longer_and_the_sixth_try_is_the_last():
    now = at("2026-11-22T12:00+00:00")
    waits = [next_try(tries, now, asked=None, jitter=0.5) for tries in range(1, MOST_TRIES + 1)]
    assert [one and (one - now).total_seconds() for one in waits] == [30, 120, 480, 1920, 7680, None]


@pytest.mark.parametrize(("jitter", "seconds"), [(0.0, 15), (1.0, 45)])
def test_phones_do_not_try_again_all_at_once(jitter, seconds):
    now = at("2026-11-22T12:00+00:00")
    assert next_try(1, now, asked=None, jitter=jitter) == now + timedelta(seconds=seconds)


def test_a_push_service_that_asks_for_more_time_gets_it():
    now = at("2026-11-22T12:00+00:00")
    assert next_try(1, now, asked=timedelta(hours=1), jitter=0.5) == now + timedelta(hours=1)
    assert next_try(3, now, asked=timedelta(seconds=1), jitter=0.5) == now + timedelta(seconds=480)
