"""What is said while a week is gone through, and what it changes."""

from datetime import date, time, timedelta

import pytest

from server.actions import deciding, reviews, summaries
from server.domain import schedule
from server.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from server.domain.reviews import STEPS, LineKind
from server.store import asks, ids, moments, promises
from server.store import reviews as store
from server.store.asks import Answer, Ask
from server.store.moments import Moment
from tests import make, standing
from tests.actions.test_reviews import MONDAY, SUNDAY, TO_ON

DAY = timedelta(days=1)


@pytest.fixture
def couple(session):
    made = make.couple(session, now=MONDAY)
    summaries.summarise(session, now=SUNDAY, limit=10)
    return made


@pytest.fixture
def key(session, couple):
    for one in (couple.noor, couple.sam):
        reviews.begin(session, couple.bond.id, TO_ON, member_id=one.id, now=SUNDAY)
    return couple.bond.id, TO_ON


@pytest.fixture
def dinner(session, couple):
    return make.promise(session, couple.noor, now=SUNDAY)


def decides(session, key, member, promise, kind, line_id=None, **changes):
    return deciding.decide(session, key, line_id or ids.new(), promise.id, LineKind(kind), changes, member_id=member.id, now=SUNDAY)


def test_a_line_counts_once_however_often_it_arrives(session, couple, key):
    said = ids.new()
    for _ in range(2):
        deciding.say(session, key, said, LineKind.THANKS, " You\ncalled. ", member_id=couple.noor.id, now=SUNDAY)
    assert [(one.text, one.member_id) for one in store.lines(session, [key])] == [("You called.", couple.noor.id)]
    with pytest.raises(ConflictError):
        deciding.say(session, key, said, LineKind.THANKS, "Me too.", member_id=couple.sam.id, now=SUNDAY)


@pytest.mark.parametrize("text", [" ", "x" * 281, "a\u202eb"])
def test_words_that_cannot_be_shown_are_not_said(session, couple, key, text):
    before = standing.everything(session)
    with pytest.raises(InvalidError):
        deciding.say(session, key, ids.new(), LineKind.FRAYED, text, member_id=couple.noor.id, now=SUNDAY)
    assert standing.everything(session) == before


def test_adjusting_makes_the_real_change_from_the_next_day(session, couple, key, dinner):
    line = decides(session, key, couple.noor, dinner, "adjust", due_time=time(19), grace=timedelta(minutes=30))
    plan = promises.by_ids(session, [dinner.id])[dinner.id].plan
    assert line.from_on == date(2026, 3, 23)
    assert [schedule.terms_on(plan, TO_ON + n * DAY).due_time for n in (0, 1)] == [time(18, 30), time(19)]


@pytest.mark.parametrize(("kind", "changes"), [("keep", {}), ("adjust", {"due_time": time(19)}), ("retire", {})])
def test_the_same_decision_twice_is_one(session, couple, key, dinner, kind, changes):
    said = ids.new()
    decides(session, key, couple.noor, dinner, kind, said, **changes)
    before = standing.everything(session)
    decides(session, key, couple.noor, dinner, kind, said, **changes)
    assert standing.everything(session) == before
    assert [one.kind for one in store.lines(session, [key])] == [kind]


def test_retiring_releases_it(session, couple, key, dinner):
    decides(session, key, couple.noor, dinner, "retire")
    assert promises.by_ids(session, [dinner.id])[dinner.id].plan.released_on == date(2026, 3, 23)


def test_what_was_decided_last_stands(session, couple, key, dinner):
    decides(session, key, couple.noor, dinner, "keep")
    decides(session, key, couple.noor, dinner, "retire")
    assert store.decisions(store.lines(session, [key]))[dinner.id].kind is LineKind.RETIRE
    with pytest.raises(ConflictError):
        decides(session, key, couple.noor, dinner, "keep")


def test_only_who_promised_decides(session, couple, key, dinner):
    own = make.promise(session, couple.noor, personal=True, now=SUNDAY)
    eve, before = make.eve(session), standing.everything(session)
    for kind in ("keep", "adjust", "retire"):
        with pytest.raises(NotAllowedError):
            decides(session, key, couple.sam, dinner, kind, due_time=time(19))
    with pytest.raises(NotFoundError):
        decides(session, key, eve, dinner, "keep")
    with pytest.raises(NotFoundError):
        decides(session, key, couple.noor, own, "keep")
    with pytest.raises(InvalidError):
        decides(session, key, couple.noor, dinner, "adjust")
    assert standing.everything(session) == before


def test_a_moment_goes_where_moments_are_and_stands_here_too(session, couple, key):
    walk = Moment(ids.new(), couple.bond.id, couple.noor.id, "A walk", "", TO_ON + DAY, None, SUNDAY)
    for _ in range(2):
        deciding.plan(session, key, walk, now=SUNDAY)
    assert [one.id for one in moments.planned(session, [couple.bond.id], since=TO_ON)] == [walk.id]
    assert [(one.kind, one.moment_id) for one in store.lines(session, [key])] == [(LineKind.MOMENT, walk.id)]


def test_each_asks_one_thing(session, couple, key):
    def asks_for(who, whom, text):
        return deciding.ask(session, key, Ask(ids.new(), key[0], who.id, whom.id, text, SUNDAY, TO_ON), now=SUNDAY)

    first = asks_for(couple.noor, couple.sam, "Text before you leave")
    asks_for(couple.sam, couple.noor, "Eat without phones")
    with pytest.raises(ConflictError):
        asks_for(couple.noor, couple.sam, "And call")
    assert [one.text for one in asks.of_review(session, *key)] == ["Text before you leave", "Eat without phones"]
    assert asks.get(session, first.id).answer is not Answer.ACCEPTED


def test_a_closed_one_takes_no_more_words(session, couple, key, dinner):
    for step in STEPS:
        for one in (couple.noor, couple.sam):
            reviews.go_on(session, *key, step, member_id=one.id, now=SUNDAY)
    before = standing.everything(session)
    with pytest.raises(ConflictError):
        deciding.say(session, key, ids.new(), LineKind.THANKS, "Thanks", member_id=couple.noor.id, now=SUNDAY)
    with pytest.raises(ConflictError):
        decides(session, key, couple.noor, dinner, "keep")
    assert standing.everything(session) == before
