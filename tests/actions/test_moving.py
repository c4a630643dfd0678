"""Asking to move a promise to another day."""

from datetime import date, time, timedelta

import pytest

from server.actions import moving
from server.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from server.domain.outcomes import Outcome
from server.store import events, ids, moves, promises
from tests import make, standing
from tests.make import NOW

TODAY = NOW.date()
DAY = timedelta(days=1)
SUNDAY = date(2026, 3, 22)


@pytest.fixture
def couple(session):
    return make.couple(session)


@pytest.fixture
def dinner(session, couple):
    return make.promise(session, couple.noor, starts_on=TODAY, due_time=time(18, 30))


def ask(session, promise, by, to_on=SUNDAY, *, day=TODAY, now=NOW):
    moving.ask(session, promise.id, day, to_on, member_id=by.id, now=now)


def answer(session, promise, by, *, agrees=True, now=NOW, **tap):
    moving.answer(session, promise.id, TODAY, agrees=agrees, member_id=by.id, now=now, **tap)


def asked(session, promise):
    return moves.of_promises(session, [promise.id], since=TODAY)[promise.id, TODAY]


def test_a_yes_lets_this_day_go_and_makes_one_for_that_day(session, couple, dinner):
    ask(session, dinner, couple.noor)
    assert standing.occurrence(session, dinner, str(TODAY)).outcome is Outcome.PENDING
    answer(session, dinner, couple.sam)
    assert standing.occurrence(session, dinner, str(TODAY)).outcome is Outcome.EXCUSED
    (linked,) = promises.by_ids(session, [asked(session, dinner).linked_id]).values()
    assert (linked.title, linked.member_id, linked.grown_from) == (dinner.title, couple.noor.id, dinner.id)
    assert linked.plan.starts_on == SUNDAY
    assert linked.plan.terms[-1].recurrence.is_once
    assert linked.plan.terms[-1].due_time == time(18, 30)


def test_a_no_leaves_everything_as_it_was(session, couple, dinner):
    ask(session, dinner, couple.noor)
    before = standing.every_fold(session)
    answer(session, dinner, couple.sam, agrees=False)
    assert standing.every_fold(session) == before
    assert (asked(session, dinner).agreed, asked(session, dinner).linked_id) == (False, None)


def test_it_is_asked_once(session, couple, dinner):
    ask(session, dinner, couple.noor)
    before = standing.everything(session)
    ask(session, dinner, couple.noor)
    with pytest.raises(ConflictError):
        ask(session, dinner, couple.noor, SUNDAY + DAY)
    assert standing.everything(session) == before


def test_it_is_answered_once(session, couple, dinner):
    ask(session, dinner, couple.noor)
    answer(session, dinner, couple.sam)
    with pytest.raises(ConflictError):
        answer(session, dinner, couple.sam, agrees=False)


def test_who_may_ask_and_who_may_answer(session, couple, dinner):
    with pytest.raises(NotAllowedError):
        ask(session, dinner, couple.sam)
    with pytest.raises(NotFoundError):
        ask(session, dinner, make.eve(session))
    with pytest.raises(NotFoundError):
        answer(session, dinner, couple.sam)
    ask(session, dinner, couple.noor)
    with pytest.raises(NotFoundError):
        answer(session, dinner, couple.noor)


@pytest.mark.parametrize("to_on", [TODAY, TODAY - DAY, TODAY + 400 * DAY])
def test_it_moves_to_a_later_day_within_a_year(session, couple, dinner, to_on):
    with pytest.raises(InvalidError):
        ask(session, dinner, couple.noor, to_on)


def test_only_a_running_day_of_which_nothing_was_said_is_moved(session, couple, dinner):
    with pytest.raises(InvalidError):
        ask(session, dinner, couple.noor, day=TODAY + DAY)
    with pytest.raises(NotFoundError):
        ask(session, dinner, couple.noor, day=TODAY - DAY)
    make.check_in(session, dinner, now=NOW)
    with pytest.raises(ConflictError):
        ask(session, dinner, couple.noor)


def test_a_promise_to_oneself_is_changed_without_asking(session, couple):
    with pytest.raises(ConflictError):
        ask(session, make.promise(session, couple.noor, personal=True, starts_on=TODAY), couple.noor)


LATE_THAT_DAY = NOW.replace(hour=23)
AFTERWARDS = NOW + DAY


@pytest.mark.parametrize("agrees", [True, False])
def test_an_answer_that_was_long_on_its_way_counts_when_it_was_tapped(session, couple, dinner, agrees):
    ask(session, dinner, couple.noor)
    tap_id = ids.new()
    answer(session, dinner, couple.sam, agrees=agrees, now=AFTERWARDS, at=LATE_THAT_DAY, tap_id=tap_id)
    assert asked(session, dinner).agreed is agrees
    assert (standing.occurrence(session, dinner, str(TODAY)).outcome is Outcome.EXCUSED) is agrees
    assert [(one.kind, one.at) for one in events.by_ids(session, [tap_id]).values()] == ([("excuse", LATE_THAT_DAY)] if agrees else [])


@pytest.mark.parametrize(
    ("at", "refusal"),
    [(AFTERWARDS, ConflictError), (AFTERWARDS - 4 * DAY, InvalidError), (AFTERWARDS + DAY, InvalidError)],
    ids=["after that day", "long ago", "in the future"],
)
def test_an_answer_at_another_time_changes_nothing(session, couple, dinner, at, refusal):
    ask(session, dinner, couple.noor)
    before = standing.everything(session)
    with pytest.raises(refusal):
        answer(session, dinner, couple.sam, now=AFTERWARDS, at=at)
    assert standing.everything(session) == before


def test_a_yes_that_comes_when_the_other_day_is_over_moves_nothing(session, couple, dinner):
    ask(session, dinner, couple.noor, TODAY + DAY)
    before = standing.everything(session)
    with pytest.raises(ConflictError):
        answer(session, dinner, couple.sam, now=NOW + 2 * DAY, at=LATE_THAT_DAY)
    assert standing.everything(session) == before


def test_an_ask_that_comes_when_the_day_is_over_is_not_put(session, couple, dinner):
    with pytest.raises(ConflictError):
        ask(session, dinner, couple.noor, now=AFTERWARDS)
    assert moves.of_promises(session, [dinner.id], since=TODAY) == {}


@pytest.mark.parametrize("agrees", [True, False])
def test_the_same_answer_again_changes_nothing_whatever_came_after_it(session, couple, dinner, agrees):
    ask(session, dinner, couple.noor)
    answer(session, dinner, couple.sam, agrees=agrees)
    if not agrees:
        make.check_in(session, dinner, now=NOW)
    before = standing.everything(session)
    answer(session, dinner, couple.sam, agrees=agrees)
    ask(session, dinner, couple.noor)
    assert standing.everything(session) == before
