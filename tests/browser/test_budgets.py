"""What Weft may cost a phone: bytes over the wire, and the time that somebody waits, on a processor four times as slow."""

from collections.abc import Callable, Iterator
from statistics import median
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.walk import SUNDAY, Told

FIRST_LOAD = 40 * 1024
OFFLINE = 500
TAP, EVENT = 700, 150
SLOWER = 4
A_MOMENT = 750
"""In milliseconds, by the browser's own clock: events come to be known a little after them, and any sooner it would be a double tap."""
AFTERWARDS = ("/static/later.", "/live", "/sw.js")
"""What is loaded once a page stands."""
PHONE_AWAY = "Phone away after nine"
WATCHES = """
window.shifts = [];
window.events = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value, sources }) =>
  [value, sources.map(({ node }) => node?.className ?? "")]))).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => events.push(...list.getEntries().filter((one) => one.interactionId).map((one) => one.duration)))
  .observe({ type: "event", durationThreshold: 16, buffered: true });
"""
PAINTED = """new Promise((seen) => new PerformanceObserver((list) =>
  list.getEntriesByName("first-contentful-paint").forEach(({ startTime }) => seen(startTime)))
  .observe({ type: "paint", buffered: true }))"""
IS_SUNDAY = f"""{{
  const ahead = {SUNDAY.timestamp() * 1000} - Date.now(), now = Date.now.bind(Date);
  Date.now = () => now() + ahead;
}}"""
"""The day of the story, while what the browser measures stays its own."""
WAITS_FOR = """(title) => {
  const card = [...document.querySelectorAll("li.card")].find((one) => one.textContent.includes(title));
  window.waited = new Promise((stands) => card.addEventListener("click", ({ timeStamp }) => {
    const watch = new MutationObserver(() => {
      if (!document.getElementById(card.id).querySelector("[value=undo]")) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => stands(performance.now() - timeStamp)));
    });
    watch.observe(document.body, { subtree: true, childList: true, attributes: true });
  }, { once: true, capture: true }));
}"""


@pytest.fixture
def page(open_as: Callable[..., Page]) -> Page:
    """Noor's phone, which was never here before."""
    page = open_as("Noor", at=None, is_mobile=True, has_touch=True, timezone_id="Europe/Berlin")
    page.add_init_script(IS_SUNDAY)
    page.add_init_script(WATCHES)
    return page


@pytest.fixture
def devtools(page: Page) -> Iterator[CDPSession]:
    session = page.context.new_cdp_session(page)
    yield session
    session.detach()


def test_the_first_visit_to_today_costs_forty_kilobytes_at_most(told: Told, page: Page, devtools: CDPSession) -> None:
    asked: dict[str, str] = {}
    cost: dict[str, int] = {}
    devtools.on("Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["request"]["url"]}))
    devtools.on("Network.loadingFinished", lambda event: cost.update({event["requestId"]: event["encodedDataLength"]}))
    devtools.send("Network.enable")
    page.goto("/", wait_until="load")
    page.evaluate("Promise.all(['/icons/favicon.svg', '/icons/any-192.png', '/manifest.webmanifest'].map((one) => fetch(one)))")
    counted = {one: url for one, url in asked.items() if url.startswith("http") and not urlsplit(url).path.startswith(AFTERWARDS)}
    for _ in range(250):
        if counted.keys() <= cost.keys():
            break
        page.wait_for_timeout(20)
    spent = {url: cost[one] for one, url in counted.items()}
    assert {urlsplit(url).path.rpartition(".")[2] for url in spent} >= {"/", "css", "js", "webmanifest", "png", "svg"}
    assert sum(spent.values()) <= FIRST_LOAD, spent
    assert {urlsplit(url).netloc for url in asked.values() if not url.startswith("data:")} == {urlsplit(told.weft.url).netloc}


@pytest.mark.parametrize("path", ["/", "/promises", "/week", "/us", "/me", "/help"])
def test_nothing_moves_on_a_page_while_it_loads(page: Page, path: str) -> None:
    page.goto(path)
    # That nothing moves also once all has come, only time can show.
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300)))")
    assert page.evaluate("shifts") == []


@pytest.mark.timed
def test_today_opens_without_a_network_in_half_a_second(page: Page) -> None:
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    page.reload()
    assert page.evaluate("Boolean(navigator.serviceWorker.controller)")
    page.context.set_offline(True)
    assert median(_painted(page) for _ in range(3)) <= OFFLINE


def _painted(page: Page) -> float:
    page.goto("/")
    expect(page.get_by_role("heading", name=PHONE_AWAY)).to_be_visible()
    return float(page.evaluate(PAINTED))


@pytest.mark.timed
def test_a_tap_is_answered_soon_on_a_slow_phone(page: Page, devtools: CDPSession) -> None:
    page.goto("/")
    page.wait_for_load_state("load")
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    waited, felt = zip(*(_tapped(page) for _ in range(3)), strict=True)
    assert median(waited) <= TAP, waited
    assert median(felt) <= EVENT, felt


def _tapped(page: Page) -> tuple[float, float]:
    """How long one tap takes until its card has changed, and the longest event of it; then it is taken back."""
    page.evaluate(WAITS_FOR, PHONE_AWAY)
    page.evaluate("() => { events.length = 0 }")
    page.get_by_role("button", name=f"Mark ‘{PHONE_AWAY}’ kept").tap()
    waited = page.evaluate("window.waited")
    page.wait_for_timeout(A_MOMENT)
    felt = page.evaluate("Math.max(16, ...events)")
    page.locator("li.card", has_text=PHONE_AWAY).get_by_role("button", name="Undo").tap()
    expect(page.get_by_role("button", name=f"Mark ‘{PHONE_AWAY}’ kept")).to_be_visible()
    page.wait_for_timeout(A_MOMENT)
    return waited, felt
