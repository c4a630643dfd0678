import re
from datetime import time, timedelta

import pytest

from server.actions import tokens as token_actions
from server.store import members, passkeys, tokens
from server.store.members import Member
from tests import make, standing
from tests.phone import Phone

MINUTE = timedelta(minutes=1)
FRESH = [
    "/me/devices/{id}/end",
    "/me/devices/end-others",
    "/me/passkeys/options",
    "/me/passkeys",
    "/me/passkeys/{id}/remove",
    "/me/recovery-codes",
    "/me/tokens",
]
SETTINGS = ["/me", "/me/appearance", "/me/streaks", "/me/pauses", "/me/tokens/{id}/remove"]
ANY_ID = "018f0000-0000-7000-8000-000000000000"
MINE = {"name": "Noor", "zone": "Europe/Berlin", "day_start": "03:00"}


@pytest.fixture
def noor(database) -> Member:
    with database.write() as session:
        return make.member(session)


@pytest.fixture
def phone(client, desk, noor) -> Phone:
    return Phone(make.sign_in(client, desk, noor))


@pytest.fixture
def laptop(open_client, desk, noor) -> Phone:
    return Phone(make.sign_in(open_client(), desk, noor))


@pytest.fixture
def eve(open_client, desk, database) -> Phone:
    with database.write() as session:
        eve = make.eve(session)
    return Phone(make.sign_in(open_client(), desk, eve))


def read(database, noor) -> Member:
    with database.read() as session:
        return members.get(session, noor.id)


def links_to(phone: Phone, what: str) -> list[str]:
    """The addresses on the page that end or remove something."""
    return re.findall(rf'action="(/me/{what}/[^"]+/(?:end|remove))"', phone.get("/me").text)


def test_nobody_sees_it_before_signing_in(open_client):
    assert Phone(open_client()).get("/me").headers["Location"] == "/sign-in?next=/me"


@pytest.mark.parametrize("path", FRESH + SETTINGS)
def test_nobody_changes_anything_before_signing_in(open_client, path):
    answer = Phone(open_client()).post(path.format(id=ANY_ID))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/")


@pytest.mark.parametrize("path", FRESH)
def test_what_matters_most_asks_for_the_passkey_again(phone, clock, path):
    clock.at += 10 * MINUTE
    answer = phone.post(path.format(id=ANY_ID))
    assert answer.headers["Location"] == "/sign-in?next=/&again=1"
    assert phone.send(path.format(id=ANY_ID)).status_code == 401


@pytest.mark.parametrize("path", FRESH + SETTINGS)
def test_a_page_of_another_site_changes_nothing(phone, path):
    phone.client.headers["Sec-Fetch-Site"] = "cross-site"
    assert phone.post(path.format(id=ANY_ID)).status_code == 403


def test_name_zone_and_start_of_day_are_changed_together(phone, database, noor):
    assert phone.post("/me", name=" Nour ", zone="Asia/Tokyo", day_start="04:30").headers["Location"] == "/me"
    changed = read(database, noor)
    assert (changed.name, changed.zone, changed.day_start) == ("Nour", "Asia/Tokyo", time(4, 30))


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("name", "a\u202eb"), ("zone", "Atlantis"), ("day_start", "07:00"), ("day_start", "x")]
)
def test_a_wrong_value_stands_in_its_field_and_changes_nothing(phone, database, noor, field, value):
    answer = phone.post("/me", **(MINE | {"name": "Nour", field: value}))
    assert answer.status_code == 422
    assert answer.text.count("aria-invalid") == 1
    assert read(database, noor) == noor


def test_her_promises_follow_her_to_another_zone(phone, database, noor):
    with database.write() as session:
        promise = make.promise(session, noor)
    phone.post("/me", **(MINE | {"zone": "Asia/Tokyo"}))
    with database.read() as session:
        rows = session.exec_driver_sql("SELECT zone FROM promise_terms ORDER BY from_on").scalars().all()
    assert promise.plan.terms[0].zone == "Europe/Berlin"
    assert rows == ["Europe/Berlin", "Asia/Tokyo"]


def test_saving_without_a_change_moves_no_promise(phone, database, noor):
    with database.write() as session:
        make.promise(session, noor)
    phone.post("/me", **MINE)
    with database.read() as session:
        assert session.exec_driver_sql("SELECT count(*) FROM promise_terms").scalar() == 1


@pytest.mark.parametrize(("chosen", "theme"), [("light", 'data-theme="light"'), ("dark", 'data-theme="dark"')])
def test_the_colours_are_hers_to_choose(phone, chosen, theme):
    assert phone.post("/me/appearance", appearance=chosen).status_code == 303
    assert theme in phone.get("/me").text
    phone.post("/me/appearance", appearance="phone")
    assert "data-theme=" not in phone.get("/me").text
    assert phone.post("/me/appearance", appearance="loud").status_code == 422


def test_streaks_can_be_hidden_and_shown(phone, database, noor):
    phone.post("/me/streaks", streaks="hidden")
    assert read(database, noor).hides_streaks
    phone.post("/me/streaks", streaks="shown")
    assert not read(database, noor).hides_streaks


