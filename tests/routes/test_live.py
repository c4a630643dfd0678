"""An open page hears at once that something has moved: of its own bonds, never of another's, and never what."""

from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any

import pytest

from jobs import milestones, settle
from server.actions import answers, bonds, leaving, members, promises, repairs, sessions, settings
from server.domain.errors import RefusedError
from server.domain.repairs import Giving, Repair, Way
from server.store import ids
from server.store import milestones as milestone_store
from tests import make
from tests.listening import BEAT, ENDED, MOVED, PATIENCE, House, marked
from tests.make import NOW


@pytest.fixture
def couple(database: Any) -> make.Couple:
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def dinner(database: Any, couple: make.Couple) -> Any:
    with database.write() as session:
        return make.promise(session, couple.noor)


def test_sams_open_page_hears_of_noors_tap_and_noors_other_phone_too(house: House, couple: make.Couple, dinner: Any) -> None:
    sam, noor = house.opens(couple.sam), house.opens(couple.noor)
    connection = HTTPConnection("127.0.0.1", house.port, timeout=PATIENCE)
    headers = {
        "Cookie": f"sid={house.sign_in(couple.noor)}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
    }
    connection.request("POST", f"/promises/{dinner.id}/check-ins", "kind=kept", headers)
    answer = connection.getresponse()
    answer.close()
    connection.close()
    assert answer.status == 303
    assert (sam.hears(), noor.hears()) == (MOVED, MOVED)


