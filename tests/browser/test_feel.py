"""How it feels under a thumb: large enough, still, quick to answer, and back where one was."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, expect

from jobs import demo
from server.actions import sessions
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.server import Running, running

SUNDAY = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
"""Half past seven in the evening in Berlin."""
DINNER = "Home for dinner"
TOO_SMALL = """() => {
  const within = (one, x, y) => { const hit = document.elementFromPoint(x, y); return hit && one.contains(hit); };
  const reach = (one, x, y, dx, dy) => { let n = 0; while (n < 44 && within(one, x + dx * (n + 1), y + dy * (n + 1))) n += 1; return n; };
  const found = [];
  for (const fold of document.querySelectorAll('main details')) fold.open = true;
  for (const one of document.querySelectorAll('a[href], button, summary, input:not([type=hidden]), select, textarea, label.pill')) {
    const isAlone = one.parentElement.textContent.trim() === one.textContent.trim() || getComputedStyle(one).display !== 'inline';
    if ((one.matches('a') && !isAlone) || one.matches('.skip, label.pill input') || !one.checkVisibility()) continue;
    one.scrollIntoView({ block: 'center' });
    const box = one.getBoundingClientRect();
    const [x, y] = [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
    const width = reach(one, x, y, -1, 0) + reach(one, x, y, 1, 0) + 1;
    const height = reach(one, x, y, 0, -1) + reach(one, x, y, 0, 1) + 1;
    if (Math.min(width, height) < 44) found.push(`${one.textContent.trim() || one.ariaLabel || one.name} ${width}x${height}`);
  }
  return found;
}"""
ZOOMS = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
  .filter((field) => !field.matches('.choice input') && parseFloat(getComputedStyle(field).fontSize) < 16).map((field) => field.name)"""
KEYS = """() => [...document.querySelectorAll('input[type=text]:not([readonly]), textarea')]
  .filter((field) => !field.enterKeyHint && field.localName === 'input' || !field.autocapitalize && field.name !== 'token_name')
  .map((field) => field.name)"""
SHIFTS = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => window.shifts.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true });
}"""
DRAWN = "() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))); })"
"""What was in the page is on the screen, and what is told of that has been told."""
SHIFTED = (
    "window.shifts.filter((one) => !one.hadRecentInput).map((one) => [one.value, one.sources.map(({ node }) => node?.className ?? '')])"
)
IS_INSTALLABLE = "localStorage.setItem('install', JSON.stringify({ tapped: true, later: 0, at: 0 }))"
AN_IPHONE = "Object.defineProperty(navigator, 'standalone', { value: false, configurable: true })"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, demo.Cast]]:
    """A Weft with eleven weeks of Noor and Sam in it."""
    with running(tmp_path_factory.mktemp("felt") / "data", SUNDAY) as weft:
        yield weft, demo.tell(weft.desk.database, SUNDAY)


@pytest.fixture
def open_as(told: tuple[Running, demo.Cast], chromium: Any) -> Iterator[Any]:
    weft, cast = told
    opened: list[BrowserContext] = []

    def somebody(name: str, browser: Any = None, **options: Any) -> Page:
        phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "service_workers": "block"}
        context = (browser or chromium).new_context(base_url=weft.url, **(phone | options))
        opened.append(context)
        context.clock.set_system_time(SUNDAY)
        with weft.desk.database.write() as session:
            token = sessions.begin(session, cast.members[name], device="Chromium", now=SUNDAY)
        context.add_cookies([{"name": "sid", "value": token, "url": weft.url}])
        page: Page = context.new_page()
        return page

    yield somebody
    for context in opened:
        context.close()


def opens(page: Page, path: str) -> None:
    """Open a page and wait for what comes once it stands."""
    page.goto(path)
    expect(page.locator("script[src*='/later.']")).to_have_count(1)
    page.evaluate(DRAWN)


def dinner(page: Page) -> str:
    page.goto("/promises")
    return str(page.get_by_role("link", name=DINNER).first.get_attribute("href"))


@pytest.mark.parametrize("width", [390, 320])
def test_every_target_is_as_large_as_a_thumb_and_no_field_zooms(open_as: Any, width: int) -> None:
    page = open_as("Noor", viewport={"width": width, "height": 844})
    page.add_init_script(f"{IS_INSTALLABLE}; {AN_IPHONE}")
    promise = dinner(page)
    page.goto("/")
    milestone = page.locator("a[href^='/milestones/']").first.get_attribute("href")
    form = "/promises/new?template=dinner"
    for path in ("/", "/promises", "/promises/new", form, "/week", "/us", "/me", "/help", "/sign-in?again=1", promise, milestone):
        page.goto(str(path))
        page.wait_for_load_state("networkidle")
        assert (path, page.evaluate(TOO_SMALL), page.evaluate(ZOOMS), page.evaluate(KEYS)) == (path, [], [], [])


def test_what_a_page_is_for_is_within_reach_of_a_thumb(open_as: Any) -> None:
    page = open_as("Noor")
    for path, label in (("/promises", "Make a promise"), ("/promises/new?template=dinner", "Promise it")):
        page.goto(path)
        primary = page.locator(".primary", has_text=label)
        box, nav = primary.bounding_box(), page.locator(".nav").bounding_box()
        assert box
        assert nav
        assert 844 * 0.6 < box["y"] <= nav["y"] - box["height"]
        page.keyboard.press("End")
        primary.tap()
        expect(page).not_to_have_url(path)


def test_the_notch_and_the_bar_of_the_phone_cover_nothing(open_as: Any) -> None:
    page = open_as("Noor")
    devtools = page.context.new_cdp_session(page)
    opens(page, "/")
    before = page.evaluate(EDGES)
    devtools.send("Emulation.setSafeAreaInsetsOverride", {"insets": {"top": 47, "bottom": 34, "left": 21, "right": 23}})
    after = page.evaluate(EDGES)
    assert [now - then for now, then in zip(after, before, strict=True)] == [47, 34, 21, 23, 22, 34]


EDGES = """() => {
  const part = (selector, name) => parseFloat(getComputedStyle(document.querySelector(selector))[name]);
  return [part('.page', 'paddingTop'), part('.page', 'paddingBottom'), part('.page', 'paddingLeft'), part('.nav', 'paddingRight') ,
    part('.nav', 'paddingBottom'), part('.asides', 'bottom')];
}"""


def test_nothing_moves_by_itself(open_as: Any) -> None:
    page = open_as("Noor")
    page.add_init_script(f"{IS_INSTALLABLE}; {AN_IPHONE}; ({SHIFTS})()")
    for path in ("/", dinner(page), "/week", "/promises"):
        opens(page, path)
        assert (path, page.evaluate(SHIFTED)) == (path, [])


def test_nothing_moves_when_the_answer_to_a_tap_comes_late(open_as: Any) -> None:
    page = open_as("Noor")
    page.add_init_script(f"({SHIFTS})()")

    def answer_late(route: Any) -> None:
        # Longer than the half second in which a browser puts what moves down to the tap itself.
        page.wait_for_timeout(700)
        route.continue_()

    page.route("**/check-ins", answer_late)
    opens(page, "/")
    entries = page.evaluate("history.length")
    page.get_by_role("button", name="Mark ‘Phone away after nine’ kept").tap()
    expect(page.locator("li.card", has_text="Phone away after nine").get_by_role("button", name="Undo")).to_be_visible()
    page.evaluate(DRAWN)
    assert page.evaluate(SHIFTED) == []
    assert page.evaluate("history.length") == entries


def test_going_back_sends_nothing_again(open_as: Any) -> None:
    page = open_as("Sam")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto("/promises/new?template=walk")
    page.get_by_role("button", name="Promise it").tap()
    expect(page).to_have_url("/promises")
    page.go_back()
    expect(page.locator("#title")).to_be_visible()
    page.go_forward()
    expect(page).to_have_url("/promises")
    assert len(sent) == 1


@pytest.fixture
def with_memory(playwright: Playwright) -> Iterator[Browser]:
    """A browser that keeps pages whole for the way back, which Playwright turns off."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, ignore_default_args=["--disable-back-forward-cache"])
    yield browser
    browser.close()


