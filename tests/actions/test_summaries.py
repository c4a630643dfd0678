from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from server.actions import check_ins, settling, summaries
from server.db import Database, Session
from server.domain import streaks, weeks
from server.domain.check_ins import Kind
from server.store import bonds, folds, occurrences
from server.store import weeks as store
from server.store.occurrences import Row
from server.store.weeks import Summary
from tests import make
from tests.push import rows

MONDAY = datetime(2026, 3, 16, 6, tzinfo=UTC)
SUNDAY = datetime(2026, 3, 22, 17, tzinfo=UTC)
"""The review moment of the first week, 18:00 in Berlin."""
DAY = timedelta(days=1)
WEEK = 7 * DAY
FIRST, LAST = date(2026, 3, 16), date(2026, 3, 22)
COUNTS = ("due", *(one.value for one in weeks.COUNTED), "told_ahead")


@pytest.fixture
def couple(session: Session) -> make.Couple:
    return make.couple(session, now=MONDAY)


def passes(session: Session, now: datetime) -> None:
    """Let days open and settle."""
    settling.open_ahead(session, now=now, limit=1000)
    settling.settle(session, now=now, limit=1000)


def summed(session: Session, couple: make.Couple, now: datetime = SUNDAY) -> Summary:
    """The latest summary after a moment."""
    passes(session, now)
    summaries.summarise(session, now=now, limit=100)
    summaries.refresh(session, now=now, limit=100)
    return store.of_bond(session, couple.bond.id)[0]


def of(summary: Summary, member: Any, area: str = "") -> dict[str, Any]:
    found = summary.summary["members"][str(member.id)]
    return found["areas"][area] if area else found["all"]


def test_nothing_is_made_before_the_review_moment(session, couple):
    assert summaries.summarise(session, now=SUNDAY - timedelta(seconds=1), limit=100) == 0
    assert summaries.summarise(session, now=SUNDAY, limit=100) == 1
    assert summaries.summarise(session, now=SUNDAY, limit=100) == 0


def test_a_week_is_the_seven_days_that_end_with_the_review(session, couple):
    summary = summed(session, couple)
    assert (summary.from_on, summary.to_on, summary.made_at) == (FIRST, LAST, SUNDAY)
    assert bonds.get(session, couple.bond.id).next_review_at == SUNDAY + WEEK - timedelta(hours=1)


def test_each_member_has_figures_by_area(session, couple):
    dinner = make.promise(session, couple.noor, now=MONDAY)
    swim = make.promise(session, couple.noor, "Swim together", area="presence", now=MONDAY)
    make.check_in(session, dinner, now=MONDAY)
    make.check_in(session, swim, "missed", now=MONDAY)
    summary = summed(session, couple)
    assert (of(summary, couple.noor)["kept"], of(summary, couple.noor)["missed"]) == (1, 1)
    assert (of(summary, couple.noor, "time")["kept"], of(summary, couple.noor, "time")["missed"]) == (1, 0)
    assert (of(summary, couple.noor, "presence")["kept"], of(summary, couple.noor, "presence")["missed"]) == (0, 1)
    assert of(summary, couple.sam)["due"] == 0


def test_a_personal_promise_is_in_no_summary(session, couple):
    make.check_in(session, make.promise(session, couple.noor, "Swim", personal=True, now=MONDAY), now=MONDAY)
    assert of(summed(session, couple), couple.noor)["due"] == 0


def test_times_a_week_count_with_the_last_day(session, couple):
    swim = make.promise(session, couple.noor, "Swim", rule="FREQ=WEEKLY", times=2, due_time=None, now=MONDAY)
    for n in range(2):
        make.check_in(session, swim, now=MONDAY + n * DAY)
    figures = of(summed(session, couple), couple.noor)
    assert (figures["due"], figures["kept"]) == (1, 1)


def test_consistency_stands_at_both_ends(session, couple):
    dinner = make.promise(session, couple.noor, now=MONDAY)
    make.check_in(session, dinner, now=MONDAY)
    first = of(summed(session, couple), couple.noor)
    standing = occurrences.of_promise(session, dinner.id, last=LAST)
    second = of(summed(session, couple, SUNDAY + WEEK), couple.noor)
    assert first["consistency_before"] is None
    assert first["consistency"] == round([streaks.unpacked(row.carried).score for row in standing if row.carried][-1], 6)
    assert second["consistency_before"] > second["consistency"]


def test_woven_days_are_those_of_the_week(session, couple):
    dinner = make.promise(session, couple.noor, now=MONDAY)
    for n, kind in enumerate(("kept", "missed", "kept", "kept")):
        make.check_in(session, dinner, kind, now=MONDAY + n * DAY)
    assert summed(session, couple).summary["woven"] == 3
    assert summed(session, couple, SUNDAY + WEEK).summary["woven"] == 0


