import pytest

from server.store.members import Member
from tests import make
from tests.phone import Phone


@pytest.fixture
def couple(database) -> make.Couple:
    with database.write() as session:
        couple = make.couple(session)
        make.promise(session, couple.noor, "Home for dinner")
    return couple


@pytest.fixture
def noors(client, desk, couple) -> Phone:
    phone = Phone(make.sign_in(client, desk, couple.noor))
    phone.make_passkey("/me/passkeys", "/me/passkeys/options")
    return phone


def signed_in(open_client, desk, member: Member) -> Phone:
    return Phone(make.sign_in(open_client(), desk, member))


def test_it_takes_two_steps_of_which_the_first_offers_the_last_export(noors):
    assert 'href="/me/delete"' in noors.get("/me").text
    first = noors.get("/me/delete").text
    assert "What goes at once" in first
    assert "What stays" in first
    assert 'href="/export"' in first
    assert 'action="/me/delete"' not in first
    last = noors.get("/me/delete?sure=yes").text
    assert 'action="/me/delete"' in last
    assert "Keep my account" in last


def test_after_it_nobody_is_in_on_any_phone_and_no_passkey_opens_anything(noors, open_client, desk, couple):
    laptop = signed_in(open_client, desk, couple.noor)
    answer = noors.post("/me/delete")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?gone=yes")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert "Your account is deleted" in noors.get("/sign-in?gone=yes").text
    assert (noors.is_in, laptop.is_in) == (False, False)
    assert noors.show_passkey().status_code == 422


def test_the_other_reads_that_the_space_is_closed_and_no_name(noors, open_client, desk, couple):
    sams = signed_in(open_client, desk, couple.sam)
    noors.post("/me/delete")
    for path in ("/", "/us", "/week"):
        page = sams.get(path).text
        assert "This space is closed." in page
        assert "Noor" not in page
        assert "Home for dinner" not in page
    export = sams.get("/export/file").text
    assert "Noor" not in export
    assert "Home for dinner" not in export


def test_a_page_of_another_site_deletes_nobody(noors):
    noors.client.headers["Sec-Fetch-Site"] = "cross-site"
    assert noors.post("/me/delete").status_code == 403
    assert noors.is_in


def test_in_a_family_somebody_stands_where_the_name_stood(client, open_client, desk, database):
    with database.write() as session:
        noor, sam, cleo = (make.member(session, name) for name in ("Noor", "Sam", "Cleo"))
        make.bond(session, noor, sam, cleo, kind="family")
        promise = make.promise(session, noor, "Home for dinner")
        make.check_in(session, promise)
    sams = signed_in(open_client, desk, sam)
    assert "Home for dinner" in sams.get(f"/promises/{promise.id}").text
    Phone(make.sign_in(client, desk, noor)).post("/me/delete")
    page = sams.get(f"/promises/{promise.id}")
    assert page.status_code == 200
    assert "Home for dinner" not in page.text
    assert "Noor" not in page.text
    assert [sams.get(path).status_code for path in ("/", "/us", "/week", "/promises", "/year", "/plan")] == [200] * 6


def test_the_first_of_a_server_who_goes_leaves_it_open_for_a_first(client, desk, database):
    with database.write() as session:
        eve = make.eve(session)
    phone = Phone(make.sign_in(client, desk, eve))
    phone.post("/me/delete")
    assert phone.get("/").headers["Location"] == "/welcome"