Deed = Callable[[Any, make.Couple, Any], object]
DEEDS: dict[str, Deed] = {
    "a promise is made": lambda session, couple, dinner: make.promise(session, couple.sam, "Walk"),
    "a promise is changed": lambda session, couple, dinner: promises.change(
        session, dinner.id, {"title": "Supper"}, member_id=couple.noor.id, now=NOW
    ),
    "a promise is let go": lambda session, couple, dinner: promises.release(session, dinner.id, member_id=couple.noor.id, now=NOW),
    "the bond rests": lambda session, couple, dinner: settings.rest(
        session, couple.bond.id, since="2026-03-21", until="2026-03-22", member_id=couple.noor.id, now=NOW
    ),
    "the week ends on another day": lambda session, couple, dinner: settings.choose_review(
        session, couple.bond.id, weekday="SA", at="18:00", member_id=couple.noor.id, now=NOW
    ),
    "thanks": lambda session, couple, dinner: (
        make.check_in(session, dinner),
        make.check_in(session, dinner, "seen", by=couple.sam, day=NOW.date()),
    ),
    "somebody joins": lambda session, couple, dinner: make.bond(session, couple.noor, couple.sam, kind="friends"),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_both_hear_when(house: House, couple: make.Couple, dinner: Any, deed: str) -> None:
    noor, sam = house.opens(couple.noor), house.opens(couple.sam)
    with house.desk.database.write() as session:
        DEEDS[deed](session, couple, dinner)
    assert (noor.hears(), sam.hears()) == (MOVED, MOVED)


def test_both_hear_what_jobs_find(house: House, database: Any, couple: make.Couple, dinner: Any) -> None:
    with database.write() as session:
        for days in range(3):
            make.check_in(session, dinner, now=NOW + timedelta(days=days))
    noor, sam = house.opens(couple.noor), house.opens(couple.sam)
    assert milestones.celebrate(database, NOW + timedelta(days=2))
    assert (noor.hears(), sam.hears()) == (MOVED, MOVED)
    with database.write() as session:
        (first, *_) = milestone_store.visible(session, couple.sam.id, since=NOW, until=NOW + timedelta(days=3))
        answers.answer(session, first.id, "Well done", id=ids.new(), member_id=couple.sam.id, now=NOW)
    assert (noor.hears(), sam.hears()) == (MOVED, MOVED)
    assert settle.settle(database, NOW + timedelta(days=9))
    assert (noor.hears(), sam.hears()) == (MOVED, MOVED)


def _walk_and_overreach(house: House, couple: make.Couple, dinner: Any) -> None:
    with house.desk.database.write() as session:
        make.promise(session, couple.noor, "Walk")
        promises.release(session, dinner.id, member_id=couple.sam.id, now=NOW)


def test_what_is_refused_is_not_heard(house: House, couple: make.Couple, dinner: Any) -> None:
    sam = house.opens(couple.sam)
    moved: list[Any] = []
    house.desk.database.listeners.append(moved.append)
    with pytest.raises(RefusedError):
        _walk_and_overreach(house, couple, dinner)
    assert moved == []
    marked(house, couple)
    assert sam.hears() == MOVED
    assert len(moved) == 1


def test_a_hint_is_given_once_what_it_hints_at_can_be_read(house: House, database: Any, couple: make.Couple, dinner: Any) -> None:
    seen: list[bool] = []

    def look(_moved: Any) -> None:
        with database.read() as session:
            seen.append(promises.own(session, dinner.id, couple.noor.id).title == "Supper")

    database.listeners.insert(0, look)
    try:
        with database.write() as session:
            promises.change(session, dinner.id, {"title": "Supper"}, member_id=couple.noor.id, now=NOW)
            assert seen == []
    finally:
        database.listeners.remove(look)
    assert seen == [True]


def quietly(house: House, couple: make.Couple, dinner: Any) -> dict[str, Callable[[Any], object]]:
    """What is nobody's but Noor's."""
    return {
        "a promise to herself": lambda session: make.promise(session, couple.noor, "Swim", personal=True),
        "her quiet hours": lambda session: settings.choose_quiet_hours(session, couple.noor.id, since="22:00", until="07:00"),
        "dark or light": lambda session: members.choose_appearance(session, couple.noor.id, "dark"),
        "words to be said in person": lambda session: repairs.repair(
            session,
            dinner.id,
            NOW.date(),
            Repair(prevent="Leave at five"),
            member_id=couple.noor.id,
            now=NOW,
            given=Giving(way=Way.IN_PERSON),
        ),
    }


@pytest.mark.parametrize("deed", ["a promise to herself", "her quiet hours", "dark or light", "words to be said in person"])
def test_only_noors_own_devices_hear_of(house: House, couple: make.Couple, dinner: Any, deed: str) -> None:
    with house.desk.database.write() as session:
        make.check_in(session, dinner, "missed")
    noor, sam = house.opens(couple.noor), house.opens(couple.sam)
    heard: list[Any] = []
    house.desk.database.listeners.append(heard.append)
    with house.desk.database.write() as session:
        quietly(house, couple, dinner)[deed](session)
    assert noor.hears() == MOVED
    assert [(one.bonds, one.members) for one in heard] == [(set(), {couple.noor.id})]
    marked(house, couple)
    assert (noor.hears(), sam.hears()) == (MOVED, MOVED)
    with house.desk.database.write() as session:
        sessions.end_others(session, couple.sam.id, but=None, now=NOW)
    assert sam.hears() == ENDED


def test_strangers_hear_nothing_of_it(beating: House, database: Any, couple: make.Couple) -> None:
    with database.write() as session:
        cleo, eve = make.other_couple(session).cleo, make.eve(session)
    pages = [beating.opens(one) for one in (cleo, eve)]
    sam = beating.opens(couple.sam)
    marked(beating, couple)
    assert MOVED in (sam.hears(), sam.hears(), sam.hears())
    assert [[page.hears() for _ in range(4)] for page in pages] == [[BEAT] * 4] * 2


def test_who_leaves_hears_no_more_of_it_and_who_stays_is_not_told(beating: House, database: Any, couple: make.Couple, dinner: Any) -> None:
    with database.write() as session:
        third = make.member(session, "Ada")
        family = make.bond(session, couple.noor, couple.sam, third, kind="family")
        bond = make.promise(session, third, "Call")
    assert bond.bond_id == family.id
    ada, sam = beating.opens(third), beating.opens(couple.sam)
    with database.write() as session:
        leaving.leave(session, family.id, member_id=third.id, now=NOW)
    assert MOVED in (ada.hears(), ada.hears(), ada.hears())
    assert [sam.hears() for _ in range(4)] == [BEAT] * 4
    with database.write() as session:
        settings.choose_review(session, family.id, weekday="SA", at="18:00", member_id=couple.noor.id, now=NOW)
    assert MOVED in (sam.hears(), sam.hears(), sam.hears())
    assert [ada.hears() for _ in range(4)] == [BEAT] * 4


def test_nobody_is_told_that_a_pair_is_one_no_more(beating: House, database: Any, couple: make.Couple, dinner: Any) -> None:
    sam = beating.opens(couple.sam)
    with database.write() as session:
        leaving.leave(session, couple.bond.id, member_id=couple.noor.id, now=NOW)
    assert settle.settle(database, NOW + timedelta(days=3))
    assert [sam.hears() for _ in range(6)] == [BEAT] * 6


def test_making_a_bond_is_heard_by_who_is_in_it(house: House, database: Any, couple: make.Couple) -> None:
    with database.write() as session:
        eve = make.eve(session)
    page = house.opens(eve)
    with database.write() as session:
        bonds.make(session, ids.new(), kind="friends", member_ids=[eve.id, couple.noor.id], zone=make.ZONE, now=NOW)
    assert page.hears() == MOVED


def test_only_a_page_that_its_address_gives_again_follows_what_moves(client: Any, desk: Any, couple: make.Couple, dinner: Any) -> None:
    make.sign_in(client, desk, couple.noor)
    follows = {path: " data-live>" in client.get(path).text for path in ("/", "/promises", f"/promises/{dinner.id}", "/us", "/me", "/help")}
    assert follows == {"/": True, "/promises": True, f"/promises/{dinner.id}": True, "/us": True, "/me": False, "/help": False}
    refused = client.post("/us/review", data={"weekday": "someday", "time": "18:00"})
    assert (refused.status_code, " data-live>" in refused.text) == (422, False)
