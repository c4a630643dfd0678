"""What matters most asks for a passkey that was shown within ten minutes: every route that says so, and every one that must."""

import re
from datetime import timedelta
from typing import Any

import pytest
from litestar.routes import HTTPRoute

from server.actions import links, recovery, sessions
from server.routes.access import Access
from server.store.members import Member
from tests import make
from tests.phone import Phone

MINUTE = timedelta(minutes=1)
ANY_ID = "018f0000-0000-7000-8000-000000000000"
MUST = {
    ("POST", "/me/passkeys/options"),
    ("POST", "/me/passkeys"),
    ("POST", "/me/passkeys/{passkey_id}/remove"),
    ("POST", "/me/recovery-codes"),
    ("POST", "/me/tokens"),
    ("POST", "/me/devices/{session_id}/end"),
    ("POST", "/me/devices/end-others"),
    ("POST", "/me/hand-over"),
    ("GET", "/me/delete"),
    ("POST", "/me/delete"),
    ("GET", "/export"),
    ("GET", "/export/file"),
    ("GET", "/api/v1/export"),
}


@pytest.fixture
def noor(database) -> Member:
    with database.write() as session:
        return make.member(session)


@pytest.fixture
def phone(client, desk, noor) -> Phone:
    return Phone(make.sign_in(client, desk, noor))


@pytest.fixture
def guarded(app) -> list[tuple[str, str]]:
    """Every method and address that asks for a fresh passkey, as the application has them."""
    return [
        (method, route.path_format)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.opt.get("access") is Access.FRESH
        for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"})
    ]


def ask(phone: Phone, method: str, path: str) -> Any:
    address = re.sub(r"\{[^}]+\}", ANY_ID, path)
    return phone.client.request(method, address, headers={"Accept": "text/html"}, follow_redirects=False)


def test_what_must_ask_for_it_does(guarded):
    assert set(guarded) >= MUST


def test_each_of_them_sends_who_showed_one_ten_minutes_ago_to_show_it_again_and_changes_nothing(phone, guarded, clock, database, noor):
    with database.write() as session:
        recovery.replace(session, noor.id, recovery.make()[:3], now=clock.at)
    clock.at += 10 * MINUTE
    for method, path in guarded:
        answer = ask(phone, method, path)
        told = (answer.status_code, answer.headers.get("Location", "")[-8:])
        assert (path, told) == (path, (401, "") if path.startswith("/api/") else (303, "&again=1"))
        asked = phone.client.request(
            method, re.sub(r"\{[^}]+\}", ANY_ID, path), headers={"Accept": "application/json"}, follow_redirects=False
        )
        assert asked.status_code in (303, 401)
    with database.read() as session:
        assert recovery.left(session, noor.id) == 3
        assert len(sessions.devices(session, noor.id, now=clock.at)) == 1
    assert phone.is_in


def test_each_of_them_opens_to_who_has_just_shown_one(phone, guarded, clock):
    clock.at += 10 * MINUTE - timedelta(seconds=1)
    last = [("POST", "/me/delete")]
    for method, path in [one for one in guarded if one not in last] + last:
        answer = ask(phone, method, path)
        assert (path, "again=1" in answer.headers.get("Location", "")) == (path, False)
    assert not phone.is_in


def test_a_step_up_gives_ten_minutes_under_a_new_token_and_the_old_one_is_dead(phone, open_client, clock):
    phone.make_passkey("/me/passkeys", "/me/passkeys/options")
    old = phone.client.cookies["sid"]
    clock.at += 11 * MINUTE
    (new,) = re.findall(r"sid=([\w-]{43})", phone.show_passkey("/me").headers["Set-Cookie"])
    assert new != old
    assert phone.post("/me/recovery-codes").headers["Location"] == "/me"
    stolen = Phone(open_client())
    stolen.client.cookies.set("sid", old)
    assert not stolen.is_in
    clock.at += 10 * MINUTE
    assert "again=1" in phone.post("/me/recovery-codes").headers["Location"]


@pytest.mark.parametrize("way", ["passkey", "recovery code", "link", "hand-over"])
def test_no_way_in_adopts_a_token_that_was_planted(phone, open_client, database, noor, clock, way):
    planted = "A" * 43
    phone.make_passkey("/me/passkeys", "/me/passkeys/options")
    another = Phone(open_client(), phone.keys)
    another.client.cookies.set("sid", planted)
    with database.write() as session:
        made = recovery.make()[:1]
        recovery.replace(session, noor.id, made, now=clock.at)
        token = links.make_link(session, noor.id, now=clock.at)
    if way == "passkey":
        answer = another.show_passkey()
    elif way == "recovery code":
        answer = another.post("/sign-in", code=str(made[0].code))
    elif way == "link":
        answer = another.post(f"/enter/{token}")
    else:
        phone.post("/me/hand-over")
        (code,) = re.findall(r"<output>([0-9A-Z]{4}-[0-9A-Z]{4})</output>", phone.get("/me/hand-over").text)
        another.post("/sign-in/hand-over", hand_code=code)
        phone.post("/me/hand-over/answer", answer="yes")
        answer = another.post("/sign-in/hand-over/finish")
    given = re.findall(r"sid=([\w-]+)", answer.headers["Set-Cookie"])
    assert planted not in given
    assert len(given[0]) == 43
    stolen = Phone(open_client())
    stolen.client.cookies.set("sid", planted)
    assert not stolen.is_in
