"""The page of the bond."""

import re
from datetime import UTC, datetime, time, timedelta
from html import unescape
from typing import Any

import pytest

from server.actions import invitations
from server.store import bonds, members
from tests import make
from tests.make import NOW

DAY = timedelta(days=1)


@pytest.fixture
def couple(database: Any) -> make.Couple:
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def eve(database: Any) -> Any:
    with database.write() as session:
        return make.eve(session)


@pytest.fixture
def noors(client: Any, desk: Any, couple: make.Couple) -> Any:
    """Noor's browser."""
    return make.sign_in(client, desk, couple.noor)


@pytest.fixture
def eves(client: Any, desk: Any, eve: Any) -> Any:
    """Eve's browser."""
    return make.sign_in(client, desk, eve)


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.text)))


def shown_link(page: Any) -> str:
    return next(iter(re.findall(r'id="invitation-url" value="([^"]+)"', page.text)), "")


def bond(database: Any, couple: make.Couple) -> Any:
    with database.read() as session:
        return bonds.get(session, couple.bond.id)


def test_noor_sees_who_is_in_it_and_for_how_long(noors: Any, clock: Any) -> None:
    clock.at = NOW + 80 * DAY
    page = noors.get("/us")
    assert page.status_code == 200
    assert "Noor and Sam" in text(page)
    assert "Partners, eleven weeks" in text(page)
    assert "here since 20 March" in text(page)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "from today"),
        (3, "this week"),
        (7, "one week"),
        (90, "twelve weeks"),
        (91, "two months"),
        (400, "13 months"),
        (800, "two years"),
    ],
)
def test_for_how_long_is_said_in_words(client: Any, desk: Any, clock: Any, couple: make.Couple, days: int, words: str) -> None:
    clock.at = NOW + days * DAY
    assert f"Partners, {words}" in text(make.sign_in(client, desk, couple.noor).get("/us"))


def test_a_pair_asks_nobody_in(noors: Any) -> None:
    assert "Ask somebody in" not in text(noors.get("/us"))
    assert noors.post("/us/invitations").status_code == 409


