from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta

import pytest

from server.actions import bonds as leaving
from server.actions import invitations
from server.db import Database, Session
from server.domain.bonds import Kind
from server.domain.errors import ConflictError, InvalidError, NotFoundError, TooManyError
from server.store import bonds, ids
from server.store.members import Member
from tests import make
from tests.make import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def noor(session: Session) -> Member:
    return make.member(session)


@pytest.fixture
def sam(session: Session) -> Member:
    return make.member(session, "Sam", zone="America/New_York")


def invite(session: Session, by: Member, kind: str = "partners", **into) -> str:
    return invitations.invite(session, by.id, kind=kind, now=NOW, **into)[1]


def names(session: Session, bond_id) -> list[str]:
    return [one.name for one in bonds.members_of(session, bond_id)]


def test_saying_yes_makes_the_bond(session, noor, sam):
    bond_id = invitations.accept(session, invite(session, noor), member_id=sam.id, now=NOW)
    bond = bonds.get(session, bond_id)
    assert names(session, bond_id) == ["Noor", "Sam"]
    assert bond.kind is Kind.PARTNERS
    assert bonds.of_member(session, noor.id) == bonds.of_member(session, sam.id) == [bond]


def test_the_bond_looks_at_its_week_on_sunday_at_six_where_the_inviter_lives(session, noor, sam):
    bond = bonds.get(session, invitations.accept(session, invite(session, noor), member_id=sam.id, now=NOW))
    assert (bond.zone, bond.review.weekday, bond.review.at) == ("Europe/Berlin", 6, time(18))
    assert bond.next_review_at == datetime(2026, 3, 22, 17, tzinfo=UTC)


def test_an_invitation_is_for_one(session, noor, sam):
    token = invite(session, noor)
    invitations.accept(session, token, member_id=sam.id, now=NOW)
    with pytest.raises(InvalidError, match="used, taken back, or is too old"):
        invitations.accept(session, token, member_id=make.eve(session).id, now=NOW)


def test_an_invitation_lasts_three_days(session, noor, sam):
    token = invite(session, noor)
    assert invitations.read(session, token, now=NOW + 72 * HOUR - timedelta(seconds=1))
    with pytest.raises(InvalidError, match="too old"):
        invitations.accept(session, token, member_id=sam.id, now=NOW + 72 * HOUR)
    assert invitations.standing(session, noor.id, now=NOW + 72 * HOUR) == []


def test_an_invitation_can_be_taken_back_by_who_made_it(session, noor, sam):
    invitation, token = invitations.invite(session, noor.id, kind="partners", now=NOW)
    with pytest.raises(NotFoundError):
        invitations.withdraw(session, invitation.id, member_id=sam.id, now=NOW)
    assert invitations.standing(session, noor.id, now=NOW) == [invitation]
    invitations.withdraw(session, invitation.id, member_id=noor.id, now=NOW)
    with pytest.raises(InvalidError, match="taken back"):
        invitations.accept(session, token, member_id=sam.id, now=NOW)
    assert invitations.standing(session, noor.id, now=NOW) == []


def test_nobody_accepts_their_own_invitation(session, noor):
    token = invite(session, noor)
    with pytest.raises(ConflictError, match="your own"):
        invitations.accept(session, token, member_id=noor.id, now=NOW)
    assert invitations.read(session, token, now=NOW)


@pytest.mark.parametrize("token", ["", "x", "A" * 43])
def test_a_made_up_token_opens_nothing(session, noor, token):
    invite(session, noor)
    with pytest.raises(InvalidError, match="used, taken back, or is too old"):
        invitations.read(session, token, now=NOW)


def test_a_stolen_database_holds_no_token(session, noor):
    token = invite(session, noor)
    assert token not in str(session.exec_driver_sql("SELECT * FROM invitations").all())
    assert len(token) == 43


@pytest.mark.parametrize("kind", ["family", "friends", "team"])
def test_a_third_joins_a_bond_that_may_grow(session, noor, sam, kind):
    bond_id = invitations.accept(session, invite(session, noor, kind), member_id=sam.id, now=NOW)
    token = invite(session, sam, bond_id=bond_id)
    assert invitations.accept(session, token, member_id=make.eve(session).id, now=NOW) == bond_id
    assert names(session, bond_id) == ["Noor", "Sam", "Eve"]


