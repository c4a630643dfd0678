"""Going through a week together, on two phones or on one."""

from datetime import UTC, date, datetime, timedelta

import pytest

from server.actions import bonds as bonding
from server.actions import reviews, summaries
from server.domain.errors import ConflictError, InvalidError, NotFoundError
from server.domain.reviews import STEPS, Step
from server.store import reviews as store
from tests import make, standing

MONDAY = datetime(2026, 3, 16, 6, tzinfo=UTC)
SUNDAY = datetime(2026, 3, 22, 17, tzinfo=UTC)
"""The review moment of the first week, in Berlin."""
TO_ON = date(2026, 3, 22)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def couple(session):
    made = make.couple(session, now=MONDAY)
    summaries.summarise(session, now=SUNDAY, limit=10)
    return made


@pytest.fixture
def does(session, couple):
    """Lets somebody do something in the review of the week, at so many seconds after it began."""

    def act(action, who, *parts, at=0, **named):
        return action(session, couple.bond.id, TO_ON, *parts, member_id=who.id, now=SUNDAY + timedelta(seconds=at), **named)

    return act


@pytest.fixture
def begun(does, couple):
    """Noor and Sam are both here."""
    does(reviews.begin, couple.noor)
    return does(reviews.begin, couple.sam)


def here(session, couple):
    return {one for one, seat in store.seats(session, (couple.bond.id, TO_ON)).items() if seat.here_until}


def through(does, *people, until=None):
    """Everybody says next to one step after the other."""
    for step in STEPS[:until]:
        for one in people:
            review = does(reviews.go_on, one, step)
    return review


def test_two_who_begin_at_once_begin_the_same(does, session, couple):
    first = does(reviews.begin, couple.noor, minutes=15)
    second = does(reviews.begin, couple.sam, minutes=60)
    assert (first.key, second.minutes, second.begun_at) == (second.key, 15, SUNDAY)
    assert here(session, couple) == {couple.noor.id, couple.sam.id}


def test_it_moves_on_once_both_have_said_next(does, couple, begun):
    assert does(reviews.go_on, couple.noor, Step.THANKS).step == 0
    assert does(reviews.go_on, couple.noor, Step.THANKS).step == 0
    assert does(reviews.go_on, couple.sam, Step.THANKS).step == 1


def test_a_tap_for_a_step_that_is_over_skips_nothing(does, couple, begun):
    through(does, couple.noor, couple.sam, until=1)
    does(reviews.go_on, couple.noor, Step.HELD)
    assert does(reviews.go_on, couple.sam, Step.THANKS).step == 1
    assert does(reviews.go_on, couple.sam, Step.PLAN).step == 1


def test_next_can_be_taken_back(does, couple, begun):
    does(reviews.go_on, couple.noor, Step.THANKS)
    does(reviews.stay, couple.noor, Step.THANKS)
    assert does(reviews.go_on, couple.sam, Step.THANKS).step == 0


def test_whose_phone_is_not_heard_of_is_waited_for_no_longer(does, session, couple, begun):
    for seconds in (100, 120, 140, 160, 180, 200):
        does(reviews.be_here, couple.noor, at=seconds)
    assert here(session, couple) == {couple.noor.id}
    assert does(reviews.go_on, couple.noor, Step.THANKS, at=201).step == 1


def test_an_open_page_counts_as_here_for_a_minute(does, session, couple, begun):
    does(reviews.be_here, couple.sam)
    does(reviews.be_here, couple.noor, at=59)
    assert here(session, couple) == {couple.noor.id, couple.sam.id}
    does(reviews.be_here, couple.noor, at=60)
    assert here(session, couple) == {couple.noor.id}


def test_who_joins_late_comes_to_where_it_stands(does, couple):
    does(reviews.begin, couple.noor)
    through(does, couple.noor, until=2)
    assert does(reviews.begin, couple.sam).step == 2
    assert does(reviews.go_on, couple.noor, Step.FRAYED).step == 2
    assert does(reviews.go_on, couple.sam, Step.FRAYED).step == 3


def test_who_has_not_joined_is_not_here(does, session, couple):
    does(reviews.begin, couple.noor)
    with pytest.raises(ConflictError):
        does(reviews.be_here, couple.sam)
    assert here(session, couple) == {couple.noor.id}


def test_with_one_phone_between_them_one_tap_is_enough(does, couple):
    does(reviews.begin, couple.noor, on_one_phone=True)
    does(reviews.begin, couple.sam)
    assert through(does, couple.noor).closed_at == SUNDAY


