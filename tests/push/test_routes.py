from dataclasses import replace
from datetime import time

import pytest
from sqlalchemy import update

from jobs.reminders import remind
from server.db import tables
from server.domain.notices import Subscription
from server.push import keys
from server.store import ids
from tests import make
from tests.push import rows

ENDPOINT = "https://fcm.googleapis.com/fcm/send/a"
WISH = {"endpoint": ENDPOINT, "expirationTime": None, "keys": {"p256dh": rows.P256DH, "auth": rows.AUTH}}


@pytest.fixture
def desk(desk):
    return replace(desk, push_key=keys.load(desk.settings.secrets).public)


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def noors(client, desk, couple):
    return make.sign_in(client, desk, couple.noor)


def post(browser, path, **fields):
    return browser.post(path, data=fields, follow_redirects=False)


def subscribe(browser, **also):
    return browser.post("/push/subscriptions", json=WISH | also)


def test_a_page_asks_for_the_servers_key(noors, desk):
    assert noors.get("/push/key").json() == {"key": desk.push_key}


def test_a_phone_subscribes(noors, couple, desk, database):
    answer = subscribe(noors)
    (phone,) = rows.phones(database)
    assert (answer.status_code, answer.json()) == (201, {"id": str(phone.id)})
    assert (phone.member_id, phone.vapid_key, phone.shows_details, phone.ended_at) == (couple.noor.id, desk.push_key, False, None)
    assert Subscription(phone.endpoint, phone.p256dh, phone.auth) == Subscription(ENDPOINT, rows.P256DH, rows.AUTH)


def test_a_phone_belongs_to_the_device_that_signed_in(noors, database):
    subscribe(noors)
    (phone,) = rows.phones(database)
    assert phone.session_id is not None


def test_a_phone_subscribes_at_every_start_and_is_one(noors, database):
    assert subscribe(noors).json() == subscribe(noors).json()
    assert len(rows.phones(database)) == 1


def test_a_phone_whose_endpoint_changed_says_which_it_replaces(noors, database):
    subscribe(noors)
    subscribe(noors, endpoint=f"{ENDPOINT}-new", replaces=ENDPOINT)
    assert [one.ended_at is None for one in rows.phones(database)] == [False, True]


def test_a_phone_unsubscribes(noors, database, desk):
    subscribe(noors)
    answer = noors.request("DELETE", "/push/subscriptions", json={"endpoint": ENDPOINT})
    assert (answer.status_code, rows.phones(database)[0].ended_at) == (204, desk.now())


def test_a_phone_is_removed_on_the_page(noors, database, desk):
    answer = post(noors, f"/push/subscriptions/{subscribe(noors).json()['id']}/remove")
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert rows.phones(database)[0].ended_at == desk.now()


@pytest.mark.parametrize(("fields", "shows"), [({"shows_details": "on"}, True), ({"shows_details": ""}, False), ({}, False)])
def test_the_owner_chooses_whether_a_phone_shows_details(noors, database, fields, shows):
    path = f"/push/subscriptions/{subscribe(noors).json()['id']}/details"
    post(noors, path, shows_details="on")
    answer = post(noors, path, **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert rows.phones(database)[0].shows_details is shows


@pytest.mark.parametrize("what", ["remove", "details"])
def test_anothers_phone_is_not_found(noors, desk, couple, what):
    theirs = subscribe(noors).json()["id"]
    sams = make.sign_in(noors, desk, couple.sam)
    assert post(sams, f"/push/subscriptions/{theirs}/{what}").status_code == 404
    assert post(sams, f"/push/subscriptions/{ids.new()}/{what}").status_code == 404


@pytest.mark.parametrize(
    "wish",
    [
        {"endpoint": "https://127.0.0.1/a"},
        {"endpoint": "http://fcm.googleapis.com/a"},
        {"endpoint": "https://evil.example/a"},
        {"endpoint": ""},
        {"endpoint": None},
        {"keys": {"p256dh": "", "auth": ""}},
        {"keys": {}},
    ],
)
def test_what_cannot_be_sent_to_is_refused(noors, database, wish):
    assert subscribe(noors, **wish).status_code in {400, 422}
    assert rows.phones(database) == []


@pytest.mark.parametrize(
    "path",
    [
        "/push/subscriptions",
        "/push/subscriptions/01a203ce-6088-7243-83c3-afd2af0a0193/remove",
        "/push/subscriptions/01a203ce-6088-7243-83c3-afd2af0a0193/details",
    ],
)
def test_nobody_subscribes_without_signing_in(client, path):
    answer = client.post(path, json=WISH, headers={"accept": "application/json"})
    assert answer.status_code == 401


def test_another_site_subscribes_nobody(noors, database):
    answer = noors.post("/push/subscriptions", json=WISH, headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, rows.phones(database)) == (403, [])


def test_the_phone_that_answered_is_not_told_so_itself(noors, couple, database, desk):
    subscribe(noors)
    hours_ago = desk.now().replace(hour=8)
    with database.write() as session:
        other = rows.subscription(session, couple.noor)
        dinner = make.promise(session, couple.noor, due_time=time(17, 10), now=hours_ago)
    assert remind(database, desk.now()) == 1
    with database.write() as session:
        session.execute(update(tables.deliveries).values(state="sent"))
    post(noors, f"/promises/{dinner.id}/check-ins", id=str(ids.new()), kind="kept")
    (answered,) = (one for one in rows.told(database) if one.kind == "answered")
    assert [one.subscription_id for one in rows.deliveries(database) if one.notice_id == answered.id] == [other]
