"""Another site, in the browser of somebody who is signed in: it writes nothing, reads nothing and frames nothing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from server.actions import sessions
from server.db.tables import promises
from tests import make
from tests.browser.conftest import FRIDAY
from tests.browser.server import Running, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOSTS = {"another site": "127.0.0.1", "another port of the same site": "localhost"}
FIELDS = {"title": "Not mine", "rhythm": "daily", "area": "time", "audience": "personal", "starts_on": "2026-03-20"}
SENDS = {
    "a fetch": "([to, body]) => fetch(to, {method: 'POST', mode: 'no-cors', credentials: 'include', body: new URLSearchParams(body)})",
    "a fetch that asks first": """([to, body]) => fetch(to, {method: 'POST', credentials: 'include',
        headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)})""",
    "a beacon": "([to, body]) => navigator.sendBeacon(to, new URLSearchParams(body))",
    "a form": """([to, body]) => { const form = Object.assign(document.createElement('form'), {method: 'post', action: to});
        for (const [name, value] of Object.entries(body)) form.append(Object.assign(document.createElement('input'), {name, value}));
        document.body.append(form); form.submit(); }""",
    "a form in a frame": """([to, body]) => { const frame = Object.assign(document.createElement('iframe'), {name: 'into'});
        const form = Object.assign(document.createElement('form'), {method: 'post', action: to, target: 'into'});
        for (const [name, value] of Object.entries(body)) form.append(Object.assign(document.createElement('input'), {name, value}));
        document.body.append(frame, form); form.submit(); }""",
}
READS = {
    "fetch": "to => fetch(to, {credentials: 'include'}).then(answer => answer.text(), () => 'refused')",
    "stream": """to => new Promise(told => { const stream = new EventSource(to, {withCredentials: true});
        stream.onmessage = () => told('read'); stream.onerror = () => { stream.close(); told('refused'); }; })""",
    "image": """to => new Promise(told => { const image = new Image(); image.onload = () => told('read');
        image.onerror = () => told('refused'); image.src = to; })""",
    "script": """to => new Promise(told => { const script = document.createElement('script'); script.onload = () => told('read');
        script.onerror = () => told('refused'); script.src = to; document.body.append(script); })""",
}


class Line:
    """What reaches the server on its way, and what it answers."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, bool, str, int]] = []
        self.news = threading.Condition()

    def __call__(self, app: Any) -> Any:
        async def through(scope: Any, receive: Any, send: Any) -> None:
            async def note(message: Any) -> None:
                if message["type"] == "http.response.start":
                    headers = dict(scope["headers"])
                    site = headers.get(b"sec-fetch-site", b"").decode()
                    has_cookie = b"sid=" in headers.get(b"cookie", b"")
                    with self.news:
                        self.heard.append((scope["method"], scope["path"], has_cookie, site, message["status"]))
                        self.news.notify_all()
                await send(message)

            await app(scope, receive, note if scope["type"] == "http" else send)

        return through

    def posts(self) -> list[tuple[bool, str, int]]:
        """What was sent, and what asked whether it might be: whether a cookie was held, from which kind of site, and the answer."""
        return [(has_cookie, site, status) for method, _, has_cookie, site, status in self.heard if method in ("POST", "OPTIONS")]

    def wait_for_posts(self) -> None:
        with self.news:
            assert self.news.wait_for(self.posts, 15)


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Elsewhere</title><body>Win a prize")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def elsewhere(host: str) -> Iterator[str]:
    """Somebody else's site."""
    site = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    thread = threading.Thread(target=site.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{site.server_port}/"
    finally:
        site.shutdown()
        site.server_close()
        thread.join(5)


@pytest.fixture(scope="module")
def line() -> Line:
    return Line()


@pytest.fixture(scope="module")
def weft(line: Line, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("others") / "data", FRIDAY, line=line) as served:
        yield served


@pytest.fixture
def noor(weft: Running, chromium: "Browser") -> Iterator["Page"]:
    """A page of Noor's browser, which holds her cookie."""
    with weft.desk.database.write() as session:
        member = make.couple(session, now=FRIDAY).noor
        cookie = sessions.begin(session, member.id, device="Chromium", now=FRIDAY)
    context = chromium.new_context()
    context.add_cookies([{"name": "sid", "value": cookie, "url": weft.url, "sameSite": "Lax", "httpOnly": True}])
    yield context.new_page()
    context.close()


@pytest.fixture(params=HOSTS)
def other(request: pytest.FixtureRequest) -> Iterator[str]:
    with elsewhere(HOSTS[request.param]) as url:
        yield url


def promised(weft: Running) -> int:
    with weft.desk.database.everything().read() as session:
        return session.scalar(select(func.count()).select_from(promises)) or 0


def are_refused(line: Line, other: str, how: str) -> None:
    """Whatever the browser let the other site send came with what it says of where it is from, and was turned away."""
    assert {site for _, site, _ in line.posts()} == {"same-site" if "localhost" in other else "cross-site"}
    assert {status for _, _, status in line.posts()} <= {303, 401, 403}
    if "localhost" in other and how != "a fetch that asks first":
        assert [(has_cookie, status) for has_cookie, _, status in line.posts()] == [(True, 403)]


@pytest.mark.parametrize("how", SENDS)
def test_another_site_writes_nothing_with_the_cookie_that_is_held(noor: "Page", weft: Running, line: Line, other: str, how: str) -> None:
    before = promised(weft)
    noor.goto(other)
    line.heard.clear()
    noor.evaluate(f"given => {{ Promise.resolve(({SENDS[how]})(given)).catch(() => 0) }}", [f"{weft.url}/promises", FIELDS])
    line.wait_for_posts()
    are_refused(line, other, how)
    assert promised(weft) == before
    assert noor.context.cookies(weft.url)[0]["value"]


@pytest.mark.parametrize("how", READS)
@pytest.mark.parametrize("path", ["/api/v1/me", "/live", "/export/file", "/"])
def test_another_site_reads_nothing(noor: "Page", weft: Running, other: str, how: str, path: str) -> None:
    noor.goto(other)
    assert noor.evaluate(READS[how], weft.url + path) == "refused"


def test_no_other_site_puts_weft_into_a_frame(noor: "Page", weft: Running, other: str) -> None:
    noor.goto(other)
    noor.evaluate(
        "to => new Promise(loaded => { const frame = document.createElement('iframe'); frame.onload = loaded; frame.src = to;"
        " document.body.append(frame); })",
        f"{weft.url}/",
    )
    assert not any("Today" in (frame.content() or "") for frame in noor.frames[1:])
    assert noor.frames[1].url.startswith("chrome-error:")


def test_a_link_on_another_site_opens_weft_but_keeps_no_hold_of_it(noor: "Page", weft: Running, other: str) -> None:
    noor.goto(other)
    with noor.context.expect_page() as opened:
        noor.evaluate("to => { window.opened = window.open(to) }", f"{weft.url}/")
    opened.value.wait_for_load_state()
    assert "Home for dinner" in opened.value.content() or opened.value.url == f"{weft.url}/"
    assert opened.value.evaluate("window.opener") is None
    assert noor.evaluate("window.opened.closed") is True


def test_weft_s_own_page_writes(noor: "Page", weft: Running, line: Line) -> None:
    before = promised(weft)
    noor.goto(f"{weft.url}/offline")
    line.heard.clear()
    with noor.expect_navigation():
        noor.evaluate(SENDS["a form"], ["/promises", FIELDS])
    assert line.posts() == [(True, "same-origin", 303)]
    assert promised(weft) == before + 1
