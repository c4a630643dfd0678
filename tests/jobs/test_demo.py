from datetime import UTC, date, datetime, timedelta

import pytest

from jobs import demo, rebuild, story
from server.clock import StandingClock
from server.domain import schedule
from server.domain.members import DAY_START
from server.domain.outcomes import Outcome
from server.store import asks, events, milestones, occurrences, promises, reviews, weeks

SUNDAY_EVENING = datetime(2026, 11, 22, 18, 40, tzinfo=UTC)
WEEK = [date(2026, 11, 16) + timedelta(days=n) for n in range(7)]
NAMES = {0: "Monday", 1: "Tuesday", 2: "Wednesday", 3: "Thursday", 4: "Friday", 5: "Saturday", 6: "Sunday"}


@pytest.fixture
def told(database):
    return demo.tell(database, SUNDAY_EVENING)


@pytest.fixture
def titled(database, told):
    """What everybody promised, by title."""
    with database.read() as session:
        return {one.title: one for member_id in told.members.values() for one in promises.made_by(session, member_id)}


def days_of(database, promise):
    with database.read() as session:
        return {row.day: row for row in occurrences.of_promise(session, promise.id)}


@pytest.mark.parametrize("today", WEEK, ids=lambda day: NAMES[day.weekday()])
def test_something_waits_for_a_word_and_still_can_be_answered_on_every_day(today):
    waits_since = today - timedelta(days=story.waits_since(today))
    (day,) = schedule.occurrences(plan("FREQ=DAILY", waits_since), waits_since, waits_since)
    last_instant = schedule.instant(today + timedelta(days=1), DAY_START, story.ZONE) - timedelta(seconds=1)
    assert day.settles_at < last_instant < day.closes_at
    assert (NAMES[waits_since.weekday()] == "Thursday") == (today.weekday() in (4, 5, 6))


@pytest.mark.parametrize("today", WEEK, ids=lambda day: NAMES[day.weekday()])
def test_everything_promised_in_the_bond_is_due_on_every_day(today):
    assert [part.title for part in story.parts(today) if not part.times and not list(due(part.rule, today))] == []


def due(rule, day):
    return schedule.occurrences(plan(rule, day), day, day)


def plan(rule, day):
    return schedule.plan_of(day, [schedule.Terms(day, rule, story.ZONE, DAY_START)])


@pytest.mark.slow
def test_on_a_sunday_evening_the_story_stands_as_it_is_told(database, told, titled):
    dinner = days_of(database, titled["Home for dinner"])
    calls = days_of(database, titled["Call Mum with Sam"])
    phone = days_of(database, titled["Phone away after nine"])
    assert (dinner[date(2026, 11, 22)].outcome, dinner[date(2026, 11, 18)].outcome) == (Outcome.KEPT, Outcome.MENDED)
    assert calls[date(2026, 11, 19)].waits
    assert Outcome.EXCUSED in {row.outcome for row in calls.values()}
    assert {calls[date(2026, 11, 22)].outcome, phone[date(2026, 11, 22)].outcome} == {Outcome.PENDING}
    with database.read() as session:
        since = SUNDAY_EVENING - timedelta(hours=36)
        reached = {
            (one.kind.value, one.threshold) for one in milestones.visible(session, told.members["Noor"], since=since, until=SUNDAY_EVENING)
        }
        thanks = [
            one.sent.get("line")
            for one in events.history(session, titled["Home for dinner"].id, since=date(2026, 11, 15))
            if one.kind == "seen"
        ]
        made = weeks.of_bond(session, told.bond_id)
    assert reached == {("in_a_row", 30), ("mend", 1)}
    assert thanks == [story.THANKS[3]]
    assert made[0].to_on == date(2026, 11, 22)
    assert made[1].summary["members"][str(told.members["Noor"])]["all"]["kept"] > 10


@pytest.mark.slow
def test_the_week_before_was_gone_through_and_closed_by_both(database, told):
    with database.read() as session:
        found = reviews.get(session, told.bond_id, date(2026, 11, 15))
        lines = reviews.lines(session, [found.key])
        (asked,) = asks.of_review(session, *found.key)
    assert (found.closed_at is not None, found.goes_on_in) == (True, None)
    assert [one.kind for one in lines] == ["thanks", "thanks", "frayed", "keep", "moment"]
    assert (asked.text, asked.counter) == (story.ASKED, story.COUNTERED)


@pytest.mark.slow
def test_the_story_is_what_its_log_makes_it(database, told):
    assert rebuild.rebuild(database, StandingClock(SUNDAY_EVENING), lambda done, of: None, only_compare=True) == (0, [])