def test_she_rests_from_all_that_she_promised_and_sees_it(phone, database, noor):
    with database.write() as session:
        promise = make.promise(session, noor)
    assert phone.post("/me/pauses", **{"from": "2026-03-20", "until": "2026-03-21"}).headers["Location"] == "/me"
    assert "Resting from 20 March to 21 March." in phone.get("/me").text
    with database.read() as session:
        assert [standing.occurrence(session, promise, day).outcome for day in ("2026-03-20", "2026-03-22")] == ["excused", "pending"]


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        ("2026-03-19", "2026-03-21", "from"),
        ("2026-03-21", "2026-03-20", "until"),
        ("", "2026-03-21", "from"),
        ("2026-03-20", "soon", "until"),
    ],
)
def test_days_that_cannot_rest_stand_in_their_fields_with_a_sentence(phone, database, since, until, field):
    answer = phone.post("/me/pauses", **{"from": since, "until": until})
    assert answer.status_code == 422
    assert answer.text.count("aria-invalid") == 1
    assert f'value="{until if field == "until" else since}"' in answer.text
    with database.read() as session:
        assert session.exec_driver_sql("SELECT count(*) FROM pauses").scalar() == 0


def test_she_sees_her_devices_and_ends_one(phone, laptop):
    page = phone.get("/me").text
    assert page.count("Firefox on Android") == 2
    assert "This one, since 20 March 2026" in page
    (url,) = links_to(phone, "devices")
    assert phone.post(url).status_code == 303
    assert (phone.is_in, laptop.is_in) == (True, False)


def test_she_signs_out_everywhere_else(phone, laptop):
    assert "/me/devices/end-others" in phone.get("/me").text
    phone.post("/me/devices/end-others")
    assert (phone.is_in, laptop.is_in) == (True, False)
    assert "/me/devices/end-others" not in phone.get("/me").text


def test_she_adds_a_passkey_and_removes_it_while_there_is_a_code(phone):
    assert phone.make_passkey("/me/passkeys", "/me/passkeys/options").json() == {"location": "/me"}
    (url,) = links_to(phone, "passkeys")
    refused = phone.post(url)
    assert refused.status_code == 409
    assert "last way in" in refused.text
    phone.post("/me/recovery-codes")
    assert phone.post(url).status_code == 303
    assert links_to(phone, "passkeys") == []


def test_a_passkey_that_was_made_for_another_member_is_refused(phone, eve, database, noor):
    answer = eve.keys.create(phone.send("/me/passkeys/options").json())
    assert eve.send("/me/passkeys", credential=answer).status_code == 422
    with database.read() as session:
        assert passkeys.of_member(session, noor.id) == []


def test_new_recovery_codes_are_shown_once_and_end_the_old(phone, open_client):
    phone.post("/me/recovery-codes")
    old = phone.codes()
    phone.post("/me/recovery-codes")
    new = phone.codes()
    assert (len(old), len(new), phone.codes()) == (10, 10, [])
    assert Phone(open_client()).post("/sign-in", code=old[0]).status_code == 422
    assert Phone(open_client()).post("/sign-in", code=new[0]).status_code == 303
    assert "nine recovery codes left" in phone.get("/me").text


def test_codes_are_shown_only_on_the_phone_that_made_them(phone, laptop):
    phone.post("/me/recovery-codes")
    assert laptop.codes() == []
    assert len(phone.codes()) == 10


def test_codes_that_nobody_looked_at_are_gone_after_ten_minutes(phone, clock):
    phone.post("/me/recovery-codes")
    clock.at += 10 * MINUTE
    assert phone.codes() == []


def test_what_waits_to_be_shown_cannot_be_read_from_the_database(phone, database):
    phone.post("/me/recovery-codes")
    with database.read() as session:
        kept = str(session.exec_driver_sql("SELECT * FROM ceremonies").all())
    assert kept != "[]"
    assert not any(code in kept for code in phone.codes())


def test_a_token_is_shown_once_and_can_be_ended(phone, database):
    phone.post("/me/tokens", token_name="My calendar", scope="read")
    (secret,) = re.findall(r"<code>([\w-]{43})</code>", phone.get("/me").text)
    with database.read() as session:
        assert token_actions.by_bearer(session, secret).scope == "read"
    assert secret not in phone.get("/me").text
    (url,) = links_to(phone, "tokens")
    phone.post(url)
    with database.read() as session:
        assert token_actions.by_bearer(session, secret) is None


def test_the_day_of_a_token_s_last_use_is_shown_to_its_owner(phone, database, noor, open_client):
    with database.write() as session:
        secret = make.token(session, noor)
    assert "last used on" not in phone.get("/me").text
    open_client().get("/api/v1/today", headers={"Authorization": f"Bearer {secret}"})
    assert "last used on" in phone.get("/me").text


@pytest.mark.parametrize("wrong", [{"token_name": " "}, {"scope": "all"}])
def test_a_token_without_a_name_or_scope_stands_in_the_form_again(phone, database, noor, wrong):
    answer = phone.post("/me/tokens", **({"token_name": "My calendar", "scope": "read"} | wrong))
    assert answer.status_code == 422
    assert 'class="problem"' in answer.text
    with database.read() as session:
        assert tokens.of_member(session, noor.id) == []


@pytest.mark.parametrize("what", ["devices/{}/end", "passkeys/{}/remove", "tokens/{}/remove"])
def test_what_is_somebody_elses_is_not_found(phone, laptop, eve, what):
    phone.make_passkey("/me/passkeys", "/me/passkeys/options")
    phone.post("/me/tokens", token_name="My calendar", scope="read")
    (url,) = links_to(phone, what.partition("/")[0])
    assert eve.post(url).status_code == 404
    assert url in phone.get("/me").text
