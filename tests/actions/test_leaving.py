from datetime import timedelta

import pytest

from server.actions import invitations, leaving
from server.db import Session
from server.domain.errors import NotFoundError
from server.domain.outcomes import Outcome
from server.store import bonds, milestones, occurrences, promises, us
from tests import make
from tests.make import NOW
from tests.push import rows

DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def couple(session: Session) -> make.Couple:
    return make.couple(session)


def leave(session: Session, couple: make.Couple) -> None:
    leaving.leave(session, couple.bond.id, member_id=couple.noor.id, now=NOW)


def days(session: Session, promise: promises.Promise) -> list:
    return [row.day for row in occurrences.of_promise(session, promise.id) if row.outcome is Outcome.PENDING]


def test_leaving_is_done_at_once_and_closes_a_space_of_two(session, couple):
    leave(session, couple)
    assert bonds.of_member(session, couple.noor.id) == bonds.of_member(session, couple.sam.id) == []
    assert bonds.get(session, couple.bond.id).closed_at == NOW


def test_only_who_stayed_is_told_that_it_is_closed(session, couple):
    assert not us.has_closed(session, couple.sam.id)
    leave(session, couple)
    assert us.has_closed(session, couple.sam.id)
    assert not us.has_closed(session, couple.noor.id)


def test_what_she_promised_ends_with_the_day_that_runs(session, couple):
    dinner = make.promise(session, couple.noor)
    leave(session, couple)
    assert days(session, dinner) == [TODAY]


def test_what_she_promised_herself_goes_on(session, couple):
    swim = make.promise(session, couple.noor, "Swim", personal=True)
    leave(session, couple)
    assert len(days(session, swim)) > 1
    assert list(promises.visible(session, couple.noor.id, [swim.id])) == [swim.id]


def test_a_promise_that_ended_before_is_left_as_it_is(session, couple):
    dinner = make.promise(session, couple.noor, now=NOW - 3 * DAY)
    promises.release(session, dinner.id, TODAY - DAY)
    leave(session, couple)
    assert promises.by_ids(session, [dinner.id])[dinner.id].plan.released_on == TODAY - DAY


def test_she_sees_nothing_of_it_any_more(session, couple):
    theirs = [make.promise(session, one) for one in (couple.noor, couple.sam)]
    leave(session, couple)
    assert promises.visible(session, couple.noor.id, [one.id for one in theirs]) == {}
    assert milestones.visible(session, couple.noor.id, since=NOW - 9 * DAY, until=NOW + DAY) == []
    with pytest.raises(NotFoundError):
        make.check_in(session, theirs[1], "excuse", by=couple.noor)


def test_nobody_is_told(database):
    with database.write() as session:
        couple = make.couple(session)
        rows.subscription(session, couple.sam)
        make.promise(session, couple.noor)
        leave(session, couple)
    assert rows.told(database) == []


def test_a_family_of_three_goes_on_without_her(session, couple):
    cleo = make.member(session, "Cleo")
    family = make.bond(session, couple.noor, couple.sam, cleo, kind="family")
    invitations.invite(session, couple.noor.id, kind="family", bond_id=family.id, now=NOW)
    leaving.leave(session, family.id, member_id=couple.noor.id, now=NOW)
    assert [one.name for one in bonds.members_of(session, family.id)] == ["Sam", "Cleo"]
    assert bonds.of_member(session, couple.noor.id) == [couple.bond]
    assert invitations.standing(session, couple.noor.id, now=NOW) == []


def test_an_invitation_into_a_new_bond_stands(session, couple):
    invitations.invite(session, couple.noor.id, kind="friends", now=NOW)
    leave(session, couple)
    assert len(invitations.standing(session, couple.noor.id, now=NOW)) == 1


def test_nobody_leaves_what_they_are_not_in(session, couple):
    with pytest.raises(NotFoundError):
        leaving.leave(session, couple.bond.id, member_id=make.eve(session).id, now=NOW)
    leave(session, couple)
    with pytest.raises(NotFoundError):
        leave(session, couple)