def test_the_way_back_leads_to_the_very_page_and_place(open_as: Any, with_memory: Browser) -> None:
    page = open_as("Noor", with_memory)
    opens(page, "/")
    page.evaluate("addEventListener('pageshow', (event) => { document.body.dataset.persisted = event.persisted; })")
    page.evaluate("scrollTo(0, 400)")
    page.get_by_role("link", name="Week").tap()
    expect(page).to_have_url("/week")
    page.evaluate("history.back()")
    expect(page).to_have_url("/")
    expect(page.locator("body")).to_have_attribute("data-persisted", "true")
    assert page.evaluate("scrollY") == 400


def test_a_tap_counts_while_the_scripts_are_still_on_their_way(open_as: Any) -> None:
    page = open_as("Sam")
    page.route("**/static/*.js", lambda route: None)
    page.goto("/", wait_until="commit")
    page.get_by_role("button", name="Mark ‘Show the card statement’ kept").tap(no_wait_after=True)
    expect(page.locator("li.card", has_text="Show the card statement").get_by_role("button", name="Undo")).to_be_visible()


def _held(page: Page, address: str) -> list[Route]:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(address, hold)
    return held


def test_a_tap_before_htmx_is_there_waits_for_it_and_does_without_where_it_never_comes(open_as: Any) -> None:
    page = open_as("Noor")
    held = _held(page, "**/static/htmx*.js")
    card = page.locator("li.card", has_text="Call Mum with Sam")
    ring, undo = card.get_by_role("button", name=re.compile("^Mark")), card.get_by_role("button", name="Undo")
    with page.expect_request("**/static/htmx*.js"):
        page.goto("/")
    page.evaluate("window.stayed = true")
    ring.tap()
    expect(card).to_have_class(re.compile("is-filling"))
    held.pop().continue_()
    expect(undo).to_be_visible()
    assert page.evaluate("window.stayed") is True
    with page.expect_request("**/static/htmx*.js"):
        page.goto("/")
    page.evaluate("window.stayed = true")
    undo.tap(no_wait_after=True)
    held.pop().abort()
    expect(ring).to_be_visible()
    assert page.evaluate("window.stayed ?? false") is False


