"""Today, and the tap, as the one who looks sees it."""

import re
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from server.actions import promises
from server.store import events, ids, members
from tests import make
from tests.make import NOW


@pytest.fixture
def couple(database: Any) -> make.Couple:
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def dinner(database: Any, couple: make.Couple) -> Any:
    with database.write() as session:
        return make.promise(session, couple.noor, "Home for dinner")


def tap(client: Any, promise: Any, kind: str = "kept", *, htmx: bool = False, **fields: str) -> Any:
    headers = {"HX-Request": "true"} if htmx else {}
    sent = {"id": str(ids.new()), "kind": kind, **fields}
    return client.post(f"/promises/{promise.id}/check-ins", data=sent, headers=headers, follow_redirects=False)


def test_the_first_visit_leads_to_the_first_member(client: Any) -> None:
    answer = client.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/welcome")


def test_somebody_who_is_not_in_is_led_to_sign_in(client: Any, couple: make.Couple) -> None:
    answer = client.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_noor_sees_her_promise_with_a_button_that_says_what_it_does(client: Any, desk: Any, couple: make.Couple, dinner: Any) -> None:
    page = make.sign_in(client, desk, couple.noor).get("/").text
    assert "Good afternoon, Noor" in page
    assert "Mark ‘Home for dinner’ kept" in page
    assert "0 of 1 kept" in page


def test_a_tap_without_script_leads_back_and_counts(client: Any, desk: Any, couple: make.Couple, dinner: Any) -> None:
    make.sign_in(client, desk, couple.noor)
    answer = tap(client, dinner, day="2026-03-20")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    page = client.get("/").text
    assert "1 of 1 kept" in page
    assert "kept 17:00" in page
    assert "Undo" in page


def test_a_tap_with_script_is_answered_with_the_card_the_thread_and_the_counts(
    client: Any, desk: Any, couple: make.Couple, dinner: Any
) -> None:
    answer = tap(make.sign_in(client, desk, couple.noor), dinner, htmx=True, day="2026-03-20")
    assert answer.status_code == 200
    assert f'id="card-{dinner.id}-2026-03-20"' in answer.text
    assert "1 of 1 kept" in answer.text
    assert 'hx-swap-oob="outerMorph"' in answer.text
    assert "<html" not in answer.text


def test_the_same_tap_twice_is_one(client: Any, desk: Any, couple: make.Couple, dinner: Any) -> None:
    make.sign_in(client, desk, couple.noor)
    same = {"id": str(ids.new()), "day": "2026-03-20", "at": NOW.isoformat()}
    first, second = tap(client, dinner, htmx=True, **same), tap(client, dinner, htmx=True, **same)
    assert (first.status_code, second.status_code) == (200, 200)
    assert "1 of 1 kept" in second.text


def test_sam_sees_that_it_was_on_time_and_not_the_minute(open_client: Any, desk: Any, couple: make.Couple, dinner: Any) -> None:
    tap(make.sign_in(open_client(), desk, couple.noor), dinner, day="2026-03-20")
    page = make.sign_in(open_client(), desk, couple.sam).get("/").text
    assert "on time" in page
    assert "17:00" not in page
    assert "Say thank you" in page


def test_a_stranger_finds_no_such_promise_and_nothing_changes(
    open_client: Any, desk: Any, database: Any, couple: make.Couple, dinner: Any
) -> None:
    with database.write() as session:
        eve = make.eve(session)
    answer = tap(make.sign_in(open_client(), desk, eve), dinner, htmx=True)
    assert answer.status_code == 404
    assert "0 of 1 kept" in make.sign_in(open_client(), desk, couple.noor).get("/").text


