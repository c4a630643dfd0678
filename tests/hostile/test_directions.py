"""A name that runs from right to left stands in the middle of a sentence and turns nothing beside it."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from server.actions import asks, moments
from server.db import Database
from server.store import ids, members, promises
from server.store.asks import Ask
from server.store.moments import Moment
from tests import make
from tests.browser.walk import SUNDAY
from tests.hostile.forms import LINK, forms_of, pages
from tests.hostile.test_forms import BEGIN, Story, browse, story
from tests.hostile.turned import HELD, Turned, is_turned

if TYPE_CHECKING:
    from server.routes.desk import Desk

__all__ = ["browse", "story"]

NAMES = {"Noor": "\u0646\u0648\u0631", "Sam": "\u0633\u0627\u0645"}
WORDS = "\u0627\u062a\u0635\u0644 \u0628\u064a"
TITLES = ("\u0639\u0634\u0627\u0621", "\u0641\u0637\u0648\u0631")
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


def test_what_turns_something_is_seen_to_turn_it() -> None:
    assert is_turned(f"{NAME} kept it")
    assert is_turned(f"3 {NAME}")
    assert not is_turned(f"{ISOLATED} kept it")
    assert not is_turned(NAME)
    assert Turned(f"<p><b>{NAME}</b> kept it</p>").found == [f"{NAME} kept it"]
    assert Turned(f'<p><bdi>{NAME}</bdi> kept it <input aria-label="Is it {NAME}?"></p>').found == [f"input aria-label: Is it {NAME}?"]
    assert Turned(f"<p>Kept</p><p>{NAME}</p>").found == []


@pytest.mark.slow
def test_on_no_page_do_names_and_titles_from_right_to_left_turn_what_stands_beside_them(
    story: Story, browse: Callable[[str], Any], desk: "Desk"
) -> None:
    """Eleven weeks of two people with such names, and of promises with such titles: every line of every page, and every label.

    In a field and in an address the same words stand as they are: they may come back.
    """
    with desk.database.everything().write() as session:
        for whose, name in NAMES.items():
            members.update(session, story.cast.members[whose], name=name)
        for number, one in enumerate(promises.of_bond(session, story.cast.bond_id)):
            promises.reword(session, one.id, {"title": TITLES[number % 2], "cue": WORDS, "done_when": WORDS})
        noor, sam = (story.cast.members[one] for one in NAMES)
        for whose, other in ((noor, sam), (sam, noor)):
            one = Ask(ids.new(), story.cast.bond_id, whose, other, WORDS, SUNDAY)
            asks.ask(session, one, now=SUNDAY)
            asks.counter(session, one.id, WORDS, member_id=other, now=SUNDAY)
            there = Moment(ids.new(), story.cast.bond_id, whose, WORDS, WORDS, SUNDAY.date(), None, SUNDAY)
            moments.plan(session, there, now=SUNDAY)
    found, told = {}, 0
    for who in NAMES:
        for path, answer in pages(browse(who), *BEGIN).items():
            if answer.headers.get("content-type", "").startswith("text/html"):
                found |= {re.sub(r"[0-9]+", "…", one): path for one in Turned(answer.text).found}
                found |= {
                    f"{one.action} {one.fields}": path for one in forms_of(path, answer.text) if any(map(HELD.search, one.fields.values()))
                }
                found |= {link: path for link in LINK.findall(answer.text) if "%E2%81%A8" in link}
                told += sum(word in answer.text for word in (*NAMES.values(), *TITLES))
    assert found == {}
    assert told > 150