def test_a_passkey_asked_for_before_the_scripts_are_there_waits_for_them(open_as: Any) -> None:
    page = open_as("Noor")
    page.context.clear_cookies()
    held = _held(page, "**/static/pages*.js")
    with page.expect_request("**/static/pages*.js"):
        page.goto("/sign-in")
    page.get_by_role("button", name="Continue with your passkey").tap()
    with page.expect_request("**/sign-in/options") as asked:
        held.pop().continue_()
    assert asked.value.method == "POST"
    assert page.url.endswith("/sign-in")


def test_pages_of_the_app_fade_into_each_other_quickly_or_not_at_all(open_as: Any) -> None:
    page = open_as("Noor")
    opens(page, "/")
    assert page.evaluate(FADES) == {
        "when": ["(display-mode: standalone) and (prefers-reduced-motion: no-preference)"],
        "lasting": ["140ms"],
    }


FADES = """() => {
  const found = { when: [], lasting: [] };
  const read = (rules, media) => {
    for (const rule of rules) {
      if (rule instanceof CSSViewTransitionRule && rule.navigation === 'auto') found.when.push(media);
      if (rule.selectorText?.includes('view-transition-new')) found.lasting.push(rule.style.animationDuration);
      if (rule.cssRules) read(rule.cssRules, rule.media?.mediaText ?? media);
    }
  };
  for (const sheet of document.styleSheets) read(sheet.cssRules, '');
  return found;
}"""


def test_the_finger_is_answered_by_the_page_and_scrolls_it(open_as: Any) -> None:
    page = open_as("Noor")
    opens(page, "/promises")
    root, primary = page.locator("html"), page.get_by_role("link", name="Make a promise")
    expect(root).to_have_css("touch-action", "manipulation")
    for part in (root, page.locator("body")):
        expect(part).to_have_css("overscroll-behavior-y", "auto")
    assert page.evaluate("document.scrollingElement === document.documentElement && document.body.scrollHeight > innerHeight")
    expect(primary).to_have_css("-webkit-tap-highlight-color", "rgba(0, 0, 0, 0)")
    primary.hover()
    page.mouse.down()
    expect(primary).to_have_css("opacity", "0.65")