def test_both_close_it_and_nobody_is_here_any_more(does, session, couple, begun):
    assert through(does, couple.noor, couple.sam, until=4).step == 4
    assert does(reviews.go_on, couple.noor, Step.PLAN).closed_at is None
    closed = does(reviews.go_on, couple.sam, Step.PLAN, at=9)
    assert (closed.closed_at, closed.heard_at) == (SUNDAY + timedelta(seconds=9), None)
    assert here(session, couple) == set()
    for action, parts in ((reviews.begin, ()), (reviews.go_on, (Step.PLAN,)), (reviews.stay, (Step.PLAN,))):
        with pytest.raises(ConflictError):
            does(action, couple.noor, *parts)
    before = standing.everything(session)
    assert does(reviews.be_here, couple.noor, at=20) == closed
    assert standing.everything(session) == before


def test_one_alone_goes_to_the_end_and_the_other_closes_it_whenever_they_look(does, couple):
    does(reviews.begin, couple.noor)
    assert through(does, couple.noor).closed_at is None
    does(reviews.begin, couple.sam, at=90_000)
    assert does(reviews.go_on, couple.sam, Step.PLAN, at=90_001).closed_at is not None


def test_either_pauses_it_and_either_goes_on(does, couple, begun):
    assert does(reviews.pause, couple.noor, rests=True, at=30).paused_at == SUNDAY + timedelta(seconds=30)
    with pytest.raises(ConflictError):
        does(reviews.go_on, couple.sam, Step.THANKS, at=40)
    assert does(reviews.pause, couple.sam, rests=False, at=90).paused_at is None
    assert does(reviews.go_on, couple.sam, Step.THANKS, at=100).seconds == 40


def test_time_while_no_page_was_open_does_not_count(does, couple, begun):
    assert does(reviews.be_here, couple.noor, at=20).seconds == 20
    assert does(reviews.be_here, couple.noor, at=90_000).seconds == 20 + 180


def test_what_was_left_goes_on_the_next_time(does, session, couple, begun):
    through(does, couple.noor, couple.sam, until=2)
    later = SUNDAY + timedelta(weeks=1)
    summaries.summarise(session, now=later, limit=10)
    review = reviews.begin(session, couple.bond.id, TO_ON + timedelta(weeks=1), member_id=couple.sam.id, now=later)
    left = store.taken_up(session, *review.key)
    assert (left.to_on, left.step, left.goes_on_in, left.closed_at) == (TO_ON, 2, review.to_on, later)
    assert store.unfinished_before(session, couple.bond.id, date(2026, 5, 1)) == review
    with pytest.raises(ConflictError):
        does(reviews.go_on, couple.noor, Step.FRAYED)


def test_a_closed_one_is_not_taken_up(does, session, couple, begun):
    through(does, couple.noor, couple.sam)
    assert store.unfinished_before(session, couple.bond.id, date(2026, 5, 1)) is None


def test_a_week_without_a_page_has_no_review(session, couple):
    with pytest.raises(NotFoundError):
        reviews.begin(session, couple.bond.id, TO_ON + timedelta(weeks=1), member_id=couple.noor.id, now=SUNDAY)


def test_it_takes_a_quarter_half_or_whole_hour(does, couple):
    with pytest.raises(InvalidError):
        does(reviews.begin, couple.noor, minutes=20)


def test_strangers_and_who_has_left_find_nothing(does, session, couple, begun):
    eve = make.eve(session)
    before = standing.everything(session)
    for action, parts in ((reviews.begin, ()), (reviews.be_here, ()), (reviews.go_on, (Step.THANKS,)), (reviews.stay, (Step.THANKS,))):
        with pytest.raises(NotFoundError):
            does(action, eve, *parts)
    assert standing.everything(session) == before
    bonding.leave(session, couple.bond.id, member_id=couple.sam.id, now=SUNDAY)
    with pytest.raises(NotFoundError):
        does(reviews.go_on, couple.sam, Step.THANKS)


def test_in_a_family_everyone_who_is_here_says_next_and_who_took_part_closes_it(session):
    ada, bo, cy = (make.member(session, name, now=MONDAY) for name in ("Ada", "Bo", "Cy"))
    family = make.bond(session, ada, bo, cy, kind="family", now=MONDAY)
    summaries.summarise(session, now=SUNDAY, limit=10)
    for one in (ada, bo):
        reviews.begin(session, family.id, TO_ON, member_id=one.id, now=SUNDAY)
    for step in STEPS:
        found = [reviews.go_on(session, family.id, TO_ON, step, member_id=one.id, now=SUNDAY) for one in (ada, bo)]
        assert [one.step for one in found] == [STEPS.index(step), min(STEPS.index(step) + 1, 4)]
    assert found[1].closed_at == SUNDAY
    assert cy.id not in store.seats(session, (family.id, TO_ON))
