import pytest

from server.actions import invitations
from server.store import bonds
from server.store.members import Member
from tests import make
from tests.phone import Phone

SAM = {"name": "Sam", "zone": "America/New_York"}


@pytest.fixture
def noor(database) -> Member:
    with database.write() as session:
        return make.member(session)


@pytest.fixture
def token(database, noor) -> str:
    with database.write() as session:
        return invitations.invite(session, noor.id, kind="partners", now=make.NOW)[1]


@pytest.fixture
def stranger(open_client) -> Phone:
    return Phone(open_client())


def pairs(database, member: Member) -> list[list[str]]:
    """Who is in each of a member's bonds."""
    with database.read() as session:
        return [[one.name for one in bonds.members_of(session, bond.id)] for bond in bonds.of_member(session, member.id)]


def test_the_page_asks_for_the_link_that_was_sent(stranger):
    page = stranger.get("/invitation")
    assert page.status_code == 200
    assert 'name="token"' in page.text


def test_the_offer_says_who_asks_what_they_will_see_and_who_runs_this_server(desk, token, opened_at):
    offer = opened_at("http://localhost:8000", operator="Ada").post("/invitation", token=token)
    assert offer.status_code == 200
    assert offer.headers["Cache-Control"] == "no-store"
    for words in ("Noor asks you in", "As partners", "Not the minute", "Not where you are", "leave at any time", "run by Ada"):
        assert words in offer.text


@pytest.mark.parametrize("pasted", ["{}", "  {}\n", "http://localhost:8000/invitation#{}"])
def test_the_whole_link_can_be_pasted(stranger, token, pasted):
    assert "Noor asks you in" in stranger.post("/invitation", token=pasted.format(token)).text


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "http%3A%2F%2Flocalhost%3A8000%2Finvitation%23", "%ED%A0%80", "%00", "%FF"])
def test_what_is_no_invitation_is_answered_with_one_sentence(stranger, token):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = stranger.client.post("/invitation", content=f"token={token}", headers=form)
    assert answer.status_code == 422
    assert "used, taken back, or is too old" in answer.text


def test_a_newcomer_says_yes_with_a_passkey(stranger, token, database, noor):
    answer = stranger.make_passkey("/invitation/passkey", "/invitation/options", **SAM, token=token)
    assert answer.json() == {"location": "/me"}
    assert len(stranger.codes()) == 10
    assert pairs(database, noor) == [["Noor", "Sam"]]
    assert stranger.show_passkey().status_code == 200


def test_a_newcomer_says_yes_without_a_passkey(stranger, token, database, noor):
    assert stranger.post("/invitation/join", **SAM, token=token).headers["Location"] == "/me"
    assert len(stranger.codes()) == 10
    assert pairs(database, noor) == [["Noor", "Sam"]]


def test_a_newcomer_without_a_name_is_asked_again(stranger, token, database, noor):
    answer = stranger.post("/invitation/join", **(SAM | {"name": " "}), token=token)
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text
    assert "Noor asks you in" in answer.text
    assert f'value="{token}"' in answer.text
    assert stranger.send("/invitation/options", name="", zone="UTC", token=token).status_code == 422
    assert pairs(database, noor) == []


def test_an_invitation_is_for_one_newcomer(stranger, open_client, token, database, noor):
    stranger.post("/invitation/join", **SAM, token=token)
    eve = Phone(open_client())
    for answer in (
        eve.post("/invitation", token=token),
        eve.post("/invitation/join", name="Eve", zone="UTC", token=token),
        eve.make_passkey("/invitation/passkey", "/invitation/options", name="Eve", zone="UTC", token=token),
    ):
        assert answer.status_code == 422
    assert not eve.is_in
    assert pairs(database, noor) == [["Noor", "Sam"]]


def test_a_newcomer_who_was_too_slow_is_no_member(stranger, open_client, token, database):
    asked = stranger.send("/invitation/options", name="Eve", zone="UTC", token=token).json()
    Phone(open_client()).post("/invitation/join", **SAM, token=token)
    answer = stranger.send("/invitation/passkey", token=token, credential=stranger.keys.create(asked))
    assert answer.status_code == 422
    assert not stranger.is_in
    with database.read() as session:
        assert session.exec_driver_sql("SELECT count(*) FROM members").scalar() == 2


def test_a_member_who_is_in_says_yes_with_one_button(client, desk, database, token, noor):
    with database.write() as session:
        sam = make.member(session, "Sam")
    phone = Phone(make.sign_in(client, desk, sam))
    offer = phone.post("/invitation", token=token)
    assert 'action="/invitation/accept"' in offer.text
    assert "data-passkey" not in offer.text
    assert phone.post("/invitation/accept", token=token).headers["Location"] == "/"
    assert pairs(database, noor) == [["Noor", "Sam"]]
    assert phone.post("/invitation/accept", token=token).status_code == 422


def test_nobody_accepts_their_own(client, desk, database, token, noor):
    phone = Phone(make.sign_in(client, desk, noor))
    answer = phone.post("/invitation/accept", token=token)
    assert answer.status_code == 409
    assert "your own invitation" in answer.text
    assert pairs(database, noor) == []


def test_nobody_accepts_before_signing_in(stranger, token, database, noor):
    assert stranger.post("/invitation/accept", token=token).headers["Location"].startswith("/sign-in")
    assert pairs(database, noor) == []


def test_nobody_guesses_on_and_on(stranger):
    statuses = [stranger.post("/invitation", token="guess").status_code for _ in range(121)]
    assert statuses == [422] * 120 + [429]
