from datetime import date, datetime, time

import pytest

from server.domain import weeks
from server.domain.outcomes import Outcome
from server.domain.weeks import Review, Week

at = datetime.fromisoformat
on = date.fromisoformat
SUNDAY = Review(6, time(18), "Europe/Berlin")
WEDNESDAY = Review(2, time(2, 30), "Europe/Berlin")


@pytest.mark.parametrize(
    ("review", "day", "from_on", "to_on"),
    [
        (SUNDAY, "2026-03-16", "2026-03-16", "2026-03-22"),
        (SUNDAY, "2026-03-22", "2026-03-16", "2026-03-22"),
        (SUNDAY, "2026-03-23", "2026-03-23", "2026-03-29"),
        (WEDNESDAY, "2026-03-18", "2026-03-12", "2026-03-18"),
        (WEDNESDAY, "2026-03-19", "2026-03-19", "2026-03-25"),
    ],
)
def test_a_week_is_the_seven_days_that_end_with_its_weekday(review, day, from_on, to_on):
    assert weeks.week_of(review, on(day)) == Week(on(from_on), on(to_on))


@pytest.mark.parametrize(
    ("review", "to_on", "moment"),
    [
        (SUNDAY, "2026-03-22", "2026-03-22T17:00Z"),
        (SUNDAY, "2026-03-29", "2026-03-29T16:00Z"),
        (SUNDAY, "2026-10-25", "2026-10-25T17:00Z"),
        (Review(6, time(2, 30), "Europe/Berlin"), "2026-03-29", "2026-03-29T01:30Z"),
        (Review(6, time(2, 30), "Europe/Berlin"), "2026-10-25", "2026-10-25T00:30Z"),
        (Review(5, time(18), "Asia/Kathmandu"), "2026-03-21", "2026-03-21T12:15Z"),
        (Review(6, time(18), "Pacific/Kiritimati"), "2026-03-22", "2026-03-22T04:00Z"),
    ],
)
def test_the_review_moment_is_by_the_clock_on_the_bonds_wall(review, to_on, moment):
    assert weeks.moment(review, on(to_on)) == at(moment)


@pytest.mark.parametrize(
    ("review", "after", "to_on"),
    [
        (SUNDAY, "2026-03-20T08:00Z", "2026-03-22"),
        (SUNDAY, "2026-03-22T16:59:59.999999Z", "2026-03-22"),
        (SUNDAY, "2026-03-22T17:00Z", "2026-03-29"),
        (SUNDAY, "2026-03-29T16:00Z", "2026-04-05"),
        (Review(6, time(0), "Pacific/Kiritimati"), "2026-03-21T09:59Z", "2026-03-22"),
        (Review(6, time(23, 59), "Pacific/Pago_Pago"), "2026-03-23T10:58Z", "2026-03-22"),
        (Review(6, time(23, 59), "Pacific/Pago_Pago"), "2026-03-23T10:59Z", "2026-03-29"),
    ],
)
def test_the_next_review_is_later_than_now(review, after, to_on):
    assert weeks.next_review(review, at(after)) == on(to_on)


def test_a_review_at_the_very_instant_at_which_a_bond_is_made_counts():
    assert weeks.first_review(SUNDAY, at("2026-03-22T17:00Z")) == on("2026-03-22")
    assert weeks.first_review(SUNDAY, at("2026-03-22T17:00:00.000001Z")) == on("2026-03-29")


def test_a_tally_counts_all_that_was_due_by_outcome_and_those_told_ahead():
    found = [(outcome, False) for outcome in Outcome] + [(Outcome.KEPT, True), (Outcome.PENDING, True)]
    assert weeks.tally(found) == {
        "due": 11,
        "kept": 2,
        "late": 1,
        "partly": 1,
        "excused": 1,
        "missed": 1,
        "mended": 1,
        "unreported": 1,
        "told_ahead": 2,
    }


def test_a_week_in_which_nothing_was_due_counts_nothing():
    assert set(weeks.tally([]).values()) == {0}
