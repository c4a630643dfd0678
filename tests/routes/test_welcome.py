from concurrent.futures import ThreadPoolExecutor
from html import escape

import pytest

from server.db import Database
from server.store import members
from tests import make
from tests.phone import Phone

NOOR = {"name": "Noor", "zone": "Europe/Berlin"}


@pytest.fixture
def phone(client) -> Phone:
    return Phone(client)


def begin(phone: Phone, **fields: str):
    return phone.make_passkey("/welcome/passkey", "/welcome/options", **(NOOR | fields))


def how_many(database: Database) -> int:
    with database.read() as session:
        return members.count(session)


def test_the_first_member_comes_in_with_a_passkey(phone):
    answer = begin(phone)
    assert (answer.status_code, answer.json()) == (200, {"location": "/me"})
    assert phone.is_in
    assert phone.show_passkey().json() == {"location": "/"}


def test_ten_recovery_codes_are_shown_once(phone):
    begin(phone)
    assert [len(phone.codes()) for _ in range(2)] == [10, 0]


def test_the_page_with_codes_is_kept_nowhere(phone):
    begin(phone)
    assert phone.get("/me").headers["Cache-Control"] == "no-store"


def test_without_a_passkey_the_codes_are_the_way_in(phone, open_client):
    assert phone.post("/welcome", **NOOR).headers["Location"] == "/me"
    (code, *_) = phone.codes()
    another = Phone(open_client())
    assert another.post("/sign-in", code=code).headers["Location"] == "/"
    assert another.is_in


def test_there_is_one_first_member(phone, open_client, database):
    begin(phone)
    another = Phone(open_client())
    assert another.get("/welcome").headers["Location"] == "/sign-in"
    assert begin(another, name="Eve").status_code == 409
    assert another.post("/welcome", **NOOR).status_code == 409
    assert how_many(database) == 1
    assert not another.is_in


def test_who_was_asked_first_but_answers_second_is_refused(phone, open_client, database):
    slow = Phone(open_client())
    asked = slow.send("/welcome/options", name="Eve", zone="Europe/Berlin").json()
    begin(phone)
    answer = slow.send("/welcome/passkey", credential=slow.keys.create(asked))
    assert answer.status_code == 409
    assert how_many(database) == 1
    assert not slow.is_in


def test_many_first_members_at_once_are_one(open_client, database):
    phones = [Phone(open_client()) for _ in range(4)]
    asked = [(one, one.send("/welcome/options", **NOOR).json()) for one in phones]
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda one: one[0].send("/welcome/passkey", credential=one[0].keys.create(one[1])).status_code, asked))
    assert sorted(statuses) == [200, 409, 409, 409]
    assert how_many(database) == 1


def test_nobody_is_made_before_the_passkey_holds(phone, database):
    phone.keys.verifies = False
    assert begin(phone).status_code == 422
    assert how_many(database) == 0
    assert not phone.is_in


@pytest.mark.parametrize("name", ["Noor", "نور", "努尔", "Ñoôr-Đẹp O’Neill", "👩‍👩‍👧", "x" * 80, "  Noor "])
def test_a_name_may_be_of_any_script(phone, name):
    assert begin(phone, name=name).status_code == 200
    assert escape(name.strip()) in phone.get("/me").text


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\u202eb", "a\u2066b", "a\nb", "a\x00b", "\u200b\u200d", "\u0301"])
def test_a_name_that_cannot_be_shown_stands_in_the_form_again(phone, database, name):
    answer = phone.post("/welcome", **(NOOR | {"name": name}))
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text
    assert 'value="Europe/Berlin"' in answer.text
    assert begin(phone, name=name).status_code == 422
    assert how_many(database) == 0


@pytest.mark.parametrize("zone", ["", "Berlin", "Europe/Atlantis", "../../etc/passwd", "localtime", "CEST"])
def test_a_zone_that_is_none_stands_in_the_form_again(phone, zone):
    answer = phone.post("/welcome", **(NOOR | {"zone": zone}))
    assert answer.status_code == 422
    assert 'id="zone-error"' in answer.text
    assert begin(phone, zone=zone).json()["field"] == "zone"


@pytest.mark.parametrize("path", ["/welcome", "/sign-in", "/sign-in?next=%2Fweek", "/invitation", "/enter/token"])
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000"])
def test_a_numeric_address_leads_to_localhost_where_passkeys_work(phone, host, path):
    answer = phone.get(path, Host=host)
    assert (answer.status_code, answer.headers["Location"]) == (307, f"http://localhost:8000{path}")


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:9000", "192.168.1.7:8000", "weft.evil", "a:b", "[::1", "localhost:99999999"])
def test_any_other_address_leads_nowhere(phone, host):
    assert phone.get("/welcome", Host=host).status_code == 200


def test_where_passkeys_cannot_work_the_page_says_what_to_do(phone, opened_at):
    assert "Passkeys belong to http://localhost:8000" in phone.get("/welcome", Host="192.168.1.7:8000").text
    assert "Caddy with TLS" in opened_at("http://192.168.1.7:8000").get("/welcome").text
    assert 'role="alert">Passkeys' not in opened_at("https://weft.example").get("/welcome").text


def test_a_page_of_another_site_makes_no_member(phone, database):
    phone.client.headers["Sec-Fetch-Site"] = "cross-site"
    assert phone.post("/welcome", **NOOR).status_code == 403
    assert how_many(database) == 0


def test_who_is_there_already_is_not_told_to_strangers(phone, database):
    with database.write() as session:
        make.member(session, "Noor")
    assert "Noor" not in phone.get("/sign-in").text
