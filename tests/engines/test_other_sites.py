"""Another site, in a stock Firefox of somebody who is signed in: what Chromium refuses it, Firefox refuses it too."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from server.actions import sessions
from tests.browser.server import Running, running
from tests.browser.test_other_sites import FIELDS, HOSTS, READS, SENDS, Line, are_refused, elsewhere, promised
from tests.engines.firefox import Firefox
from tests.engines.patience import until

FRAMES = """new Promise((loaded) => { const frame = document.createElement('iframe'); frame.onload = () => loaded(1);
frame.src = %s; document.body.append(frame); setTimeout(() => loaded(0), 3000); })"""


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def weft(tmp_path: Path, line: Line) -> Iterator[Running]:
    with running(tmp_path / "data", datetime.now(UTC), line=line) as served:
        yield served


@pytest.fixture
def noor(weft: Running, couple: Any, dinner: Any, firefox: Firefox) -> Iterator[Firefox]:
    """Her browser, which holds her cookie and has a promise to show."""
    with weft.desk.database.write() as session:
        firefox.keep_cookie("sid", sessions.begin(session, couple.noor.id, device="Firefox", now=weft.clock.at))
    with firefox.another_tab():
        yield firefox


@pytest.fixture(params=HOSTS)
def other(request: pytest.FixtureRequest) -> Iterator[str]:
    with elsewhere(HOSTS[request.param]) as url:
        yield url


def begun(code: str, *given: Any) -> str:
    """What a page of the other site begins, and does not wait for."""
    return f"(Promise.resolve(({code})({json.dumps(given[0] if len(given) == 1 else given)})).catch(() => 0), 1)"


@pytest.mark.parametrize("how", SENDS)
def test_it_writes_nothing_with_the_cookie_that_is_held(noor: Firefox, weft: Running, line: Line, other: str, how: str) -> None:
    before = promised(weft)
    noor.open(other)
    noor.run(begun(SENDS[how], f"{weft.url}/promises", FIELDS))
    line.wait_for_posts()
    are_refused(line, other, how)
    assert promised(weft) == before


def test_it_reads_nothing(noor: Firefox, weft: Running, other: str) -> None:
    noor.open(other)
    for how, code in READS.items():
        for path in ("/api/v1/me", "/live", "/export/file", "/"):
            assert (how, path, noor.run(f"({code})({json.dumps(weft.url + path)})")) == (how, path, "refused")


def test_it_puts_weft_into_no_frame(noor: Firefox, weft: Running, other: str) -> None:
    noor.open(other)
    noor.run(FRAMES % json.dumps(f"{weft.url}/"))
    (tree,) = noor.ask("browsingContext.getTree", root=noor.tab)["contexts"]
    (frame,) = tree["children"]
    uri, words = noor.run("[document.documentURI, document.documentElement.textContent]", frame["context"])
    assert uri.startswith("about:neterror?e=cspBlocked")
    assert "Home for dinner" not in words


def test_a_link_on_it_opens_weft_but_keeps_no_hold_of_it(noor: Firefox, weft: Running, line: Line, other: str) -> None:
    noor.open(other)
    before = {one["context"] for one in noor.ask("browsingContext.getTree")["contexts"]}
    noor.run(f"(window.opened = window.open({json.dumps(weft.url + '/')}), 1)")
    try:
        until(lambda: [one for one in line.heard if one[:2] == ("GET", "/") and one[4] == 200])
        until(lambda: noor.run("window.opened.closed") is True)
    finally:
        for one in noor.ask("browsingContext.getTree")["contexts"]:
            if one["context"] not in before:
                noor.ask("browsingContext.close", context=one["context"])


def test_weft_s_own_page_writes(noor: Firefox, weft: Running, line: Line) -> None:
    before = promised(weft)
    noor.open(f"{weft.url}/offline")
    with line.news:
        line.heard.clear()
    noor.run(begun(SENDS["a form"], "/promises", FIELDS))
    line.wait_for_posts()
    assert line.posts() == [(True, "same-origin", 303)]
    assert promised(weft) == before + 1