def test_a_refused_tap_comes_back_as_a_sentence_on_its_card(client: Any, desk: Any, couple: make.Couple, dinner: Any) -> None:
    make.sign_in(client, desk, couple.sam)
    answer = tap(client, dinner, "missed", htmx=True, day="2026-03-20")
    assert answer.status_code == 403
    assert f'id="card-{dinner.id}-2026-03-20"' in answer.text
    assert "Only the one who made the promise can say that." in answer.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"kind": "forgiven"}, 422),
        ({"id": "seven"}, 422),
        ({"day": "the other day"}, 422),
        ({"day": "2026-03-24"}, 422),
        ({"at": "2025-03-20T16:00:00Z"}, 422),
        ({"at": "2026-03-20T16:00:00"}, 422),
        ({"kind": "undo"}, 422),
        ({"kind": "undo", "target": "0190b2a0-0000-7000-8000-000000000001"}, 404),
        ({"kind": "heads_up", "minutes": "-5"}, 422),
        ({"kind": "vouch"}, 403),
        ({"line": "x" * 10_000, "kind": "kept"}, 422),
    ],
)
def test_bad_input_gets_a_status_and_changes_nothing(
    client: Any, desk: Any, couple: make.Couple, dinner: Any, fields: dict[str, str], status: int
) -> None:
    make.sign_in(client, desk, couple.noor)
    sent = {"id": str(ids.new()), "kind": "kept", **fields}
    answer = client.post(f"/promises/{dinner.id}/check-ins", data=sent, follow_redirects=False)
    assert answer.status_code == status
    assert "0 of 1 kept" in client.get("/").text


def test_running_late_moves_it_by_so_many_minutes(client: Any, desk: Any, couple: make.Couple, dinner: Any) -> None:
    answer = tap(make.sign_in(client, desk, couple.noor), dinner, "heads_up", htmx=True, minutes="20", day="2026-03-20")
    assert answer.status_code == 200
    assert "told ahead: 18:50" in answer.text


def test_what_was_not_answered_asks_once_and_kindly(
    client: Any, desk: Any, clock: Any, database: Any, couple: make.Couple, dinner: Any
) -> None:
    from jobs import settle

    clock.at = NOW + timedelta(days=1)
    settle.open_ahead(database, clock.at)
    settle.settle(database, clock.at)
    make.sign_in(client, desk, couple.noor)
    page = client.get("/").text
    assert "Yesterday, Home for dinner:" in page
    assert "It didn’t, I own it" in page
    answered = tap(client, dinner, "kept", htmx=True, day="2026-03-20")
    assert f'id="card-{dinner.id}-2026-03-20"' in answered.text
    assert "Yesterday, Home for dinner:" not in client.get("/").text


def test_sam_is_not_told_that_noor_said_nothing(
    open_client: Any, desk: Any, clock: Any, database: Any, couple: make.Couple, dinner: Any
) -> None:
    from jobs import settle

    clock.at = NOW + timedelta(days=1)
    settle.settle(database, clock.at)
    page = make.sign_in(open_client(), desk, couple.sam).get("/").text
    assert "Yesterday, Home for dinner" not in page


def test_a_personal_promise_is_seen_by_nobody_else(open_client: Any, desk: Any, database: Any, couple: make.Couple) -> None:
    with database.write() as session:
        make.promise(session, couple.noor, "Swim", personal=True)
    assert "Only yours" in make.sign_in(open_client(), desk, couple.noor).get("/").text
    assert "Swim" not in make.sign_in(open_client(), desk, couple.sam).get("/").text


def test_n_times_a_week_counts_each_day_once(client: Any, desk: Any, clock: Any, database: Any, couple: make.Couple) -> None:
    with database.write() as session:
        walk = make.promise(session, couple.noor, "Walk", rule="FREQ=WEEKLY", times=3, due_time=None, starts_on=date(2026, 3, 16))
    make.sign_in(client, desk, couple.noor)
    answer = tap(client, walk, htmx=True)
    assert "1 of 3 this week" in answer.text
    assert ">1/3<" in answer.text


def test_the_due_time_stands_in_both_zones(open_client: Any, desk: Any, database: Any) -> None:
    with database.write() as session:
        noor = make.member(session, "Noor")
        sam = make.member(session, "Sam", zone="America/New_York")
        make.bond(session, noor, sam)
        make.promise(session, noor, "Call", due_time=time(21))
    assert "by 16:00, 21:00 in Berlin" in make.sign_in(open_client(), desk, sam).get("/").text


