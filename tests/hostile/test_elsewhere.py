"""The same words where no page holds them: on a lock screen, in a picture, in a calendar, in a file, in a line of the log."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

import pytest
import vobject
from PIL import Image

from server.actions import summaries
from server.clock import StandingClock
from server.db import Database
from server.domain import notices
from server.domain.milestones import MilestoneKind
from server.push.message import LONGEST_NAME, LONGEST_TITLE, SIZE, compose
from server.routes.showing import ics
from server.routes.showing.calendar import Entry
from server.store import ids
from server.store import members as people
from tests import make
from tests.hostile.test_log import log, somebody
from tests.hostile.turned import is_turned
from tests.hostile.words import EVERYTHING
from tests.make import NOW
from tests.routes.homestead import Homestead
from web import drawing
from web.drawing import sheet
from web.views import Picture

if TYPE_CHECKING:
    from server.routes.desk import Desk

__all__ = ["log", "somebody"]

JOINERS, HOLDS = "\u200c\u200d", "\u2068\u2069"
WEEK = Picture(number="3", unit="small promises kept", sentence="A word given, a word kept.", dates="", thread=None)
NAMES_AT = (0, 1120, 1080, 1210)
MARGINS = ((0, 1120, 90, 1210), (990, 1120, 1080, 1210))
DRAWN = {
    "eighty wide letters": "W" * 80,
    "six of the longest names": " & ".join(["W" * 80] * 6),
    "a tower of marks": "a" + "\u0323" * 8,
    "no width": "a\u200bb\u2060c",
    "joiners": "a\u200db",
    "from right to left": "\u0646\u0648\u0631",
    "half a letter": "a\ud800",
    "null": "a\x00b",
    "several lines": "a\nb",
    "nothing to see": "\u200b",
    "emoji": "\U0001f469\u200d\U0001f467",
}


def told(words: str, title: str = "") -> Iterable[notices.Notice]:
    """A notice of every kind that names somebody by these words, and something by a title or the same words."""
    title = title or words
    bond, promise, noor, today = ids.new(), ids.new(), ids.new(), NOW.date()
    of = {"bond_id": bond, "now": NOW}
    reminder = notices.reminder(noor, promise, today, bond_id=bond, last_day=today, title=title, due_time=None, expires_at=NOW)
    yield notices.may_run_late(reminder, NOW)
    yield notices.kept(noor, promise, today, title=title, name=words, **of)
    yield notices.nudge(noor, ids.new(), today, name=words, **of)
    for kind in MilestoneKind:
        yield notices.milestone(noor, ids.new(), kind=kind, count=30, title=title, name=words, **of)


def strings(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict | list):
        for one in found.values() if isinstance(found, dict) else found:
            yield from strings(one)


@pytest.mark.parametrize("what", EVERYTHING)
@pytest.mark.parametrize("shows_details", [True, False])
def test_a_notice_is_whole_and_shows_no_sign_that_turns_or_hides_something(what: str, shows_details: bool) -> None:
    """Also where such words came into the database before anybody refused them."""
    words = EVERYTHING[what]
    for notice in told(words):
        message = compose(notice, origin="https://weft.example.org", shows_details=shows_details, due=1, now=NOW)
        assert len(message.payload) == SIZE
        said = json.loads(message.payload)["notification"]
        for one in strings(said):
            assert not {unicodedata.category(letter) for letter in one if letter not in JOINERS + HOLDS} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
            assert re.fullmatch(r"[^\u2068\u2069]*(\u2068[^\u2068\u2069]*\u2069[^\u2068\u2069]*)*", one)
        assert len(said["title"]) <= LONGEST_TITLE
        assert len(said["body"]) <= LONGEST_NAME + LONGEST_TITLE + 6
        assert {one["action"] for one in said["actions"]} <= {"kept", "late", "thanks"}
        assert not any("zq7" in one["title"] for one in said["actions"])
        assert all(one["navigate"].startswith("https://weft.example.org/") for one in (said, *said["actions"]))


@pytest.mark.parametrize(("name", "title"), [("\u0646\u0648\u0631", "Walk 3 miles"), ("Sam", "3 \u0639\u0634\u0627\u0621")])
def test_a_name_or_a_title_from_right_to_left_turns_no_word_of_a_notice(name: str, title: str) -> None:
    said = [json.loads(compose(one, origin="https://a", shows_details=True, due=1, now=NOW).payload) for one in told(name, title)]
    bodies = [one["notification"]["body"] for one in said if one["notification"]["body"] != name]
    assert len(bodies) > 5
    assert [one for one in bodies if is_turned(one)] == []


@pytest.mark.parametrize("what", DRAWN)
def test_a_picture_holds_any_name_within_its_box_or_leaves_it_out(what: str) -> None:
    """As the pages ask for it: a name of which the font lacks a letter is not drawn."""
    names = DRAWN[what]
    can = drawing.can_write(names)
    image = Image.open(BytesIO(drawing.png(replace(WEEK, names=names if can else "")))).convert("RGB")
    assert image.size == (drawing.WIDTH, drawing.HEIGHT)
    bare = Image.open(BytesIO(drawing.png(WEEK))).convert("RGB")
    paper = tuple(bytes.fromhex(sheet.PAPER[1:]))
    for margin in MARGINS:
        assert image.crop(margin).getcolors() == [(90 * 90, paper)]
    for rest in ((0, 0, 1080, NAMES_AT[1]), (0, NAMES_AT[3], 1080, 1350)):
        assert image.crop(rest).tobytes() == bare.crop(rest).tobytes()


def test_what_does_not_fit_is_cut_and_can_still_be_read() -> None:
    from web.drawing import lettering

    face = lettering.fitting("W" * 480, 44, lettering.STRONG, 888)
    assert face.size >= lettering.SMALLEST
    assert lettering.cut("Noor & Sam", lettering.font(44), 888) == "Noor & Sam"
    assert lettering.cut("W" * 480, face, 888).endswith("W…")
    assert face.getlength(lettering.cut("W" * 480, face, 888)) <= 888


@pytest.mark.parametrize("name", ["W" * 80, "\u0646\u0648\u0631", "Zo\u0308e \u200dx", "{{7*7}}<b>", "' OR 1=1; --", "=1+1"])
def test_whatever_somebody_is_called_their_pictures_and_files_come(
    database: Database, desk: "Desk", clock: StandingClock, open_client: Callable[[], Any], name: str
) -> None:
    with database.write() as session:
        couple = make.couple(session, now=NOW)
        make.check_in(session, make.promise(session, couple.noor))
        people.update(session, couple.noor.id, name=name)
    clock.at = couple.bond.next_review_at
    with database.write() as session:
        summaries.summarise(session, now=clock.at, limit=10)
    client = make.sign_in(open_client(), desk, couple.noor)
    week = f"/weeks/{couple.bond.next_review_on}/picture"
    drawn = client.get(f"{week}.png?names=yes")
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/png")
    assert Image.open(BytesIO(drawn.content)).size == (drawing.WIDTH, drawing.HEIGHT)
    assert re.findall(r'download="([^"]*)"', client.get(week).text) in ([], [f"weft-{couple.bond.next_review_on}.png"])
    file = client.get("/export/file")
    assert re.fullmatch(r'attachment; filename="weft-\d{4}-\d\d-\d\d\.json"', file.headers["content-disposition"])
    assert file.headers["content-type"].startswith("application/json")
    assert json.loads(file.text)["profile"]["name"] == name


@pytest.mark.parametrize("what", [*EVERYTHING, "a calendar"])
def test_no_words_end_a_line_of_a_calendar_or_begin_another_thing_in_it(what: str) -> None:
    words = EVERYTHING.get(what, 'x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:evil\r\nATTACH:file:///etc/passwd\nX-EVIL;A="b:c"')
    words = words.encode("utf-8", "replace").decode()
    written = ics.text([Entry("1", words, date(2026, 3, 20), None, date(2026, 3, 20), 0, "/")], "https://weft.example.org")
    lines = written.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    begun = [line for line in lines if line.startswith((b"BEGIN:VEVENT", b"SUMMARY", b"ATTACH", b"X-EVIL"))]
    assert [line.partition(b":")[0] for line in begun] == [b"BEGIN", b"SUMMARY"]
    (event,) = vobject.readOne(written.decode()).contents["vevent"]
    assert set(event.contents) == {"uid", "dtstamp", "last-modified", "sequence", "summary", "dtstart", "class", "transp", "url"}


@pytest.fixture
def home(database: Database) -> Homestead:
    return Homestead(database)


def test_no_address_writes_a_line_of_its_own_into_the_log(home: Homestead, somebody: Callable[[str], Any], log: StringIO) -> None:
    client = somebody("Noor")
    asked = ["/promises/%0aevil", "/%0d%0a{}", "/weeks/%1b[2Jevil", "/search?q=%0aevil", "/enter/%e2%80%aeevil", "/calendar/%00evil.ics"]
    for path in asked:
        client.get(path, headers={"x-request-id": "evil", "user-agent": "evil\tagent"}, follow_redirects=False)
        client.request("EVIL", path, follow_redirects=False)
    lines = log.getvalue().splitlines()
    assert len(lines) >= len(asked)
    for line in lines:
        assert datetime.fromisoformat(json.loads(line)["timestamp"])
        assert line.isprintable()
        assert "evil" not in line.lower()
