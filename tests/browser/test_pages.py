"""Every page as it is seen: by a reader, on a small screen, with large letters, with lines apart, without script, by keyboard alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from tests.browser import walk
from tests.browser.server import running
from tests.browser.walk import Stop, Told

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"], "preload": False}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}, "resultTypes": ["violations"], "preload": False}
UNFOLDS = """() => {
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  document.querySelectorAll("[hidden]").forEach((one) => { one.hidden = false; });
}"""
FITS = "document.documentElement.scrollWidth <= innerWidth"
LARGER = "size => { document.documentElement.style.fontSize = size }"
APART = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
    p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets.push(sheet);
}"""
CUT_OFF = """() => [...document.querySelectorAll("body *:not(.unseen, svg, svg *)")]
  .filter((one) => one.innerText?.trim() && getComputedStyle(one).overflow !== "visible")
  .filter((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.className || one.localName)"""


@dataclass
class Seen:
    """What was found on the way."""

    hinders: list[str] = field(default_factory=list)
    sideways: list[str] = field(default_factory=list)
    cut_off: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    visited: set[str | None] = field(default_factory=set)


@pytest.fixture(scope="module")
def seen(told: Told, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """The whole walk, once for all that is asked of it; nobody's words are kept from the reader by a fold."""
    found, routes, people = Seen(), walk.page_routes(told), dict[str, Page]()

    def looks(weft: Any, stop: Stop) -> None:
        page = people.get(stop.who) or people.setdefault(stop.who, _page(chromium, weft.url, told, stop.who, found))
        _look(page, stop, found, routes)

    noors = people["Noor"] = _page(chromium, told.weft.url, told, "Noor", found)
    for stop in list(walk.stops(told, noors)):
        looks(told.weft, stop)
    people.pop(walk.NOBODY)
    with running(tmp_path_factory.mktemp("empty") / "data", walk.SUNDAY) as empty:
        looks(empty, Stop(walk.NOBODY, "/welcome"))
        looks(empty, Stop(walk.NOBODY, "/welcome", {"name": "", "zone": ""}, status=422))
    for page in chromium.contexts:
        page.close()
    return found


def _page(chromium: Browser, url: str, told: Told, who: str, found: Seen) -> Page:
    context = chromium.new_context(base_url=url, service_workers="block", color_scheme="light")
    if who:
        context.add_cookies([told.cookie(who)])
    page = context.new_page()
    page.on("console", lambda message: _hear(found, page.url, message))
    return page


def _hear(found: Seen, url: str, message: Any) -> None:
    is_status = message.text.startswith("Failed to load resource") and message.location["url"] == url
    if message.type in ("error", "warning") and not is_status and "blocked by Playwright" not in message.text:
        found.complaints.append(f"{url}: {message.text}")


def _look(page: Page, stop: Stop, found: Seen, routes: set[str]) -> None:
    answers: list[int] = []

    def listen(response: Any) -> None:
        if response.request.is_navigation_request():
            answers.append(response.status)

    page.on("response", listen)
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="light")
    stop.open(page)
    page.remove_listener("response", listen)
    found.statuses += [f"{stop}: {answers[-1]}"] if answers[-1] != stop.status else []
    found.visited |= {walk.route_of(urlsplit(page.url).path, routes)} | (
        {walk.route_of(stop.path, routes)} if stop.fields is None else set()
    )
    page.evaluate(UNFOLDS)
    _read(page, stop, found)
    _squeeze(page, stop, found)


def _read(page: Page, stop: Stop, found: Seen) -> None:
    # Tall enough that nothing scrolls: what is fixed to the screen's edge then lies over no field.
    page.set_viewport_size({"width": 390, "height": page.evaluate("document.documentElement.scrollHeight") + 300})
    page.evaluate(AXE_SCRIPT)
    for theme, rules in (("light", RULES), ("dark", COLOURS)):
        page.emulate_media(color_scheme=theme)
        for fault in page.evaluate("rules => axe.run(rules)", rules)["violations"]:
            found.hinders.append(f"{stop} in the {theme}: {fault['id']} {[node['target'] for node in fault['nodes']][:3]}")


def _squeeze(page: Page, stop: Stop, found: Seen) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    for size in ("100%", "200%"):
        page.evaluate(LARGER, size)
        found.sideways += [f"{stop} at {size}"] if not page.evaluate(FITS) else []
    page.evaluate(LARGER, "100%")
    page.evaluate(APART)
    found.sideways += [f"{stop} with lines apart"] if not page.evaluate(FITS) else []
    found.cut_off += [f"{stop}: {one}" for one in page.evaluate(CUT_OFF)]


def test_every_page_of_the_application_is_on_the_walk(seen: Seen, told: Told) -> None:
    assert walk.page_routes(told) - seen.visited == set()


def test_every_page_answers_as_it_should(seen: Seen) -> None:
    assert seen.statuses == []


def test_no_page_hinders_a_reader_in_either_theme(seen: Seen) -> None:
    assert seen.hinders == []


def test_no_page_scrolls_sideways_on_a_small_screen_with_large_letters_or_lines_apart(seen: Seen) -> None:
    assert seen.sideways == []


def test_no_words_are_cut_off_when_their_lines_are_apart(seen: Seen) -> None:
    assert seen.cut_off == []


def test_no_page_makes_the_browser_complain(seen: Seen) -> None:
    assert seen.complaints == []


def test_a_tap_works_without_script(open_as: Callable[..., Page]) -> None:
    page = open_as("Sam", java_script_enabled=False)
    page.goto("/")
    page.get_by_role("button", name="Mark ‘Show the card statement’ kept").click()
    card = page.locator("li.card", has_text="Show the card statement")
    card.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Mark ‘Show the card statement’ kept")).to_be_visible()


def test_the_browser_has_no_complaint_about_installing_it(told: Told, open_person: Any) -> None:
    context = open_person(told.weft)
    page = context.pages[0]
    page.goto(told.weft.url + "/sign-in")
    page.evaluate("navigator.serviceWorker.ready")
    devtools = context.new_cdp_session(page)
    assert devtools.send("Page.getAppManifest")["errors"] == []
    assert devtools.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