@pytest.mark.parametrize("kind", ["partners", "parent_child"])
def test_nobody_is_asked_into_a_bond_for_two(session, noor, sam, kind):
    bond_id = invitations.accept(session, invite(session, noor, kind), member_id=sam.id, now=NOW)
    with pytest.raises(ConflictError, match="for two"):
        invite(session, noor, bond_id=bond_id)


def test_a_stranger_asks_nobody_into_a_bond(session, noor, sam):
    bond_id = invitations.accept(session, invite(session, noor, "family"), member_id=sam.id, now=NOW)
    for stranger in (bond_id, ids.new()):
        with pytest.raises(NotFoundError):
            invite(session, make.eve(session), bond_id=stranger)


def test_who_is_in_a_bond_cannot_join_it_again(session, noor, sam):
    bond_id = invitations.accept(session, invite(session, noor, "family"), member_id=sam.id, now=NOW)
    with pytest.raises(ConflictError, match="already"):
        invitations.accept(session, invite(session, noor, bond_id=bond_id), member_id=sam.id, now=NOW)


def test_an_invitation_ends_when_its_maker_has_left(session, noor, sam):
    bond_id = invitations.accept(session, invite(session, noor, "family"), member_id=sam.id, now=NOW)
    invitations.accept(session, invite(session, noor, bond_id=bond_id), member_id=make.member(session, "Cleo").id, now=NOW)
    token = invite(session, sam, bond_id=bond_id)
    leaving.leave(session, bond_id, member_id=sam.id, now=NOW)
    with pytest.raises(NotFoundError):
        invitations.accept(session, token, member_id=make.eve(session).id, now=NOW)


def test_who_left_can_be_asked_again_and_has_their_strand_back(session, noor, sam):
    bond_id = invitations.accept(session, invite(session, noor, "family"), member_id=sam.id, now=NOW)
    invitations.accept(session, invite(session, noor, bond_id=bond_id), member_id=make.eve(session).id, now=NOW)
    leaving.leave(session, bond_id, member_id=sam.id, now=NOW)
    assert names(session, bond_id) == ["Noor", "Eve"]
    invitations.accept(session, invite(session, noor, bond_id=bond_id), member_id=sam.id, now=NOW)
    assert names(session, bond_id) == ["Noor", "Sam", "Eve"]


def test_a_bond_is_closed_when_one_stays_alone(session, noor, sam):
    bond_id = invitations.accept(session, invite(session, noor, "family"), member_id=sam.id, now=NOW)
    leaving.leave(session, bond_id, member_id=noor.id, now=NOW)
    assert bonds.of_member(session, sam.id) == bonds.of_member(session, noor.id) == []
    with pytest.raises(NotFoundError):
        leaving.leave(session, bond_id, member_id=noor.id, now=NOW)


def test_a_member_can_be_in_several_bonds(session, noor, sam):
    for kind in ("partners", "team"):
        invitations.accept(session, invite(session, noor, kind), member_id=sam.id, now=NOW)
    assert [bond.kind for bond in bonds.of_member(session, sam.id)] == [Kind.PARTNERS, Kind.TEAM]


def test_a_bond_of_no_known_kind_is_refused(session, noor):
    with pytest.raises(InvalidError, match="A bond is of"):
        invite(session, noor, "enemies")


def test_nobody_asks_more_than_twenty_times_a_day(session, noor):
    for _ in range(20):
        invite(session, noor)
    with pytest.raises(TooManyError):
        invite(session, noor)


def test_two_who_say_yes_at_once_make_one_bond(database: Database):
    with database.write() as session:
        noor = make.member(session)
        people = [make.member(session, name).id for name in ("Sam", "Cleo", "Dan", "Eve")]
        token = invite(session, noor)

    def accept(member_id) -> bool:
        try:
            with database.write() as session:
                invitations.accept(session, token, member_id=member_id, now=NOW)
        except InvalidError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(accept, people)) == 1
    with database.read() as session:
        assert len(bonds.of_member(session, noor.id)) == 1
