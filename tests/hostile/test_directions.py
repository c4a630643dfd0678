"""A name that runs from right to left stands in the middle of a sentence and turns nothing beside it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from server.db import Database
from tests import make

if TYPE_CHECKING:
    from server.routes.desk import Desk

NAME = "\u0646\u0648\u0631"
ISOLATED = f"\u2068{NAME}\u2069"


def test_a_name_from_right_to_left_turns_nothing_beside_it(database: Database, desk: "Desk", open_client: Callable[[], Any]) -> None:
    with database.write() as session:
        noor, sam = make.member(session, NAME), make.member(session, "Sam")
        make.bond(session, noor, sam)
        make.check_in(session, make.promise(session, noor, starts_on=make.NOW.date()))
    client = make.sign_in(open_client(), desk, sam)
    page = client.get("/").text
    assert ISOLATED in page
    assert "\u2068Sam" not in page
    assert ISOLATED not in client.get("/api/v1/me").text
    assert NAME in client.get("/api/v1/me").text