def test_who_is_alone_makes_an_invitation_and_sees_its_link_once(eves: Any, desk: Any) -> None:
    answer = eves.post("/us/invitations", data={"kind": "friends"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/us")
    page = eves.get("/us")
    assert shown_link(page).startswith(f"{desk.settings.origin}/invitation#")
    assert page.headers["cache-control"] == "no-store"
    assert '<svg class="qr"' in page.text
    again = eves.get("/us")
    assert shown_link(again) == ""
    assert "Made today, ends on Monday at 17:00." in text(again)


def test_the_link_leads_into_the_bond(eves: Any, database: Any, couple: make.Couple, eve: Any) -> None:
    token = shown_link(eves.post("/us/invitations", data={"kind": "friends"})).partition("#")[2]
    with database.write() as session:
        made = invitations.accept(session, token, member_id=couple.sam.id, now=NOW)
        assert [one.name for one in bonds.members_of(session, made)] == ["Eve", "Sam"]


def test_another_device_does_not_see_the_link(client: Any, eves: Any, desk: Any, eve: Any) -> None:
    eves.post("/us/invitations", data={"kind": "friends"}, follow_redirects=False)
    assert shown_link(make.sign_in(client, desk, eve).get("/us")) == ""


def test_a_kind_that_there_is_not_is_said_at_its_field(eves: Any) -> None:
    page = eves.post("/us/invitations", data={"kind": "rivals"})
    assert page.status_code == 422
    assert "A bond is of partners" in text(page)


def test_an_invitation_is_taken_back(eves: Any, database: Any, eve: Any) -> None:
    token = shown_link(eves.post("/us/invitations", data={"kind": "friends"})).partition("#")[2]
    with database.read() as session:
        (standing,) = invitations.standing(session, eve.id, now=NOW)
    page = eves.post(f"/us/invitations/{standing.id}/withdraw")
    assert "An invitation is open" not in text(page)
    with database.read() as session, pytest.raises(Exception, match="taken back"):
        invitations.read(session, token, now=NOW)


def test_nobody_takes_back_the_invitation_of_another(client: Any, desk: Any, database: Any, couple: make.Couple, eve: Any) -> None:
    with database.write() as session:
        made, _ = invitations.invite(session, eve.id, kind="friends", now=NOW)
    assert make.sign_in(client, desk, couple.noor).post(f"/us/invitations/{made.id}/withdraw").status_code == 404


def test_a_family_asks_more_in(client: Any, desk: Any, database: Any, eve: Any) -> None:
    with database.write() as session:
        family = make.bond(session, eve, make.member(session, "Ada"), kind="family")
    make.sign_in(client, desk, eve)
    assert "You are" not in text(client.get("/us"))
    token = shown_link(client.post("/us/invitations")).partition("#")[2]
    with database.write() as session:
        assert invitations.accept(session, token, member_id=make.member(session, "Ilya").id, now=NOW) == family.id


def test_the_review_moment_is_moved(noors: Any, database: Any, couple: make.Couple) -> None:
    answer = noors.post("/us/review", data={"weekday": "WE", "time": "20:15"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/us")
    assert bond(database, couple).next_review_at == datetime(2026, 3, 25, 19, 15, tzinfo=UTC)
    page = noors.get("/us").text
    assert '<option value="WE" selected>Wednesday</option>' in page
    assert 'value="20:15"' in page


def test_a_moment_that_is_none_comes_back_with_its_sentence(noors: Any, database: Any, couple: make.Couple) -> None:
    page = noors.post("/us/review", data={"weekday": "WE", "time": "soon"})
    assert page.status_code == 422
    assert "A time between 00:00 and 23:59, please." in text(page)
    assert 'value="soon"' in page.text
    assert '<option value="WE" selected>' in page.text
    assert bond(database, couple) == couple.bond


def test_quiet_hours_are_each_ones_own(noors: Any, database: Any, couple: make.Couple) -> None:
    assert 'value="22:00"' in noors.post("/us/quiet-hours", data={"quiet_from": "22:00", "quiet_until": "07:00"}).text
    with database.read() as session:
        assert members.get(session, couple.noor.id).quiet_from == time(22)
        assert members.get(session, couple.sam.id).quiet_from is None
    assert 'value="22:00"' not in noors.post("/us/quiet-hours", data={"quiet_from": "", "quiet_until": ""}).text


def test_half_of_the_quiet_hours_comes_back_with_its_sentence(noors: Any) -> None:
    page = noors.post("/us/quiet-hours", data={"quiet_from": "22:00", "quiet_until": ""})
    assert page.status_code == 422
    assert "Both times, or neither." in text(page)


def test_days_of_rest_are_shown_until_they_are_over(noors: Any, clock: Any) -> None:
    noors.post("/us/pauses", data={"from": "2026-03-24", "until": "2026-03-27"})
    assert "Resting from 24 March to 27 March." in text(noors.get("/us"))
    clock.at = NOW + 8 * DAY
    assert "Resting" not in text(noors.get("/us"))


def test_a_pause_of_days_that_are_over_comes_back_open(noors: Any) -> None:
    page = noors.post("/us/pauses", data={"from": "2026-03-01", "until": "2026-03-27"})
    assert page.status_code == 422
    assert "That day is over. A pause begins today or later." in text(page)
    assert '<details class="unfold pause" open>' in page.text
    assert 'value="2026-03-27"' in page.text


def test_leaving_takes_two_taps_and_asks_no_reason(noors: Any) -> None:
    page = noors.get("/us").text
    form = re.search(r'<details class="unfold">\s*<summary[^>]*>Leave this space</summary>(.*?)</details>', page, re.DOTALL)
    assert form
    assert 'action="/us/leave"' in form[1]
    assert "<input" not in form[1]


def test_who_left_is_alone_at_once(noors: Any) -> None:
    page = noors.post("/us/leave")
    assert page.status_code == 200
    assert "Only you so far" in text(page)
    assert "closed" not in text(page)


def test_the_other_finds_a_closed_space_and_not_when(client: Any, desk: Any, couple: make.Couple) -> None:
    make.sign_in(client, desk, couple.noor).post("/us/leave")
    make.sign_in(client, desk, couple.sam)
    for path in ("/us", "/week", "/"):
        page = text(client.get(path))
        assert "This space is closed." in page
        assert "Noor" not in page
    assert "can be taken along until 19 April." in text(client.get("/us"))
    assert client.post("/us/review", data={"weekday": "WE", "time": "20:15"}).status_code == 404


def test_how_long_it_can_be_taken_along_tells_nothing_of_when_the_other_left(
    client: Any, desk: Any, clock: Any, couple: make.Couple
) -> None:
    make.sign_in(client, desk, couple.noor).post("/us/leave")
    clock.at += timedelta(days=20)
    make.sign_in(client, desk, couple.sam)
    assert "can be taken along until 9 May." in text(client.get("/"))
    clock.at += timedelta(days=5)
    assert "can be taken along until 9 May." in text(client.get("/us"))
    assert client.get("/export/file").status_code == 200


def test_who_is_in_a_bond_again_reads_no_more_of_the_closed_one(
    client: Any, desk: Any, database: Any, couple: make.Couple, eve: Any
) -> None:
    make.sign_in(client, desk, couple.noor).post("/us/leave")
    with database.write() as session:
        make.bond(session, couple.sam, eve, kind="friends")
    assert "closed" not in text(make.sign_in(client, desk, couple.sam).get("/us"))


def test_a_second_bond_is_one_link_away_and_its_forms_stay_with_it(noors: Any, database: Any, couple: make.Couple, eve: Any) -> None:
    with database.write() as session:
        friends = make.bond(session, couple.noor, eve, kind="friends")
    assert "You are also with Eve." in text(noors.get("/us"))
    page = noors.get(f"/us?bond={friends.id}")
    assert "Noor and Eve" in text(page)
    assert f'action="/us/leave?bond={friends.id}"' in page.text
    noors.post(f"/us/review?bond={friends.id}", data={"weekday": "WE", "time": "20:15"})
    with database.read() as session:
        assert bonds.get(session, friends.id).review.weekday == 2
    assert bond(database, couple).review.weekday == 6
    noors.post(f"/us/leave?bond={friends.id}")
    assert "Noor and Sam" in text(noors.get("/us"))


@pytest.mark.parametrize("path", ["/us/review", "/us/pauses", "/us/leave", "/us/invitations"])
def test_the_bond_of_others_is_not_found(eves: Any, couple: make.Couple, path: str) -> None:
    sent = {"weekday": "WE", "time": "20:15", "from": "2026-03-24", "until": "2026-03-25", "kind": "friends"}
    assert eves.get(f"/us?bond={couple.bond.id}").status_code == 404
    assert eves.post(f"{path}?bond={couple.bond.id}", data=sent).status_code == 404


def test_nobody_else_is_let_in(client: Any) -> None:
    assert client.get("/us", follow_redirects=False).headers["location"] == "/sign-in?next=/us"
