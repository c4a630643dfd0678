"""Asking something of each other."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server.actions import asks, leaving
from server.actions.promises import Draft
from server.domain.errors import ConflictError, InvalidError, NotFoundError
from server.store import asks as store
from server.store import ids, promises
from server.store.asks import Answer, Ask
from tests import make, standing
from tests.make import NOW

DAY = timedelta(days=1)


@pytest.fixture
def couple(session):
    return make.couple(session)


@pytest.fixture
def asked(session, couple):
    """Noor asks Sam for something."""
    return asks.ask(session, Ask(ids.new(), couple.bond.id, couple.noor.id, couple.sam.id, " Text before\nyou leave ", NOW), now=NOW)


def draft(couple):
    return Draft("Text when leaving", "staying_in_touch", "FREQ=DAILY", NOW.date(), couple.bond.id)


def answers(session, member, now=NOW):
    return [one.answer for one in store.of_member(session, member.id, since=now - DAY)]


def test_both_see_what_was_asked(session, couple, asked):
    assert asked.text == "Text before you leave"
    assert answers(session, couple.noor) == answers(session, couple.sam) == [None]


def test_only_the_asked_one_makes_it_a_promise(session, couple, asked):
    with pytest.raises(NotFoundError):
        asks.accept(session, asked.id, draft(couple), member_id=couple.noor.id, now=NOW)
    promise = asks.accept(session, asked.id, draft(couple), member_id=couple.sam.id, now=NOW)
    assert promises.made_by(session, couple.sam.id) == [promise]
    assert store.get(session, asked.id).promise_id == promise.id
    with pytest.raises(ConflictError):
        asks.accept(session, asked.id, draft(couple), member_id=couple.sam.id, now=NOW)


def test_what_was_asked_here_is_not_promised_elsewhere(session, couple, asked):
    friends = make.bond(session, couple.noor, couple.sam, kind="friends")
    for elsewhere in (None, friends.id):
        with pytest.raises(InvalidError) as refusal:
            asks.accept(session, asked.id, replace(draft(couple), bond_id=elsewhere), member_id=couple.sam.id, now=NOW)
        assert refusal.value.field == "bond"
    assert store.get(session, asked.id).is_open


def test_a_no_needs_no_reason_and_ends_it(session, couple, asked):
    for _ in range(2):
        asks.decline(session, asked.id, member_id=couple.sam.id, now=NOW)
    assert answers(session, couple.noor) == [Answer.DECLINED]
    assert answers(session, couple.noor, NOW + 2 * DAY) == []
    with pytest.raises(ConflictError):
        asks.take_back(session, asked.id, member_id=couple.noor.id, now=NOW)


def test_another_offer_may_still_become_a_promise(session, couple, asked):
    asks.counter(session, asked.id, "A text on Fridays", member_id=couple.sam.id, now=NOW)
    assert store.get(session, asked.id).counter == "A text on Fridays"
    asks.accept(session, asked.id, draft(couple), member_id=couple.sam.id, now=NOW)
    assert answers(session, couple.sam) == [Answer.ACCEPTED]


def test_an_ask_does_not_expire(session, couple, asked):
    assert answers(session, couple.sam, NOW + 900 * DAY) == [None]


def test_who_asked_may_take_it_back(session, couple, asked):
    with pytest.raises(NotFoundError):
        asks.take_back(session, asked.id, member_id=couple.sam.id, now=NOW)
    asks.take_back(session, asked.id, member_id=couple.noor.id, now=NOW)
    with pytest.raises(ConflictError):
        asks.decline(session, asked.id, member_id=couple.sam.id, now=NOW)


def test_the_same_ask_twice_is_one(session, couple, asked):
    before = standing.everything(session)
    again = Ask(asked.id, couple.bond.id, couple.noor.id, couple.sam.id, "Text before you leave", NOW + DAY)
    asks.ask(session, again, now=NOW + DAY)
    assert standing.everything(session) == before
    with pytest.raises(ConflictError):
        asks.ask(session, Ask(asked.id, couple.bond.id, couple.noor.id, couple.sam.id, "Call", NOW), now=NOW)


def test_nobody_asks_themselves_or_a_stranger(session, couple):
    eve = make.eve(session)
    for whom in (couple.noor, eve):
        with pytest.raises(InvalidError):
            asks.ask(session, Ask(ids.new(), couple.bond.id, couple.noor.id, whom.id, "Call", NOW), now=NOW)
    with pytest.raises(NotFoundError):
        asks.ask(session, Ask(ids.new(), couple.bond.id, eve.id, couple.sam.id, "Call", NOW), now=NOW)


def test_strangers_and_who_has_left_answer_nothing(session, couple, asked):
    for act in (asks.decline, asks.take_back):
        with pytest.raises(NotFoundError):
            act(session, asked.id, member_id=make.eve(session).id, now=NOW)
    leaving.leave(session, couple.bond.id, member_id=couple.sam.id, now=NOW)
    with pytest.raises(NotFoundError):
        asks.decline(session, asked.id, member_id=couple.sam.id, now=NOW)
    assert answers(session, couple.sam) == []
