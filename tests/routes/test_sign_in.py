from datetime import timedelta

import pytest

from server.actions import links, recovery
from server.store.members import Member
from tests import make
from tests.authenticator import Authenticator
from tests.phone import ORIGIN, Phone

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
BY_HAND = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none", "Sec-Fetch-User": "?1"}
PREVIEWS = {
    "a chat's preview": {},
    "an address that Safari opens": {**BY_HAND, "Sec-Fetch-User": ""},
    "a link on another site": {**BY_HAND, "Sec-Fetch-Site": "cross-site"},
    "a link on a neighbouring site": {**BY_HAND, "Sec-Fetch-Site": "same-site"},
    "what is fetched ahead": {**BY_HAND, "Sec-Purpose": "prefetch"},
    "what is drawn ahead": {**BY_HAND, "Sec-Purpose": "prefetch;prerender"},
    "what an older browser fetches ahead": {**BY_HAND, "Purpose": "prefetch"},
    "a picture on a page": {**BY_HAND, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    "a script of a page": {**BY_HAND, "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    "a page within a page": {**BY_HAND, "Sec-Fetch-Dest": "iframe"},
}
UNKNOWN = "not known here, or it was used before"


@pytest.fixture
def noor(database) -> Member:
    with database.write() as session:
        return make.member(session)


@pytest.fixture
def phone(client, desk, noor) -> Phone:
    """Noor's, with a passkey of hers, signed in."""
    phone = Phone(make.sign_in(client, desk, noor))
    phone.make_passkey("/me/passkeys", "/me/passkeys/options")
    return phone


@pytest.fixture
def stranger(open_client) -> Phone:
    return Phone(open_client())


def codes_of(database, member: Member, number: int = 1) -> list[str]:
    made = recovery.make()[:number]
    with database.write() as session:
        recovery.replace(session, member.id, made, now=make.NOW)
    return [str(one.code) for one in made]


def with_her_keys(phone: Phone, open_client) -> Phone:
    return Phone(open_client(), phone.keys)


def test_a_passkey_lets_its_owner_in(phone, open_client):
    another = with_her_keys(phone, open_client)
    assert not another.is_in
    assert another.show_passkey("/week").json() == {"location": "/week"}
    assert another.is_in


def test_the_cookie_is_for_this_server_alone(phone, open_client):
    cookie = with_her_keys(phone, open_client).show_passkey().headers["Set-Cookie"]
    assert cookie.startswith("sid=")
    assert set(cookie.split("; ")[1:]) == {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=31536000"}


def test_over_tls_the_cookie_is_bound_to_the_host(opened_at):
    phone = opened_at("https://weft.example")
    cookie = phone.post("/welcome", name="Noor", zone="Europe/Berlin").headers["Set-Cookie"]
    assert cookie.startswith("__Host-sid=")
    assert set(cookie.split("; ")[1:]) == {"HttpOnly", "Path=/", "SameSite=lax", "Secure", "Max-Age=31536000"}
    assert phone.is_in


def test_a_cookie_that_somebody_planted_is_never_adopted(phone, open_client):
    another = with_her_keys(phone, open_client)
    another.client.cookies.set("sid", "planted" * 6)
    assert "planted" not in another.show_passkey().headers["Set-Cookie"]
    planted = Phone(open_client())
    planted.client.cookies.set("sid", "planted" * 6)
    assert not planted.is_in


def test_an_answer_is_taken_once(phone, open_client):
    another = with_her_keys(phone, open_client)
    credential = another.keys.get(another.send("/sign-in/options").json())
    assert another.send("/sign-in/passkey", credential=credential).status_code == 200
    assert Phone(open_client()).send("/sign-in/passkey", credential=credential).status_code == 422


def test_an_answer_that_did_not_hold_is_used_up(phone, open_client):
    another = with_her_keys(phone, open_client)
    credential = another.keys.get(another.send("/sign-in/options").json())
    broken = credential | {"response": credential["response"] | {"signature": "AAAA"}}
    assert another.send("/sign-in/passkey", credential=broken).status_code == 422
    assert another.send("/sign-in/passkey", credential=credential).status_code == 422


def test_a_passkey_that_nobody_has_and_a_broken_one_get_the_same_answer(phone, stranger):
    foreign = Authenticator(ORIGIN)
    foreign.create({"rp": {"id": "localhost"}, "user": {"id": "AAAA"}, "challenge": ""})
    unknown = stranger.send("/sign-in/passkey", credential=foreign.get(stranger.send("/sign-in/options").json()))
    phone.keys.verifies = False
    broken = stranger.send("/sign-in/passkey", credential=phone.keys.get(stranger.send("/sign-in/options").json()))
    assert unknown.status_code == 422
    assert unknown.json() == broken.json()


@pytest.mark.parametrize("body", [{}, {"credential": []}, {"credential": "x"}, {"credential": {}}, {"credential": {"response": 1}}])
def test_nonsense_is_refused(stranger, body):
    assert stranger.send("/sign-in/passkey", **body).status_code in {400, 422}


@pytest.mark.parametrize(
    "after", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "javascript:x", "", "evil", "\\/evil", "/é"]
)
def test_nobody_is_led_to_another_site(phone, open_client, database, noor, after):
    assert with_her_keys(phone, open_client).show_passkey(after).json() == {"location": "/"}
    (code,) = codes_of(database, noor)
    assert Phone(open_client()).post("/sign-in", code=code, next=after).headers["Location"] == "/"
    assert phone.client.get("/sign-in", params={"next": after}, follow_redirects=False).headers["Location"] == "/"


def test_who_is_in_is_led_on(phone, stranger):
    assert phone.get("/sign-in?next=/week").headers["Location"] == "/week"
    assert stranger.get("/sign-in?next=/week").status_code == 200


def test_showing_a_passkey_again_gives_ten_fresh_minutes_and_a_new_token(phone, clock):
    old = phone.client.cookies["sid"]
    clock.at += 11 * MINUTE
    assert phone.post("/me/recovery-codes").headers["Location"].endswith("again=1")
    assert "Is it you?" in phone.get("/sign-in?next=/me&again=1").text
    phone.show_passkey("/me")
    assert phone.post("/me/recovery-codes").headers["Location"] == "/me"
    phone.client.cookies.clear()
    phone.client.cookies.set("sid", old)
    assert not phone.is_in


def test_somebody_else_cannot_show_theirs_in_a_session_of_hers(phone, client, open_client, desk, database, clock):
    with database.write() as session:
        eve = make.eve(session)
    eves = Phone(make.sign_in(open_client(), desk, eve))
    eves.make_passkey("/me/passkeys", "/me/passkeys/options")
    clock.at += 11 * MINUTE
    assert Phone(client, eves.keys).show_passkey().status_code == 422


def test_a_recovery_code_lets_in_once(database, noor, stranger, open_client):
    first, second = codes_of(database, noor, 2)
    assert stranger.post("/sign-in", code=first.lower(), next="/week").headers["Location"] == "/week"
    assert stranger.is_in
    again = Phone(open_client()).post("/sign-in", code=first)
    assert again.status_code == 422
    assert UNKNOWN in again.text
    assert Phone(open_client()).post("/sign-in", code=second).status_code == 303


@pytest.mark.parametrize("code", ["", "x", "0000-0000-0000-0000-0000-0000", "é" * 24])
def test_a_code_that_nobody_has_stands_in_the_form_again(stranger, code):
    answer = stranger.post("/sign-in", code=code, next="/week")
    assert answer.status_code == 422
    assert UNKNOWN in answer.text
    assert 'value="/week"' in answer.text
    assert not stranger.is_in


def test_five_wrong_codes_in_a_quarter_of_an_hour_and_no_more(database, noor, stranger, clock):
    (code,) = codes_of(database, noor)
    assert [stranger.post("/sign-in", code="wrong").status_code for _ in range(6)] == [422] * 5 + [429]
    held = stranger.post("/sign-in", code=code)
    assert held.status_code == 429
    assert int(held.headers["Retry-After"]) <= 180
    clock.at += 3 * MINUTE
    assert stranger.post("/sign-in", code=code).status_code == 303


def test_the_code_of_one_member_is_not_tried_out_from_many_addresses(database, noor, desk, opened_at):
    (code,) = codes_of(database, noor)
    forged = f"{code[:-4]}{'0000' if code[-4:] != '0000' else '1111'}"
    tries = [opened_at(ORIGIN, address=f"198.51.100.{n}").post("/sign-in", code=forged).status_code for n in range(6)]
    assert tries == [422] * 5 + [429]


def test_one_address_has_thirty_tries_an_hour(stranger, clock):
    statuses = []
    for _ in range(40):
        statuses.append(stranger.post("/sign-in", code="wrong").status_code)
        clock.at += timedelta(seconds=60)
    assert statuses.count(422) <= 30 + 40 * 30 // 60


def test_signing_out_ends_this_session_and_forgets(phone, open_client):
    token = phone.client.cookies["sid"]
    answer = phone.post("/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    stolen = Phone(open_client())
    stolen.client.cookies.set("sid", token)
    assert not stolen.is_in


def test_a_page_of_another_site_signs_nobody_out(phone):
    phone.client.headers["Sec-Fetch-Site"] = "cross-site"
    assert phone.post("/sign-out").status_code == 403
    assert phone.is_in


def test_a_link_of_the_operator_lets_in_once_and_is_told_for_thirty_days(database, noor, desk, stranger, open_client, clock):
    with database.write() as session:
        token = links.make_link(session, noor.id, now=clock.at)
    answer = stranger.get(f"/enter/{token}", **BY_HAND)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert Phone(open_client()).get(f"/enter/{token}", **BY_HAND).status_code == 404
    assert "made a sign-in link for you on 20 March 2026" in stranger.get("/me").text
    clock.at += 30 * DAY
    assert "made a sign-in link" not in stranger.get("/me").text


@pytest.mark.parametrize("what", list(PREVIEWS))
def test_what_fetches_a_link_without_a_person_uses_nothing_up_and_a_button_lets_in(database, noor, stranger, clock, what):
    with database.write() as session:
        token = links.make_link(session, noor.id, now=clock.at)
    stranger.client.headers.pop("sec-fetch-site")
    for _ in range(2):
        looked = stranger.get(f"/enter/{token}", **PREVIEWS[what])
        assert (looked.status_code, "Set-Cookie" in looked.headers) == (200, False)
        assert f'<form class="stack" method="post" action="/enter/{token}">' in looked.text
    assert stranger.client.head(f"/enter/{token}", headers=BY_HAND).status_code in (200, 405)
    assert not stranger.is_in
    stranger.client.headers["sec-fetch-site"] = "same-origin"
    assert stranger.post(f"/enter/{token}").headers["Location"] == "/"
    assert stranger.is_in


def test_a_page_of_another_site_presses_no_button(database, noor, stranger, clock):
    with database.write() as session:
        token = links.make_link(session, noor.id, now=clock.at)
    stranger.client.headers["sec-fetch-site"] = "cross-site"
    assert stranger.post(f"/enter/{token}").status_code == 403
    assert not stranger.is_in


def test_a_link_that_is_a_day_old_or_made_up_lets_nobody_in(database, noor, stranger, clock):
    with database.write() as session:
        token = links.make_link(session, noor.id, now=clock.at)
    clock.at += DAY
    assert [stranger.get(f"/enter/{one}", **BY_HAND).status_code for one in (token, "x", "A" * 43)] == [404, 404, 404]
    assert not stranger.is_in


def test_another_member_who_signs_in_on_the_same_phone_ends_the_session_before(phone, open_client, database, clock):
    hers = phone.client.cookies["sid"]
    with database.write() as session:
        token = links.make_link(session, make.eve(session).id, now=clock.at)
    phone.get(f"/enter/{token}", **BY_HAND)
    old = Phone(open_client())
    old.client.cookies.set("sid", hers)
    assert phone.is_in
    assert not old.is_in
