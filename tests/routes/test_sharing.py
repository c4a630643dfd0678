"""What another app shares becomes the words of a promise, and is kept nowhere before somebody promises it."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from server.routes import entering
from server.routes.showing import shared
from server.store import promises
from tests import make

TITLE = re.compile(r'id="title" name="title" type="text" value="([^"]*)"')


@pytest.fixture
def couple(database: Any) -> make.Couple:
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def noor(client: Any, desk: Any, couple: make.Couple) -> Any:
    return make.sign_in(client, desk, couple.noor)


def drafted(client: Any, **fields: str) -> str:
    """The words that stand in the form after something was shared."""
    page = client.get(f"/promises/new?{urlencode(fields)}", headers={"sec-fetch-site": "none"})
    assert page.status_code == 200
    return unescape(TITLE.findall(page.text)[0])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": "Buy flowers for Sam"}, "Buy flowers for Sam"),
        ({"title": "Dentist"}, "Dentist"),
        ({"title": "Notes", "text": "Buy flowers"}, "Buy flowers"),
        ({"title": "Opening hours", "text": "https://dentist.example/hours"}, "Opening hours https://dentist.example/hours"),
        ({"title": "Opening hours", "url": "https://dentist.example/hours"}, "Opening hours https://dentist.example/hours"),
        ({"text": "Look\nhttps://a.example at this"}, "Look at this https://a.example"),
        ({"url": "https://a.example/"}, "https://a.example/"),
        ({"url": "javascript:alert(1)", "text": "Hello"}, "Hello"),
        ({"text": " first\r\n\tsecond\x00\x1b[0m\u202e third \u2028 "}, "first second [0m third"),
        ({"text": '<b>"Call" & ask</b>'}, '<b>"Call" & ask</b>'),
        ({"text": "Short", "url": f"https://a.example/{'x' * 100}"}, "Short"),
        ({"text": "word " * 40}, "word " * 23 + "word…"),
        ({"text": "x" * 200}, "x" * 119 + "…"),
        ({"text": "y" * 120}, "y" * 120),
    ],
)
def test_what_is_shared_becomes_one_line_of_a_draft(noor: Any, fields: dict[str, str], words: str) -> None:
    assert drafted(noor, **fields) == words
    assert len(words) <= shared.LONGEST_TITLE


def test_what_is_shared_is_kept_nowhere_before_it_is_promised(noor: Any, database: Any, couple: make.Couple) -> None:
    drafted(noor, text="Buy flowers for Sam")
    with database.read() as session:
        assert promises.of_member(session, couple.noor.id) == []
    assert "Buy flowers" not in noor.get("/promises").text


def test_nothing_shared_leads_to_the_templates(noor: Any) -> None:
    assert "What will you do?" in noor.get("/promises/new?title=&text=%0A%20&url=").text


def test_somebody_who_is_signed_out_comes_to_the_draft_after_signing_in(open_client: Any, noor: Any) -> None:
    path = f"/promises/new?{urlencode({'title': 'Blüten & Sam', 'text': '', 'url': 'https://a.example/?b=c&d=e#f'})}"
    sent_to = open_client().get(path, follow_redirects=False).headers["location"]
    assert parse_qs(urlsplit(sent_to).query) == {"next": [path]}
    led_to = noor.get(sent_to, follow_redirects=False).headers["location"]
    assert led_to == path
    assert unescape(TITLE.findall(noor.get(led_to).text)[0]) == "Blüten & Sam https://a.example/?b=c&d=e#f"


def test_more_than_can_be_carried_along_is_left_behind(open_client: Any) -> None:
    path = f"/promises/new?{urlencode({'text': 'x' * entering.LONGEST_NEXT})}"
    assert open_client().get(path, follow_redirects=False).headers["location"] == "/sign-in?next=/promises/new"


@pytest.mark.parametrize("after", ["/" + "x" * entering.LONGEST_NEXT, "//evil.example/?a=b", "/\\evil.example", "/a?b=\r\nSet-Cookie: c=d"])
def test_nowhere_else_is_anybody_led(noor: Any, after: str) -> None:
    assert noor.get(f"/sign-in?{urlencode({'next': after})}", follow_redirects=False).headers["location"] == "/"