def test_what_settles_later_refreshes_it_and_it_stays_the_same_week(session, couple):
    dinner = make.promise(session, couple.noor, now=MONDAY)
    assert of(summed(session, couple), couple.noor)["kept"] == 0
    later = SUNDAY + timedelta(minutes=20)
    make.check_in(session, dinner, now=later)
    summaries.refresh(session, now=later + timedelta(seconds=1), limit=100)
    (summary,) = store.of_bond(session, couple.bond.id)
    assert of(summary, couple.noor)["kept"] == 1
    assert (summary.made_at, summary.refreshed_at) == (SUNDAY, later + timedelta(seconds=1))


def test_what_has_not_changed_is_not_refreshed(session, couple):
    summed(session, couple)
    assert summaries.refresh(session, now=SUNDAY + timedelta(minutes=1), limit=100) == 0


def test_after_a_long_pause_every_week_is_made_and_the_latest_is_told(database):
    with database.write() as session:
        couple = make.couple(session, now=MONDAY)
        assert summaries.summarise(session, now=SUNDAY + 5 * WEEK, limit=100) == 6
    assert [(one.member_id, one.day) for one in rows.told(database)] == [(one.id, LAST + 5 * WEEK) for one in (couple.noor, couple.sam)]


def test_a_closed_bond_has_no_more_weeks(session, couple):
    bonds.update(session, couple.bond.id, closed_at=MONDAY)
    assert summaries.summarise(session, now=SUNDAY, limit=100) == 0


SAID = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 8), st.sampled_from(("kept", "late", "missed", "reserve", "excuse", "heads_up", "kept"))),
    max_size=12,
)


@pytest.mark.slow
@trying(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(said=SAID, later=st.integers(0, 6))
def test_the_sums_are_those_of_the_occurrences(store, said, later):
    database = Database(url := store.copy(), make.SEALER).everything()
    with database.write() as session:
        couple = make.couple(session, now=MONDAY)
        promises = [
            make.promise(session, by, area=area, rule=rule, due_time=time(20), now=MONDAY)
            for by, area, rule in (
                (couple.noor, "time", "FREQ=DAILY"),
                (couple.noor, "money", "FREQ=WEEKLY;BYDAY=MO,TH,SU"),
                (couple.sam, "time", "FREQ=DAILY;INTERVAL=2"),
                (couple.sam, "home", "FREQ=DAILY"),
            )
        ]
        for place, n, kind in sorted(said, key=lambda one: one[1]):
            settling.open_ahead(session, now=MONDAY + n * DAY, limit=100)
            _say(session, couple, promises[place], kind, MONDAY + n * DAY)
        summed(session, couple)
        summary = summed(session, couple, SUNDAY + later * DAY)
        found = occurrences.of_bond(session, couple.bond.id, FIRST, LAST)
        area_of = {one.id: one.area for one in promises}
        for one in (couple.noor, couple.sam):
            mine = [row for row in found if row.member_id == one.id]
            assert {name: of(summary, one)[name] for name in COUNTS} == _counted(mine)
            areas = summary.summary["members"][str(one.id)]["areas"]
            assert {area: {name: sums[name] for name in COUNTS} for area, sums in areas.items()} == {
                area: _counted(row for row in mine if area_of[row.promise_id] == area) for area in {area_of[row.promise_id] for row in mine}
            }
        assert summary.summary["woven"] == sum(
            one.state == "woven" for one in folds.days_between(session, couple.bond.id, FIRST, LAST).values()
        )
    database.close()
    store.drop(url)


def _say(session: Session, couple: make.Couple, promise: Any, kind: str, now: datetime) -> None:
    """Say something, unless it is refused."""
    at = now + timedelta(hours=13 if kind == "late" else 1)
    other = couple.sam if promise.member_id == couple.noor.id else couple.noor
    by = other if kind == "excuse" else None
    to = {"to": at + timedelta(minutes=20)} if kind == "heads_up" else {}
    tap = make.tap(promise, Kind.KEPT if kind == "late" else kind, by=by, at=at, **to)
    check_ins.check_in(session, [tap], now=at)


def _counted(found: Iterable[Row]) -> dict[str, int]:
    """The counts of occurrences, one by one."""
    found = list(found)
    outcomes = Counter(row.outcome.value for row in found)
    return {name: outcomes[name] for name in COUNTS} | {"due": len(found), "told_ahead": sum(row.told_ahead for row in found)}
