"""Planning a moment together."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from server.actions import moments
from server.domain.errors import ConflictError, InvalidError, NotFoundError
from server.store import ids
from server.store import moments as store
from server.store.moments import Moment
from tests import make, standing
from tests.make import NOW

TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def couple(session):
    return make.couple(session)


@pytest.fixture
def walk(couple):
    return Moment(ids.new(), couple.bond.id, couple.noor.id, " A walk\nby the river ", "", TODAY + DAY, time(18), NOW)


def planned(session, couple, since=TODAY):
    return [one.what for one in store.planned(session, [couple.bond.id], since=since)]


def test_both_see_it_until_its_day_is_over(session, couple, walk):
    moments.plan(session, walk, now=NOW)
    assert planned(session, couple) == ["A walk by the river"]
    assert planned(session, couple, TODAY + DAY) == ["A walk by the river"]
    assert planned(session, couple, TODAY + 2 * DAY) == []


def test_the_nearest_stands_first(session, couple, walk):
    for what, day, at in (("later", 3, None), ("evening", 1, time(20)), ("morning", 1, time(9))):
        moments.plan(session, replace(walk, id=ids.new(), what=what, on_date=TODAY + day * DAY, at_time=at), now=NOW)
    assert planned(session, couple) == ["morning", "evening", "later"]


def test_either_may_call_it_off(session, couple, walk):
    moments.plan(session, walk, now=NOW)
    moments.cancel(session, walk.id, member_id=couple.sam.id, now=NOW)
    assert planned(session, couple) == []


def test_the_same_plan_twice_is_one(session, couple, walk):
    moments.plan(session, walk, now=NOW)
    before = standing.everything(session)
    moments.plan(session, walk, now=NOW + DAY / 24)
    assert standing.everything(session) == before
    with pytest.raises(ConflictError):
        moments.plan(session, replace(walk, what="A swim"), now=NOW)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"what": " \n"}, "what"),
        ({"what": "x" * 121}, "what"),
        ({"what": "a\u202eb"}, "what"),
        ({"place": "x" * 121}, "place"),
        ({"on_date": TODAY - DAY}, "on_date"),
        ({"on_date": TODAY + 800 * DAY}, "on_date"),
    ],
)
def test_what_does_not_hold_is_refused_and_changes_nothing(session, couple, walk, changed, field):
    before = standing.everything(session)
    with pytest.raises(InvalidError) as refusal:
        moments.plan(session, replace(walk, **changed), now=NOW)
    assert refusal.value.field == field
    assert standing.everything(session) == before


def test_strangers_plan_nothing_here_and_call_nothing_off(session, couple, walk):
    eve = make.eve(session)
    with pytest.raises(NotFoundError):
        moments.plan(session, replace(walk, member_id=eve.id), now=NOW)
    moments.plan(session, walk, now=NOW)
    with pytest.raises(NotFoundError):
        moments.cancel(session, walk.id, member_id=eve.id, now=NOW)
    assert planned(session, couple) == ["A walk by the river"]
