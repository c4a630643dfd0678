"""A pause locks nobody out and lets nobody in: whoever rests comes through every door as before, and whose it is not finds it not."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from server.db import Database
from server.routes.access import Access
from tests import make
from tests.routes.homestead import Homestead
from tests.routes.test_roles import NOT_HERE, Door, doors

if TYPE_CHECKING:
    from server.routes.desk import Desk

__all__ = ["doors"]

pytestmark = pytest.mark.slow

RESTS = ("promise", "bond", "member")
OUTSIDERS = ("Cleo", "Eve", "Finn", "Ida")
GOES_ONCE = ("/hand-over", "/live", "/leave")
MOVES = "/moves/{day}"
"""What rests is due on no day, so none can be moved."""


@pytest.fixture
def browse(desk: "Desk", open_client: Callable[[], Any]) -> Callable[[Homestead], dict[str, Any]]:
    """A browser for everybody of a homestead."""
    return lambda home: {one.name: make.sign_in(open_client(), desk, one) for one in home.people}


def found(doors: list[Door], home: Homestead, phones: dict[str, Any]) -> dict[tuple[str, str, str], int]:
    """What Noor and Sam find behind each door that names something of theirs, and behind each that only shows."""
    answers = {}
    for door in doors:
        if door.path.endswith(GOES_ONCE) or door.access is Access.SUPPORTING or not (door.names or door.method == "GET"):
            continue
        for who in ("Noor", "Sam"):
            things = {name: home.make(name) for name in door.names}
            answers[door.method, door.path, who] = door.open(phones[who], **things)
    return answers


@pytest.mark.parametrize("rests", RESTS)
def test_who_rests_and_the_other_find_every_door_as_they_find_it_on_any_day(
    doors: list[Door], database: Database, browse: Callable[[Homestead], dict[str, Any]], rests: str
) -> None:
    awake, resting = Homestead(database), Homestead(database, rests=rests)
    before = found(doors, awake, browse(awake))
    during = found(doors, resting, browse(resting))
    assert len(before) > 150
    assert {door: (before[door], during[door]) for door in before if before[door] != during[door] and MOVES not in door[1]} == {}


@pytest.mark.parametrize("rests", RESTS)
def test_what_rests_is_still_not_there_for_whom_it_never_was(
    doors: list[Door], database: Database, browse: Callable[[Homestead], dict[str, Any]], rests: str
) -> None:
    home = Homestead(database, rests=rests)
    phones = browse(home)
    for door in (one for one in doors if one.names and one.access is not Access.SUPPORTING):
        things = {name: home.make(name) for name in door.names}
        assert (door, {door.open(phones[who], **things) for who in OUTSIDERS}) == (door, {NOT_HERE})


@pytest.mark.parametrize("rests", RESTS)
def test_who_rests_leaves_and_is_supported_as_ever(database: Database, browse: Callable[[Homestead], dict[str, Any]], rests: str) -> None:
    home = Homestead(database, rests=rests)
    phones = browse(home)
    place = f"/supporting/{home.bond.id}"
    assert phones["Ida"].get(place).status_code == 200
    for path in ("/export/file", "/api/v1/export", "/week", "/api/v1/today"):
        assert (path, phones["Noor"].get(path).status_code) == (path, 200)
    assert phones["Noor"].post("/us/leave", follow_redirects=False).status_code == 303
    assert phones["Ida"].get(place).status_code == NOT_HERE