def test_a_tap_that_waited_is_never_sent_as_somebody_elses(client: Any, desk: Any, couple: make.Couple, dinner: Any) -> None:
    make.sign_in(client, desk, couple.sam)
    assert tap(client, dinner, htmx=True, day="2026-03-20", by=str(couple.noor.id)).status_code == 401
    assert "0 of 1 kept" in client.get("/").text


def test_a_form_that_is_sent_twice_before_any_script_counts_once(
    client: Any, desk: Any, clock: Any, database: Any, couple: make.Couple, dinner: Any
) -> None:
    page = make.sign_in(client, desk, couple.noor).get("/").text
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page[page.index('<form class="tap"') :].partition("</form>")[0]))
    for _ in range(2):
        assert client.post(f"/promises/{dinner.id}/check-ins", data=fields, follow_redirects=False).status_code == 303
        clock.at += timedelta(seconds=1)
    with database.read() as session:
        assert [str(one.id) for one in events.history(session, dinner.id, since=NOW.date())] == [fields["id"]]


def test_a_phone_that_sends_what_waited_is_answered_with_the_sentence_alone(
    client: Any, desk: Any, couple: make.Couple, dinner: Any
) -> None:
    make.sign_in(client, desk, couple.noor)
    headers = {"HX-Request": "true", "Accept": "text/html, application/json"}
    sent = {"id": str(ids.new()), "kind": "vouch", "day": "2026-03-20"}
    answer = client.post(f"/promises/{dinner.id}/check-ins", data=sent, headers=headers)
    assert (answer.status_code, answer.json()["detail"]) == (403, "Only the one to whom it was promised can say that.")
    taken = client.post(f"/promises/{dinner.id}/check-ins", data=sent | {"kind": "kept"}, headers=headers)
    assert (taken.status_code, "1 of 1 kept" in taken.text) == (200, True)


def test_every_form_has_an_id_of_its_own_and_another_one_at_the_next_sight(
    client: Any, desk: Any, database: Any, couple: make.Couple, dinner: Any
) -> None:
    with database.write() as session:
        make.promise(session, couple.sam, "Water the plants")
    make.sign_in(client, desk, couple.noor)
    seen = [re.findall(r'name="id" value="([^"]*)"', client.get("/").text) for _ in range(2)]
    ids_of_both = [UUID(one) for sight in seen for one in sight]
    assert len(seen[0]) > 4
    assert len({*ids_of_both}) == 2 * len(seen[0])


def test_a_card_says_what_is_so_whatever_was_drawn_of_it_before(
    open_client: Any, desk: Any, clock: Any, database: Any, couple: make.Couple, dinner: Any
) -> None:
    noor, sam = (make.sign_in(open_client(), desk, one) for one in (couple.noor, couple.sam))
    drawn = [[noor.get("/").text, sam.get("/").text]]
    for change in (
        lambda session: promises.change(session, dinner.id, {"title": "Supper"}, member_id=couple.noor.id, now=clock.at),
        lambda session: members.update(session, couple.noor.id, name="Nour"),
        lambda session: make.check_in(session, dinner, now=clock.at),
        lambda _: setattr(clock, "at", NOW + timedelta(minutes=20)),
    ):
        with database.write() as session:
            change(session)
        drawn.append([noor.get("/").text, sam.get("/").text])
    first, titled, named, kept, later = drawn
    assert ["Supper" in page for page in (*first, *titled)] == [False, False, True, True]
    assert ["Say that Nour kept" in page for page in (first[1], named[1])] == [False, True]
    assert ["Undo" in page for page in (named[0], kept[0], kept[1], later[0])] == [False, True, False, True]
    assert ["on time" in page for page in kept] == [False, True]


def test_what_is_soon_counts_its_minutes_down(client: Any, desk: Any, clock: Any, couple: make.Couple, dinner: Any) -> None:
    make.sign_in(client, desk, couple.noor)
    for minutes, said in ((0, None), (31, "in 59 min"), (32, "in 58 min"), (90, None)):
        clock.at = NOW + timedelta(minutes=minutes)
        assert next(iter(re.findall(r"in \d+ min", client.get("/").text)), None) == said
