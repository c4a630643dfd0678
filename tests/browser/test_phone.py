"""What a phone shows at once: a page without a network, a ring under the thumb, a word from the lock screen."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser.faults import Fault
from tests.browser.waiting import DINNER, SAVED, Story

FRAMES = """() => new Promise((done) => {
  const form = document.querySelector("form.tap");
  const card = form.closest("li");
  const isFull = () => getComputedStyle(card.querySelector(".tick")).visibility === "visible";
  form.addEventListener("submit", () => {
    const inTask = card.classList.contains("is-filling");
    requestAnimationFrame(() => done({ inTask, inFrame: isFull(), sent: document.body.textContent.includes("1 of 1 kept") }));
  });
  form.requestSubmit();
})"""
POSTS = """([action, fields]) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action });
  form.append(...Object.entries(fields).map(([name, value]) => Object.assign(document.createElement("input"), { name, value })));
  document.body.append(form);
  form.submit();
}"""
AGES = """async (date) => {
  const pages = await caches.open("pages");
  const copy = await pages.match("/");
  const headers = new Headers(copy.headers);
  headers.set("date", date);
  await pages.put("/", new Response(await copy.text(), { headers }));
}"""
HEARS = """() => {
  const { controller } = navigator.serviceWorker;
  window.asked = new Promise((heard) => {
    controller.postMessage = function ({ type }) { heard(type); return ServiceWorker.prototype.postMessage.apply(this, arguments); };
    setTimeout(heard, 15000, "nothing");
  });
}"""
MOTION = """() => Math.max(...[...document.querySelectorAll(".card, .card *")].flatMap((one) => {
  const { transitionDuration, animationDuration, animationName } = getComputedStyle(one);
  return [...transitionDuration.split(","), ...(animationName === "none" ? [] : animationDuration.split(","))].map(parseFloat);
}))"""


def test_what_was_never_opened_says_so_without_a_network(story: Story) -> None:
    story.goes_offline()
    story.phone.open("/promises/new?template=walk")
    story.phone.sees("No signal")


def test_after_signing_out_another_finds_no_copy_of_a_page(story: Story) -> None:
    story.page.evaluate("() => caches.open('pages').then((pages) => pages.keys()).then((all) => all.length)")
    story.goes_offline()
    story.phone.taps(f"Mark ‘{DINNER}’ kept")
    story.phone.sees(SAVED)
    story.phone.context.clear_cookies()
    story.phone.context.set_offline(False)
    story.phone.open("/")
    expect(story.page).to_have_url(re.compile("/sign-in"))
    assert story.page.evaluate("() => caches.has('pages')") is False
    assert len(story.outbox()) == 1


def test_kept_on_the_lock_screen_waits_with_the_others(story: Story) -> None:
    story.goes_offline()
    url = f"/promises/{story.dinner.id}/check-ins"
    form = {"kind": "kept", "by": str(story.couple.noor.id)}
    story.worker().evaluate("([url, form]) => speak({ url, form }, {})", [url, form])
    story.phone.sees(SAVED)
    story.comes_back()
    story.phone.sees("1 of 1 kept")
    assert story.kinds() == ["kept"]


def test_the_browsers_own_word_of_a_network_has_the_worker_send(story: Story) -> None:
    story.goes_offline()
    story.phone.taps(f"Mark ‘{DINNER}’ kept")
    story.phone.sees(SAVED)
    story.page.evaluate(HEARS)
    story.phone.context.set_offline(False)
    assert story.page.evaluate("window.asked") == "flush"
    story.tries_again()
    story.is_empty()
    assert story.kinds() == ["kept"]


def test_pages_say_as_of_when_they_are_until_they_come_fresh(story: Story) -> None:
    for path in ("/promises", f"/promises/{story.dinner.id}", "/week", "/"):
        story.phone.open(path)
    now = datetime.now(UTC).astimezone(ZoneInfo(make.ZONE))
    story.goes_offline()
    for path in ("/promises", f"/promises/{story.dinner.id}", "/week", "/"):
        story.phone.open(path)
        expect(story.page.locator("[data-last]")).to_have_text(re.compile(r"^As you last saw it, (today|yesterday) \d?\d:\d\d$"))
    assert abs(now - datetime.fromisoformat(str(story.page.locator("[data-last] time").get_attribute("datetime")))) < timedelta(minutes=2)
    story.comes_back()
    expect(story.page.locator("[data-last]")).to_be_hidden()
    story.phone.open("/")
    expect(story.page.locator("[data-last]")).to_be_hidden()


@pytest.mark.parametrize(("days", "words"), [(0, "today"), (1, "yesterday"), (9, "weekday")])
def test_a_copy_names_its_day(story: Story, days: int, words: str) -> None:
    local = (datetime.now(ZoneInfo(make.ZONE)) - timedelta(days=days)).replace(hour=17, minute=5)
    story.goes_offline()
    story.page.evaluate(AGES, local.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"))
    story.phone.open("/")
    day = f"{local:%A} {local.day} {local:%B}" if words == "weekday" else words
    expect(story.page.locator("[data-last]")).to_have_text(f"As you last saw it, {day} {local:%H:%M}")


def test_a_copy_names_its_hour_as_every_page_does_wherever_its_english_is_from(story: Story) -> None:
    local = datetime.now(ZoneInfo(make.ZONE)).replace(hour=17, minute=5)
    story.phone.context.add_init_script("Object.defineProperty(navigator, 'languages', { get: () => ['en-US', 'en'] });")
    story.goes_offline()
    story.page.evaluate(AGES, local.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"))
    story.phone.open("/")
    expect(story.page.locator("[data-last]")).to_have_text("As you last saw it, today 17:05")


def test_the_ring_fills_in_the_frame_of_the_tap(story: Story) -> None:
    story.line.fault = Fault.SLOW
    story.page.evaluate("() => { navigator.vibrate = (time) => { window.felt = time; return true; }; }")
    assert story.page.evaluate(FRAMES) == {"inTask": True, "inFrame": True, "sent": False}
    assert 0 < story.page.evaluate("window.felt") <= 20
    longest = story.page.evaluate(MOTION)
    assert 0 < longest <= 0.2
    story.phone.sees("1 of 1 kept")


def test_nothing_moves_or_shakes_for_who_wants_that(story: Story) -> None:
    story.page.emulate_media(reduced_motion="reduce")
    story.page.evaluate("() => { window.felt = 0; navigator.vibrate = (time) => { window.felt = time; return true; }; }")
    assert story.page.evaluate(FRAMES)["inTask"] is True
    assert (story.page.evaluate("window.felt"), story.page.evaluate(MOTION)) == (0, 0)
    story.phone.sees("1 of 1 kept")
    story.page.emulate_media(reduced_motion="null")


def test_a_ring_that_filled_is_taken_back_with_the_reason(story: Story) -> None:
    story.page.evaluate("""() => {
      const form = document.querySelector("form.tap");
      form.elements.day.value = "2031-01-01";
      form.requestSubmit();
    }""")
    expect(story.page.locator(f"li:has-text('{DINNER}')").locator("[data-refused-note]")).to_contain_text("That day has not begun yet.")
    expect(story.page.locator(".is-filling")).to_have_count(0)
    assert (story.log(), story.outbox()) == ([], [])


def test_a_tap_before_any_script_ran_counts_once(story: Story) -> None:
    story.phone.context.route("**/static/*.js", lambda route: route.abort())
    story.phone.open("/")
    form = story.page.evaluate("Object.fromEntries(new FormData(document.querySelector('form.tap')))")
    story.page.evaluate("() => { const form = document.querySelector('form.tap'); form.submit(); form.submit(); }")
    story.phone.sees("1 of 1 kept")
    with story.page.expect_navigation():
        story.page.evaluate(POSTS, [f"/promises/{story.dinner.id}/check-ins", form])
    story.phone.sees("1 of 1 kept")
    story.phone.context.unroute("**/static/*.js")
    story.phone.open("/")
    story.phone.sees("1 of 1 kept")
    assert story.kinds() == ["kept"]
    assert [one.id for one in story.history()] == [UUID(form["id"])]
    assert story.outbox("refused") == []
