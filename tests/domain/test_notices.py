from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest

from server.domain import notices
from server.domain.milestones import MilestoneKind
from server.domain.notices import NoticeKind, QuietHours

at = datetime.fromisoformat
NOW = at("2026-03-20T20:00Z")
NOOR, SAM, HOME, US = (UUID(int=number) for number in range(1, 5))
DAY = date(2026, 3, 20)
NIGHT = QuietHours(time(22), time(7), "Europe/Berlin")
NOON = QuietHours(time(12), time(13), "Europe/Berlin")


def test_a_reminder_comes_shortly_before_a_due_time_or_in_the_evening_of_the_last_day():
    assert notices.remind_at(at("2026-03-20T20:00Z"), time(21)) == at("2026-03-20T19:45Z")
    assert notices.remind_at(at("2026-03-21T02:00Z"), None) == at("2026-03-20T20:00Z")


@pytest.mark.parametrize(
    ("quiet", "now", "arrives_at"),
    [
        (None, "2026-03-20T23:00Z", "2026-03-20T23:00Z"),
        (NIGHT, "2026-03-20T20:59Z", "2026-03-20T20:59Z"),
        (NIGHT, "2026-03-20T21:00Z", "2026-03-21T06:00Z"),
        (NIGHT, "2026-03-21T03:00Z", "2026-03-21T06:00Z"),
        (NIGHT, "2026-03-21T05:59:59Z", "2026-03-21T06:00Z"),
        (NIGHT, "2026-03-21T06:00Z", "2026-03-21T06:00Z"),
        (NIGHT, "2026-03-28T22:00Z", "2026-03-29T05:00Z"),
        (NIGHT, "2026-10-25T00:30Z", "2026-10-25T06:00Z"),
        (NOON, "2026-03-20T11:00Z", "2026-03-20T12:00Z"),
        (NOON, "2026-03-20T12:00Z", "2026-03-20T12:00Z"),
        (QuietHours(time(8), time(8), "UTC"), "2026-03-20T08:00Z", "2026-03-20T08:00Z"),
    ],
)
def test_what_comes_from_the_other_waits_until_the_quiet_hours_are_over(quiet, now, arrives_at):
    assert notices.not_before(NoticeKind.KEPT, at(now), quiet) == at(arrives_at)


def test_a_reminder_of_ones_own_promise_comes_also_in_quiet_hours():
    assert notices.not_before(NoticeKind.REMINDER, at("2026-03-20T23:00Z"), NIGHT) == at("2026-03-20T23:00Z")


@pytest.mark.parametrize(
    ("tries", "asked", "jitter", "wait"),
    [
        (1, None, 0.5, timedelta(seconds=30)),
        (1, None, 0.0, timedelta(seconds=15)),
        (1, None, 1.0, timedelta(seconds=45)),
        (2, None, 0.5, timedelta(minutes=2)),
        (5, None, 0.5, timedelta(minutes=128)),
        (1, timedelta(hours=1), 0.5, timedelta(hours=1)),
        (5, timedelta(seconds=1), 0.5, timedelta(minutes=128)),
        (6, None, 0.5, None),
    ],
)
def test_it_is_tried_six_times_at_most_and_ever_more_seldom(tries, asked, jitter, wait):
    assert notices.next_try(tries, NOW, asked=asked, jitter=jitter) == (NOW + wait if wait else None)


def test_a_notice_has_a_name_of_its_own_and_an_end():
    kept = notices.kept(SAM, HOME, DAY, bond_id=US, title="Home", name="Noor", now=NOW)
    week = notices.week(SAM, US, DAY, now=NOW)
    assert (kept.subject, kept.expires_at) == (f"{HOME}:2026-03-20", at("2026-03-21T20:00Z"))
    assert (week.subject, week.expires_at) == (f"{US}:2026-03-20", at("2026-03-22T20:00Z"))


def test_a_reminder_says_when_it_is_due_only_where_there_is_a_time():
    said = {"bond_id": US, "last_day": DAY, "title": "Home", "expires_at": NOW}
    assert notices.reminder(NOOR, HOME, DAY, due_time=time(18, 30), **said).about["due"] == "18:30"
    assert "due" not in notices.reminder(NOOR, HOME, DAY, due_time=None, **said).about


def test_a_milestone_says_what_was_reached():
    told = notices.milestone(SAM, HOME, kind=MilestoneKind.TOGETHER, count=30, bond_id=US, now=NOW)
    assert (told.about["reached"], told.about["count"]) == ("together", 30)


def test_nothing_tells_of_anothers_miss_or_silence():
    assert {kind.value for kind in NoticeKind} == {"reminder", "kept", "milestone", "week", "nudge", "answered"}
