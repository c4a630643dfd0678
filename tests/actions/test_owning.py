"""What a promiser says of their own miss."""

from datetime import date, timedelta

import pytest

from server.actions import owning
from server.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from server.domain.owning import Cause
from server.store import ownings
from server.store.ownings import Owning
from tests import make, standing
from tests.make import NOW

TODAY = NOW.date()


@pytest.fixture
def couple(session):
    return make.couple(session)


@pytest.fixture
def dinner(session, couple):
    promise = make.promise(session, couple.noor, starts_on=TODAY)
    make.check_in(session, promise, "missed", now=NOW)
    return promise


def describe(session, promise, said, *, by=None, day=TODAY):
    owning.describe(session, promise.id, day, said, member_id=by.id if by else promise.member_id, now=NOW)


def test_what_is_not_shared_the_others_do_not_see(session, dinner):
    describe(session, dinner, Owning("slip", Cause.FORGOT, shares_cause=True))
    kept = ownings.get(session, dinner.id, TODAY)
    assert kept == Owning("slip", Cause.FORGOT, shares_cause=True)
    assert kept.as_shared() == Owning(None, Cause.FORGOT, shares_cause=True)


def test_it_may_be_said_otherwise_and_moves_no_figure(session, couple, dinner):
    before = standing.every_fold(session)
    describe(session, dinner, Owning("broke_my_word", Cause.AVOIDED_IT))
    describe(session, dinner, Owning(cause=Cause.PROMISED_TOO_MUCH))
    assert standing.every_fold(session) == before
    assert ownings.causes(session, couple.noor.id, since=TODAY) == {Cause.PROMISED_TOO_MUCH: 1}
    assert ownings.causes(session, couple.noor.id, since=TODAY + timedelta(days=1)) == {}
    assert ownings.causes(session, couple.sam.id, since=TODAY) == {}


def test_only_the_promiser_says_it_and_only_of_a_miss(session, couple, dinner):
    with pytest.raises(NotAllowedError):
        describe(session, dinner, Owning("slip"), by=couple.sam)
    with pytest.raises(NotFoundError):
        describe(session, dinner, Owning("slip"), by=make.eve(session))
    with pytest.raises(InvalidError):
        describe(session, dinner, Owning("liar"))
    with pytest.raises(ConflictError):
        describe(session, dinner, Owning("slip"), day=date(2026, 3, 21))
