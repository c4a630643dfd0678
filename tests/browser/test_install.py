"""The way onto the home screen, and the ways from there: shortcuts, and what other apps share."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from server.actions import sessions
from server.store.members import Member
from tests import make
from tests.browser.server import Running, running

SUNDAY = datetime(2026, 11, 22, 15, tzinfo=UTC)
"""Four in the afternoon in Berlin."""
TAPPED = "localStorage.setItem('install', JSON.stringify({ tapped: true, later: 0, at: 0 }))"
OFFERED = """() => {
  const event = new Event('beforeinstallprompt', { cancelable: true });
  event.prompt = async () => ({ outcome: window.answer ?? 'accepted' });
  dispatchEvent(event);
  return event.defaultPrevented;
}"""
AN_IPHONE = "Object.defineProperty(navigator, 'standalone', { value: false, configurable: true })"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, make.Couple]]:
    """Noor with two promises of today and one to herself, and Sam with none."""
    with running(tmp_path_factory.mktemp("home") / "data", SUNDAY) as weft:
        with weft.desk.database.write() as session:
            couple = make.couple(session, now=SUNDAY)
            make.promise(session, couple.noor, "Walk, all of us", due_time=None, now=SUNDAY)
            make.promise(session, couple.noor, "Home for dinner", due_time=time(18, 30), now=SUNDAY)
            make.promise(session, couple.noor, "Breathe", personal=True, now=SUNDAY)
        yield weft, couple


@pytest.fixture
def open_as(home: tuple[Running, make.Couple], chromium: Any) -> Iterator[Any]:
    weft, _ = home
    opened: list[BrowserContext] = []

    def somebody(member: Member | None, *first: str, **options: Any) -> Page:
        context = chromium.new_context(base_url=weft.url, **({"viewport": {"width": 390, "height": 844}} | options))
        opened.append(context)
        context.clock.set_system_time(SUNDAY)
        for script in first:
            context.add_init_script(script)
        if member:
            with weft.desk.database.write() as session:
                token = sessions.begin(session, member.id, device="Chromium", now=SUNDAY)
            context.add_cookies([{"name": "sid", "value": token, "url": weft.url}])
        page: Page = context.new_page()
        return page

    yield somebody
    for context in opened:
        context.close()


@pytest.fixture
def noor(home: tuple[Running, make.Couple]) -> Member:
    return home[1].noor


def opens(page: Page, path: str = "/") -> None:
    """Open a page and wait for what comes once it stands."""
    page.goto(path)
    page.wait_for_load_state("networkidle")


def test_nothing_is_offered_before_a_first_tap(open_as: Any, noor: Member) -> None:
    page = open_as(noor)
    opens(page)
    assert page.evaluate(OFFERED)
    expect(page.locator("[data-install]")).to_be_hidden()
    page.get_by_role("button", name="Mark ‘Breathe’ kept").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    opens(page)
    page.evaluate(OFFERED)
    expect(page.get_by_text("Put Weft on your home screen")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('appinstalled'))")
    expect(page.locator("[data-install]")).to_be_hidden()


def test_later_holds_for_sixty_days_and_twice_for_good(open_as: Any, noor: Member) -> None:
    page = open_as(noor)
    page.clock.install(time=SUNDAY)
    page.goto("/help")
    page.evaluate(TAPPED)
    for days, is_offered in ((0, True), (59, False), (2, True), (400, False)):
        page.clock.set_fixed_time(page.evaluate("Date.now()") / 1000 + timedelta(days=days).total_seconds())
        opens(page)
        page.evaluate(OFFERED)
        expect(page.locator("[data-install]")).to_be_visible(visible=is_offered)
        if is_offered:
            page.get_by_role("button", name="Later").click()
            expect(page.locator("[data-install]")).to_be_hidden()


def test_saying_no_to_the_browser_is_later_too(open_as: Any, noor: Member) -> None:
    page = open_as(noor, TAPPED, "window.answer = 'dismissed'")
    opens(page)
    page.evaluate(OFFERED)
    page.get_by_role("button", name="Put it there").click()
    expect(page.locator("[data-install]")).to_be_hidden()
    assert page.evaluate("JSON.parse(localStorage.install).later") == 1


def test_an_offer_that_comes_before_the_page_stands_is_kept(open_as: Any, noor: Member) -> None:
    page = open_as(noor, TAPPED, f"document.addEventListener('DOMContentLoaded', {OFFERED})")
    opens(page)
    expect(page.get_by_role("button", name="Put it there")).to_be_visible()


def test_an_iphone_is_shown_how_and_the_app_itself_is_offered_nothing(open_as: Any, noor: Member) -> None:
    page = open_as(noor, TAPPED, AN_IPHONE)
    opens(page)
    expect(page.get_by_role("button", name="Put it there")).to_be_hidden()
    page.get_by_role("link", name="See how").click()
    expect(page.get_by_text("In Safari, tap Share")).to_be_in_viewport()
    installed = open_as(noor, TAPPED, AN_IPHONE.replace("false", "true", 1))
    opens(installed)
    expect(installed.locator("[data-install]")).to_be_hidden()


def test_how_to_install_can_be_read_without_script_and_without_signing_in(open_as: Any) -> None:
    page = open_as(None, java_script_enabled=False)
    page.goto("/help")
    for kind, told in (("iPhone and iPad", "Add to Home Screen"), ("Android", "Add to Home screen"), ("Computer", "Add to Dock")):
        page.locator("#install summary", has_text=kind).click()
        expect(page.locator("#install").get_by_text(told).first).to_be_visible()


def test_the_shortcuts_lead_to_the_next_open_promise_and_say_nothing_themselves(open_as: Any, noor: Member) -> None:
    page = open_as(noor)
    opens(page, "/?shortcut=kept")
    ring = page.get_by_role("button", name="Mark ‘Home for dinner’ kept")
    expect(ring).to_be_focused()
    expect(ring).to_be_in_viewport()
    expect(page).to_have_url("/")
    expect(page.get_by_text("0 of 2 kept")).to_be_visible()
    opens(page, "/?shortcut=late")
    expect(page.get_by_role("button", name="20 min")).to_be_in_viewport()
    expect(page.get_by_text("told ahead")).to_have_count(0)


def test_a_shortcut_with_nothing_open_says_so_and_without_script_shows_today(open_as: Any, noor: Member, home: Any) -> None:
    page = open_as(home[1].sam)
    for wanted, said in (("kept", "Nothing of yours is open just now."), ("late", "Nothing of yours has a time")):
        opens(page, f"/?shortcut={wanted}")
        expect(page.get_by_text(said)).to_be_visible()
    plain = open_as(noor, java_script_enabled=False)
    plain.goto("/?shortcut=late")
    expect(plain.get_by_text("0 of 2 kept")).to_be_visible()


def test_what_is_shared_stands_in_the_form_and_nowhere_else(open_as: Any, noor: Member) -> None:
    page = open_as(noor)
    opens(page)
    page.evaluate("navigator.serviceWorker.ready")
    opens(page, "/promises/new?title=Notes&text=Buy%20flowers%0Afor%20Sam&url=")
    expect(page.locator("#title")).to_have_value("Buy flowers for Sam")
    kept = page.evaluate("caches.open('pages').then((pages) => pages.keys()).then((all) => all.map((one) => one.url))")
    assert [url for url in kept if "new" in url] == []
    page.get_by_role("button", name="Promise it").click()
    expect(page).to_have_url("/promises")
    expect(page.get_by_text("Buy flowers for Sam")).to_be_visible()
