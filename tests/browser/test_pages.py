"""Every page as it is seen: by a reader, on a small screen, with large letters, without script, by keyboard alone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from jobs import demo
from server.actions import sessions
from tests.browser.server import Running, running

SUNDAY = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
"""Half past seven in the evening in Berlin."""
THEMES = ("light", "dark")
DINNER = "Home for dinner"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, demo.Cast]]:
    """A Weft with eleven weeks of Noor and Sam in it."""
    with running(tmp_path_factory.mktemp("told") / "data", SUNDAY) as weft:
        yield weft, demo.tell(weft.desk.database, SUNDAY)


@pytest.fixture
def open_as(told: tuple[Running, demo.Cast], chromium: Any) -> Iterator[Any]:
    """Opens a page as somebody of the story who is signed in, or as nobody."""
    weft, cast = told
    opened: list[BrowserContext] = []

    def somebody(name: str = "", **options: Any) -> Page:
        context = chromium.new_context(base_url=weft.url, **({"viewport": {"width": 390, "height": 844}} | options))
        opened.append(context)
        if name:
            with weft.desk.database.write() as session:
                token = sessions.begin(session, cast.members[name], device="Chromium", now=SUNDAY)
            context.add_cookies([{"name": "sid", "value": token, "url": weft.url}])
        return context.new_page()

    yield somebody
    for context in opened:
        context.close()


def _addresses(page: Page) -> list[str]:
    """Every page of a member, one promise and one milestone among them."""
    page.goto("/promises")
    promise = page.get_by_role("link", name=DINNER).first.get_attribute("href")
    page.goto("/")
    milestone = page.locator("a[href^='/milestones/']").first.get_attribute("href")
    fixed = ["/", "/promises", "/promises/new", "/promises/new?template=dinner", "/week", "/us", "/me", "/help", "/sign-in"]
    return [*fixed, str(promise), f"{promise}/edit", str(milestone)]


@pytest.mark.parametrize("theme", THEMES)
def test_no_page_hinders_a_reader(open_as: Any, theme: str) -> None:
    page = open_as("Noor", color_scheme=theme)
    for address in _addresses(page):
        page.goto(address)
        found = Axe().run(page).response["violations"]
        assert [(address, one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found] == []


def test_no_page_scrolls_sideways_or_complains(open_as: Any) -> None:
    page = open_as("Noor", viewport={"width": 320, "height": 700})
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}") if message.type in ("error", "warning") else None)
    for address in _addresses(page):
        page.goto(address)
        for size in ("100%", "200%"):
            page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (address, size)
    assert said == []


def test_a_tap_works_without_script(open_as: Any) -> None:
    page = open_as("Sam", java_script_enabled=False)
    page.goto("/")
    page.get_by_role("button", name="Mark ‘Show the card statement’ kept").click()
    card = page.locator("li.card", has_text="Show the card statement")
    card.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Mark ‘Show the card statement’ kept")).to_be_visible()


def test_a_tap_works_by_keyboard_alone(open_as: Any) -> None:
    page = open_as("Noor")
    page.goto("/")
    ring = page.get_by_role("button", name="Mark ‘Phone away after nine’ kept")
    for _ in range(60):
        if ring.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Mark ‘Phone away after nine’ kept")).to_have_count(0)
    expect(page.locator("li.card", has_text="Phone away after nine").get_by_role("button", name="Undo")).to_be_visible()


def test_the_browser_has_no_complaint_about_installing_it(told: tuple[Running, demo.Cast], open_person: Any) -> None:
    weft, _ = told
    context = open_person(weft)
    page = context.pages[0]
    page.goto(weft.url + "/sign-in")
    page.evaluate("navigator.serviceWorker.ready")
    devtools = context.new_cdp_session(page)
    assert devtools.send("Page.getAppManifest")["errors"] == []
    assert devtools.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
