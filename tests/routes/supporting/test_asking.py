"""How a supporter comes to a bond, and how that ends (M50, SAFETY 6)."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from server.actions import exporting
from server.actions.leaving import leave
from server.db.tables import invitations, supporters
from server.store import notices
from tests import make
from tests.make import NOW
from tests.phone import Phone

DAY = timedelta(days=1)
WHO = "Ida, our therapist"
IDA = {"name": "Ida", "zone": "Europe/Berlin"}


def shown_token(answer) -> str:
    return re.findall(r'id="invitation-url" value="[^"]+#([^"]+)"', answer.text)[0]


def text(answer) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


@pytest.fixture
def proposed(noors):
    noors.post("/us/supporter", who=WHO)


@pytest.fixture
def agreed(proposed, sams):
    sams.post("/us/supporter/answer", agrees="yes")


@pytest.fixture
def token(agreed, noors):
    noors.post("/us/supporter/invitation")
    return shown_token(noors.get("/us/supporter"))


def test_one_proposes_and_the_other_is_asked_with_equal_buttons(proposed, noors, sams):
    page = sams.get("/us/supporter")
    assert f"Noor proposes a supporter: {WHO}." in text(page)
    buttons = re.findall(r'<button class="([^"]+)">(Yes|No)</button>', page.text)
    assert [label for _, label in buttons] == ["Yes", "No"]
    assert len({look for look, _ in buttons}) == 1
    assert "Nothing begins before all of you have." in text(noors.get("/us/supporter"))
    assert f"Noor proposes a supporter: {WHO}." in text(sams.get("/us"))


def test_nobody_gets_a_push_for_it(agreed, database, couple):
    with database.read() as session:
        assert session.execute(select(notices.notices)).all() == []


def test_nothing_is_opened_and_nobody_is_asked_in_before_both_have_said_yes(proposed, noors):
    assert noors.post("/us/supporter/invitation").status_code == 409
    assert noors.post("/us/supporter/areas", area="asks", says="open").status_code == 409
    assert "What you open" not in noors.get("/us/supporter").text


def test_a_no_ends_it_and_only_who_said_it_may_bring_it_up_again(proposed, noors, sams):
    assert sams.post("/us/supporter/answer", agrees="no").status_code == 303
    assert 'name="who"' not in noors.get("/us/supporter").text
    assert noors.post("/us/supporter", who="Somebody else").status_code == 409
    assert sams.post("/us/supporter", who=WHO).status_code == 303
    assert f"Sam proposes a supporter: {WHO}." in text(noors.get("/us/supporter"))


def test_a_yes_is_asked_for_once(agreed, sams):
    page = sams.get("/us/supporter")
    assert 'name="agrees"' not in page.text
    assert sams.post("/us/supporter/answer", agrees="no").status_code == 409


def test_a_proposal_is_taken_back_as_easily(proposed, noors, sams):
    noors.post("/us/supporter/end")
    assert WHO not in sams.get("/us/supporter").text
    assert sams.post("/us/supporter/answer", agrees="yes").status_code == 404


@pytest.mark.parametrize("who", ["", " ", "x" * 81, "\u202eIda"])
def test_who_it_would_be_needs_a_few_words(noors, who):
    answer = noors.post("/us/supporter", who=who)
    assert answer.status_code == 422
    assert 'id="who-error"' in answer.text


def test_neither_yes_nor_no_changes_nothing(proposed, sams):
    assert sams.post("/us/supporter/answer", agrees="perhaps").status_code == 422
    assert 'name="agrees"' in sams.get("/us/supporter").text


def test_the_link_is_shown_once_and_only_its_hash_is_kept(token, noors, database):
    assert token not in noors.get("/us/supporter").text
    with database.read() as session:
        row = session.execute(select(supporters)).one()
    assert len(row.token_hash) == 32
    assert token not in str(row)
    assert row.expires_at == NOW + timedelta(hours=72)


def test_the_invitation_says_what_a_supporter_sees_and_who_runs_this_server(opened_at, token):
    offer = opened_at("http://localhost:8000", operator="Ada").post("/invitation", token=token)
    for words in ("For Noor and Sam", "what all of them have opened", "Not when you read", "run by Ada"):
        assert words in text(offer)


def test_somebody_new_comes_in_with_a_passkey_of_their_own(token, open_client, page):
    phone = Phone(open_client())
    answer = phone.make_passkey("/invitation/passkey", "/invitation/options", **IDA, token=token)
    assert answer.json() == {"location": "/me"}
    assert len(phone.codes()) == 10
    assert phone.get(page).status_code == 200
    assert "You support Noor and Sam." in text(phone.get("/"))


def test_the_invitation_is_for_one(token, idas, open_client, page):
    assert idas.post("/invitation/accept", token=token).headers["Location"] == "/supporting"
    late = Phone(open_client()).post("/invitation/join", **IDA, token=token)
    assert late.status_code == 422
    assert idas.get(page).status_code == 200


def test_it_lasts_three_days(token, idas, clock):
    clock.at = NOW + 3 * DAY
    assert idas.post("/invitation/accept", token=token).status_code == 422


def test_either_takes_it_back(token, idas, sams, page):
    sams.post("/us/supporter/invitation/withdraw")
    assert idas.post("/invitation/accept", token=token).status_code == 422
    assert idas.get(page).status_code == 404


def test_nobody_supports_the_bond_that_they_are_in(token, sams):
    assert sams.post("/invitation/accept", token=token).status_code == 409


def test_a_supporter_s_invitation_makes_no_member_of_the_bond(token, idas, noors, database):
    idas.post("/invitation/accept", token=token)
    assert idas.get("/week").status_code == 200
    assert "Noor" not in idas.get("/us").text
    with database.read() as session:
        assert session.execute(select(invitations)).all() == []
    assert "Ida" not in re.sub(r'(?s)<p class="foot">.*?</p>', "", noors.get("/us").text)


def test_both_see_on_the_page_of_the_bond_who_supports_them_and_what_is_open(supported, opens, couple, noors, sams):
    assert "Ida supports you. Nothing is open." in text(noors.get("/us"))
    opens("asks", couple.noor)
    assert "Ida supports you. Nothing is open." in text(sams.get("/us"))
    opens("asks", couple.sam)
    for one in (noors, sams):
        assert "Ida supports you. Open: what you ask." in text(one.get("/us"))


@pytest.mark.parametrize("who", ["Noor", "Sam", "Ida"])
def test_each_ends_it_alone_and_at_once(supported, opens, browsers, idas, page, who):
    opens("asks")
    assert idas.get(page).status_code == 200
    path = f"{page}/end" if who == "Ida" else "/us/supporter/end"
    assert browsers[who].post(path).status_code == 303
    assert idas.get(page).status_code == 404
    assert "Noor" not in idas.get("/supporting").text


def test_a_space_that_is_left_is_closed_to_its_supporter_too(supported, opens, database, couple, idas, page):
    opens("asks")
    with database.write() as session:
        leave(session, couple.bond.id, member_id=couple.sam.id, now=NOW)
    assert idas.get(page).status_code == 404
    assert "Noor" not in idas.get("/supporting").text


def test_an_invitation_into_a_space_that_is_left_opens_nothing(token, database, couple, idas):
    with database.write() as session:
        leave(session, couple.bond.id, member_id=couple.sam.id, now=NOW)
    assert idas.post("/invitation/accept", token=token).status_code == 422


def test_who_joins_a_family_later_is_asked_and_nothing_is_shown_till_then(database, open_client, desk, ida):
    with database.write() as session:
        ann, bo, cy = (make.member(session, name) for name in ("Ann", "Bo", "Cy"))
        family = make.bond(session, ann, bo, kind="family")
        make.supported(session, family, ida, opened=("moments",))
    idas = Phone(make.sign_in(open_client(), desk, ida))
    assert "Moments" in idas.get(f"/supporting/{family.id}").text
    with database.write() as session:
        from server.store import bonds

        bonds.join(session, family.id, cy.id, now=NOW)
    assert "Moments" not in idas.get(f"/supporting/{family.id}").text
    assert "Ann proposes a supporter" in Phone(make.sign_in(open_client(), desk, cy)).get("/us/supporter").text


def test_proposing_over_and_over_is_held_back(noors):
    for _ in range(3):
        assert noors.post("/us/supporter", who=WHO).status_code == 303
        noors.post("/us/supporter/end")
    assert noors.post("/us/supporter", who=WHO).status_code == 429


def test_whom_one_proposed_and_what_one_opened_is_taken_along(supported, opens, database, couple):
    opens("asks", couple.noor)
    with database.read() as session:
        noors, sams = (exporting.gather(session, one.id, now=NOW) for one in (couple.noor, couple.sam))
    assert [one.who for one in noors.supporters] == [WHO]
    assert [(one.area, one.lapses) for one in noors.openings] == [("asks", False)]
    assert (sams.supporters, sams.openings, sams.nudges) == ([], [], [])
