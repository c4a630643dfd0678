"""Whatever is sent by whichever form: an answer with a sentence, nothing changed, or the words shown as what they are."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
import vobject
from sqlalchemy import select

from jobs import demo
from server.actions import asks, calendars, promises, sessions
from server.actions.promises import Draft
from server.clock import StandingClock
from server.db import Database
from server.db.tables import buckets, metadata
from server.store import ids
from server.store.asks import Ask
from tests.browser.walk import SUNDAY
from tests.conftest import ON_POSTGRESQL
from tests.hostile.forms import FORM_TYPE, Form, all_forms, pages
from tests.hostile.words import HARMFUL, MAY_BE_TAKEN, NEVER_TAKEN

if TYPE_CHECKING:
    from litestar.testing import TestClient

    from server.routes.desk import Desk

pytestmark = pytest.mark.slow

BEGIN = ("/", "/promises", "/promises/new", "/week", "/weeks", "/us", "/me", "/moments", "/asks", "/search", "/plan", "/year", "/help")
ENDS = ("/sign-out", "/me/delete", "/leave")
"""Where a form that is sent is the last one of this browser."""
ANSWERS = (200, 201, 204, 303, 400, 401, 403, 404, 409, 413, 422, 429)


class Story:
    """Eleven weeks of Noor and Sam, to which a test can come back after everything that was taken."""

    def __init__(self, database: Database, cast: demo.Cast) -> None:
        self.database, self.cast = database, cast
        self.kept = sqlite3.connect(":memory:", check_same_thread=False)

    def keep(self) -> None:
        """From now on this is what is come back to."""
        if not ON_POSTGRESQL:
            with self.database.writer.connect() as writer:
                writer.connection.driver_connection.backup(self.kept)
        self.before = self.rows()

    def put_back(self) -> None:
        if not ON_POSTGRESQL:
            with self.database.writer.connect() as writer:
                self.kept.backup(writer.connection.driver_connection)

    def rows(self) -> dict[str, list[Any]]:
        """Everything that is kept, but of how often somebody asked."""
        with self.database.read() as session:
            return {one.name: sorted(map(repr, session.execute(select(one)))) for one in metadata.sorted_tables if one is not buckets}


@pytest.fixture
def story(database: Database, clock: StandingClock) -> Iterator[Story]:
    clock.at = SUNDAY
    told = Story(database, demo.tell(database, SUNDAY))
    with database.write() as session:
        noor, sam = told.cast.members["Noor"], told.cast.members["Sam"]
        asks.ask(session, Ask(ids.new(), told.cast.bond_id, sam, noor, "Call me at nine?", SUNDAY), now=SUNDAY)
    with closing(told.kept):
        yield told


@pytest.fixture
def browse(story: Story, desk: "Desk", open_client: Callable[[], "TestClient[Any]"]) -> Callable[[str], Any]:
    """Opens the browser of somebody in the story."""

    def opened(name: str) -> Any:
        client = open_client()
        with desk.database.write() as session:
            cookie = sessions.begin(session, story.cast.members[name], device="Firefox", now=desk.now())
        client.cookies.set("sid", cookie)
        return client

    return opened


def texts(form: Form, name: str) -> dict[str, str]:
    """A field that is typed into gets them all, another what would break a reader."""
    if name in form.typed:
        return MAY_BE_TAKEN | NEVER_TAKEN
    return {what: (MAY_BE_TAKEN | NEVER_TAKEN)[what] for what in ("script", "query", "null", "half a letter")}


def send(client: Any, form: Form, name: str, text: str) -> Any:
    return client.post(form.action, content=form.body(name, text), headers={"content-type": FORM_TYPE}, follow_redirects=False)


def is_harmful(answer: Any) -> bool:
    return any(one in answer.text for one in HARMFUL) or "mine" in answer.headers.get("set-cookie", "")


def test_no_form_breaks_and_what_is_refused_changes_nothing(story: Story, browse: Callable[[str], Any]) -> None:
    noor = browse("Noor")
    story.keep()
    found = [one for one in all_forms(noor, *BEGIN) if not one.action.endswith(ENDS)]
    assert len(found) > 25
    assert len({name for one in found for name in one.typed}) > 12
    wrong = []
    for form in found:
        for name in form.fields:
            for what, text in texts(form, name).items():
                answer = send(noor, form, name, text)
                if answer.status_code not in ANSWERS or is_harmful(answer):
                    wrong.append((form.action, name, what, answer.status_code))
                if what in NEVER_TAKEN and name in form.typed and answer.status_code < 400:
                    wrong.append((form.action, name, what, "was taken"))
                if answer.status_code < 400:
                    story.put_back()
            if not ON_POSTGRESQL and story.rows() != story.before:
                wrong.append((form.action, name, "changed something"))
                story.put_back()
    assert wrong == [], "\n".join(map(str, wrong))


def test_a_megabyte_is_refused_by_every_form(story: Story, browse: Callable[[str], Any]) -> None:
    noor = browse("Noor")
    story.keep()
    found = [one for one in all_forms(noor, *BEGIN) if one.typed and not one.action.endswith(ENDS)]
    answers = {(one.action, send(noor, one, next(iter(one.typed)), "x" * 1_000_000).status_code) for one in found}
    assert {status for _, status in answers} == {413}, answers
    assert ON_POSTGRESQL or story.rows() == story.before


def test_what_is_taken_is_shown_everywhere_as_what_it_is(story: Story, browse: Callable[[str], Any]) -> None:
    noor, sam = browse("Noor"), browse("Sam")
    taken = dict.fromkeys(MAY_BE_TAKEN, 0)
    for form in [one for one in all_forms(noor, *BEGIN) if one.typed and not one.action.endswith(ENDS)]:
        for name in sorted(form.typed):
            for what, text in MAY_BE_TAKEN.items():
                taken[what] += send(noor, form, name, text).status_code == 303
    assert min(taken.values()) > 1
    assert sum(taken.values()) > 40
    answers = [answer for who in (noor, sam) for answer in pages(who, *BEGIN).values()]
    assert [one.url for one in answers if is_harmful(one)] == []
    plain = "\n".join(unescape(one.text) for one in answers)
    assert [what for what, text in MAY_BE_TAKEN.items() if not any(words in plain for words in kept(text))] == []


def kept(text: str) -> tuple[str, str]:
    """The words as they are kept: on one line, and where there may be several."""
    plain = text.translate({ord(one): None for one in "\u200b\u2060\ufeff"}).replace("\r\n", "\n")
    return " ".join(plain.split()), plain


def test_what_leaves_weft_is_harmless_too(story: Story, browse: Callable[[str], Any], desk: "Desk") -> None:
    """A calendar reads back the very words, and so do the API and the export, which are JSON and nothing else."""
    noor = browse("Noor")
    hostile = MAY_BE_TAKEN["query"] + ' ,;\\n":<script>'
    promise = Draft(hostile, "home", "FREQ=DAILY", SUNDAY.date(), story.cast.bond_id, cue=hostile)
    with desk.database.write() as session:
        noor_id = story.cast.members["Noor"]
        promises.make(session, ids.new(), promise, member_id=noor_id, now=SUNDAY)
        secret = calendars.make(session, noor_id, has_theirs=True, has_personal=True, now=SUNDAY)
    for path in ("/api/v1/promises", "/api/v1/today", "/api/v1/export"):
        answer = noor.get(path)
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert hostile in [*_strings(json.loads(answer.text))], path
    feed = noor.get(f"/calendar/{secret}.ics").text
    assert hostile in {one.summary.value for one in vobject.readOne(feed).contents["vevent"]}


def _strings(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for one in found.values():
            yield from _strings(one)
    elif isinstance(found, list):
        for one in found:
            yield from _strings(one)
