"""Nothing that anybody is shown by any door tells who never was let in of Noor and Sam: no page, piece, list, feed, file or stream."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from server.actions import calendars, sessions
from server.db import Database
from server.routes.access import Access
from tests import make
from tests.listening import ENDED, House
from tests.make import NOW
from tests.routes.homestead import MAKERS, Homestead
from tests.routes.test_roles import Door, doors

if TYPE_CHECKING:
    from server.routes.desk import Desk

__all__ = ["doors"]

OUTSIDERS = ("Cleo", "Eve", "Finn", "Ida")
NAMES = ("Noor", "Sam")
"""A supporter knows whom they support."""
THEIRS = re.compile(r"\bNoor\b|\bSam\b|Quinces for tea|The old mill|Call me at nine|I set an alarm|A tablet")
"""Their names, and what MAKERS let them say."""
FOR_ALL = ("/dev/gallery", "/static/{name}", "/icons/{name}")
ASKS = ("/search", "/api/v1/search")
"""A question that is posted reads and writes nothing."""
PIECE = {"hx-request": "true", "hx-target": "main"}


@pytest.fixture
def home(database: Database) -> Homestead:
    home = Homestead(database)
    for name in MAKERS:
        home.make(name)
    return home


@pytest.fixture
def phones(home: Homestead, desk: "Desk", open_client: Callable[[], Any]) -> dict[str, Any]:
    return {one.name: make.sign_in(open_client(), desk, one) for one in home.people}


@pytest.fixture
def secrets(home: Homestead, database: Database) -> dict[str, str]:
    """The address of everybody's own calendar, with all in it that it may hold."""
    with database.write() as session:
        return {one.name: calendars.make(session, one.id, has_theirs=True, has_personal=True, now=NOW) for one in home.people}


def shown(doors: list[Door]) -> list[Door]:
    """Whatever only shows something."""
    some = [one for one in doors if one.path not in FOR_ALL and one.path != "/live" and one.access is not Access.SUPPORTING]
    return [one for one in some if one.method == "GET" or one.path in ASKS]


def seen(door: Door, client: Any, secret: str, **how: Any) -> str:
    if door.path in ASKS:
        return str(client.post(door.path, **{"json" if "api" in door.path else "data": {"q": "quinces"}}, **how).text)
    path = f"/calendar/{secret}.ics" if door.path == "/calendar/{name}" else door.address()
    answer = client.get(path, follow_redirects=True, **how)
    return "" if answer.headers.get("content-type", "").startswith("image/") else str(answer.text)


@pytest.mark.slow
@pytest.mark.parametrize("how", [{}, PIECE], ids=["page", "piece"])
def test_no_door_shows_an_outsider_a_word_of_theirs(
    doors: list[Door], phones: dict[str, Any], secrets: dict[str, str], how: dict[str, str]
) -> None:
    told = {
        (who, door.path, word)
        for who in OUTSIDERS
        for door in shown(doors)
        for word in THEIRS.findall(seen(door, phones[who], secrets[who], headers=how))
    }
    assert {(who, path, word) for who, path, word in told if who != "Ida" or word not in NAMES} == set()


def test_the_same_doors_show_noor_and_sam_what_is_theirs(doors: list[Door], phones: dict[str, Any], secrets: dict[str, str]) -> None:
    """Else the test above would find nothing because nothing is there."""
    speak = {door.path for door in shown(doors) for who in ("Noor", "Sam") if THEIRS.search(seen(door, phones[who], secrets[who]))}
    assert speak >= {"/", "/promises", "/moments", "/asks", "/us", "/search", "/plan", "/export/file", "/calendar/{name}"}
    assert speak >= {f"/api/v1/{name}" for name in ("today", "promises", "moments", "asks", "export", "search", "me")}


def test_no_token_of_an_outsider_is_told_a_word_of_theirs(
    doors: list[Door], home: Homestead, database: Database, open_client: Callable[[], Any], secrets: dict[str, str]
) -> None:
    told = []
    for member in (one for one in home.people if one.name in OUTSIDERS):
        client = open_client()
        with database.write() as session:
            client.headers["authorization"] = f"Bearer {make.token(session, member)}"
        some = [door for door in shown(doors) if door.access is Access.SIGNED_IN_OR_TOKEN]
        told += [(member.name, door.path) for door in some if THEIRS.search(seen(door, client, secrets[member.name]))]
        assert {client.get(door.address()).status_code for door in some if door.method == "GET" and not door.names} == {200}
    assert told == []


def test_no_open_page_of_an_outsider_hears_that_something_moved(house: House, home: Homestead, database: Database) -> None:
    heard = [house.opens(one) for one in home.people if one.name in OUTSIDERS]
    sams = house.opens(home.sam)
    with house.desk.database.write() as session:
        make.check_in(session, make.promise(session, home.noor, "Water the plants"))
    assert sams.hears() == "event: moved"
    with house.desk.database.write() as session:
        for one in home.people:
            sessions.end_others(session, one.id, but=None, now=NOW)
    assert [page.hears() for page in heard] == [ENDED] * len(OUTSIDERS)
