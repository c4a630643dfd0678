"""The stream itself: how it is answered, how it lives, and how it ends."""

import json
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from server import live as live_pages
from server.actions import sessions
from server.clock import SystemClock
from server.db import Database, Moved
from server.store import ids
from tests import make
from tests.listening import BEAT, ENDED, MOVED, PATIENCE, House, Page, marked, serving
from tests.make import NOW
from tests.served import served

SOON = 3


@pytest.fixture
def couple(database: Any) -> make.Couple:
    with database.write() as session:
        return make.couple(session)


def test_a_page_that_listens_is_answered_as_a_stream_that_nobody_keeps(house: House, couple: make.Couple) -> None:
    answer = house.opens(couple.noor).answer
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert answer.headers["Content-Security-Policy"]
    assert "Content-Length" not in answer.headers
    assert "Content-Encoding" not in answer.headers


def test_nobody_hears_nothing(client: Any, couple: make.Couple) -> None:
    answer = client.get("/live", follow_redirects=False)
    assert (answer.status_code, answer.text) == (401, "Sign in first, please.")


def test_a_page_that_was_slow_hears_at_once_what_moved_meanwhile_and_a_stranger_does_not(house: House, couple: make.Couple) -> None:
    with house.desk.database.write() as session:
        eve = make.eve(session)
        make.promise(session, couple.noor)
    heard, began = house.opens(couple.sam), monotonic()
    marked(house, couple)
    assert heard.hears() == MOVED
    assert house.opens(couple.sam, age=5_000).hears() == MOVED
    # Not further back: where tests before this one moved very much, the server no longer knows for whom.
    fresh, other = house.opens(couple.sam), house.opens(eve, age=int((monotonic() - began) * 1000))
    with house.desk.database.write() as session:
        sessions.end_others(session, couple.sam.id, but=None, now=NOW)
        sessions.end_others(session, eve.id, but=None, now=NOW)
    assert (fresh.hears(), other.hears()) == (ENDED, ENDED)


@pytest.mark.parametrize(("age", "status"), [("old", 422), ("1.5.2", 422), ("-9" + "9" * 30, 200), ("9" * 12, 200)])
def test_an_age_that_cannot_be_read_is_refused(house: House, couple: make.Couple, age: str, status: int) -> None:
    connection = HTTPConnection("127.0.0.1", house.port, timeout=PATIENCE)
    connection.request("GET", f"/live?age={age}", headers={"Cookie": f"sid={house.sign_in(couple.noor)}"})
    assert connection.getresponse().status == status
    connection.close()


def test_where_too_much_has_moved_to_be_remembered_a_slow_page_catches_up(database: Any, clock: Any, couple: make.Couple) -> None:
    open_pages = live_pages.Live(database, clock)
    for _ in range(live_pages.MOST_REMEMBERED - 1):
        open_pages.hear(Moved(set(), {couple.noor.id}))
    assert not open_pages.has_missed(couple.sam.id, timedelta(seconds=30))
    open_pages.hear(Moved(set(), {couple.noor.id}))
    assert open_pages.has_missed(couple.sam.id, timedelta(seconds=30))
    assert not open_pages.has_missed(couple.sam.id, timedelta(0))


def test_a_device_that_is_signed_out_hears_the_end_and_the_others_go_on(house: House, couple: make.Couple) -> None:
    lost = house.sign_in(couple.noor)
    page, other = house.opens(couple.noor, lost), house.opens(couple.noor)
    with house.desk.database.write() as session:
        found = sessions.by_cookie(session, lost, now=NOW)
        assert found
        sessions.end(session, found.id, member_id=couple.noor.id, now=NOW)
    assert (page.hears(), page.hears()) == (ENDED, "")
    marked(house, couple)
    assert other.hears() == MOVED


def test_a_device_whose_time_is_over_hears_the_end_with_the_next_beat(beating: House, clock: Any, couple: make.Couple) -> None:
    page = beating.opens(couple.noor)
    assert page.hears() == BEAT
    clock.at = NOW + timedelta(days=366)
    assert ENDED in (page.hears(), page.hears(), page.hears())


def test_a_silent_stream_is_kept_open_by_a_beat(beating: House, couple: make.Couple) -> None:
    page = beating.opens(couple.noor)
    assert [page.hears() for _ in range(3)] == [BEAT] * 3


def test_the_server_beats_every_25_seconds() -> None:
    assert timedelta(seconds=25) == live_pages.HEARTBEAT


def test_of_too_many_pages_of_one_member_the_oldest_is_closed(house: House, couple: make.Couple) -> None:
    cookie = house.sign_in(couple.noor)
    pages = [house.opens(couple.noor, cookie) for _ in range(live_pages.MOST_OF_ONE + 1)]
    assert pages[0].hears() == ""
    marked(house, couple)
    assert [page.hears() for page in pages[1:]] == [MOVED] * live_pages.MOST_OF_ONE


def test_a_page_that_is_closed_is_forgotten(beating: House, couple: make.Couple) -> None:
    gone, stays = beating.opens(couple.noor), beating.opens(couple.sam)
    gone.close()
    for _ in range(100):
        if couple.noor.id not in beating.app.state.live._streams:
            return
        assert stays.hears() == BEAT
    raise AssertionError("the server does not notice")


def test_a_server_that_ends_ends_its_streams(app: Any, couple: make.Couple) -> None:
    with serving(app) as house:
        page = house.opens(couple.noor)
    assert page.hears() == ""


@pytest.mark.slow
def test_weft_serve_ends_soon_though_pages_are_open(tmp_path: Path, database_url: str) -> None:
    database = Database(database_url, make.SEALER).everything()
    now = SystemClock().now()
    with database.write() as session:
        cookie = sessions.begin(session, make.couple(session, now=now).sam.id, device="Firefox", now=now)
    with served(tmp_path / "data", database_url) as server:
        pages = [Page(server.port, cookie) for _ in range(3)]
        assert [page.hears() for page in pages] == [": weft"] * 3
        began = monotonic()
        assert server.ended() == 0
        assert monotonic() - began < SOON
        assert [page.hears() for page in pages] == [""] * 3
        assert [line for line in server.log.read_text().splitlines() if json.loads(line)["level"] != "info"] == []
        for page in pages:
            page.close()
    database.close()


def test_what_moves_while_a_hint_waits_is_one_hint(couple: make.Couple) -> None:
    stream = live_pages.Stream(couple.noor.id, ids.new())
    for _ in range(1000):
        stream.give(live_pages.Sign.MOVED)
    assert stream._due == {live_pages.Sign.MOVED}


def test_a_hint_holds_ids_and_nothing_else(couple: make.Couple) -> None:
    moved = Moved({couple.bond.id}, {couple.noor.id})
    assert live_pages.packed(moved).decode() == f'[["{couple.bond.id}"], ["{couple.noor.id}"]]'
    assert live_pages.unpacked(live_pages.packed(moved)) == moved
    for rubbish in (b"", b"7", b"{}", b'[["x"], []]', b"[[7], []]", b"\xff"):
        with pytest.raises(ValueError, match=r"."):
            live_pages.unpacked(rubbish)
