"""Leave to remind: asked for by a tap, once, and otherwise told how it is given on this very phone."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from server.actions import push as subscribing
from server.domain import notices
from server.push import addresses
from tests import make
from tests.browser import lockscreen
from tests.browser.lockscreen import badge
from tests.browser.person import Person
from tests.browser.server import Running, running
from tests.push import rows

ASKED = """
localStorage.setItem('asks', localStorage.getItem('asks') ?? '0');
Object.defineProperty(Notification, 'permission', { get: () => localStorage.getItem('permission') ?? 'default' });
Notification.requestPermission = async () => {
  localStorage.setItem('asks', Number(localStorage.getItem('asks')) + 1);
  localStorage.setItem('permission', '%s');
  return '%s';
};
"""


@pytest.fixture
def weft(tmp_path: Path) -> Iterator[Running]:
    """A Weft of today: a service worker's clock cannot be moved."""
    with running(tmp_path / "data", datetime.now(UTC)) as server:
        yield server


@pytest.fixture
def couple(weft: Running) -> make.Couple:
    with weft.desk.database.write() as session:
        return make.couple(session, now=weft.clock.at)


@pytest.fixture
def noor(weft: Running, meet: Callable[[str], Person], couple: make.Couple) -> Person:
    """Noor, who has promised something."""
    with weft.desk.database.write() as session:
        make.promise(session, couple.noor, due_time=None, now=weft.clock.at)
    person = meet("Noor")
    person.context.add_init_script(lockscreen.BADGES)
    person.is_signed_in(couple.noor)
    return person


def asked_with(person: Person, answer: str) -> Page:
    """Let this phone answer the browser's question so, once it is asked."""
    person.context.add_init_script(ASKED % (answer, answer))
    person.open("/")
    return person.page


def asks(person: Person) -> int:
    return int(person.page.evaluate("Number(localStorage.getItem('asks'))"))


@pytest.mark.parametrize("answer", ["denied", "default"])
def test_who_says_no_or_looks_away_is_told_how_and_never_asked_again(noor: Person, answer: str) -> None:
    page = asked_with(noor, answer)
    noor.taps("Yes")
    noor.sees("That is fine.")
    assert asks(noor) == 1
    noor.open("/")
    expect(page.locator("[data-due]")).to_have_count(1)
    expect(page.locator("[data-offer]")).to_be_hidden()
    noor.open("/me")
    noor.sees("it is not asked again")
    expect(page.locator("[data-platform=chrome] li").first).to_be_visible()
    expect(page.locator("[data-platform]:visible")).to_have_count(1)
    expect(page.locator("[data-push-on]")).to_be_hidden()
    expect(page.get_by_text("let it ask once more")).to_be_visible(visible=answer == "default")
    assert asks(noor) == 1


def test_not_now_is_remembered_and_the_button_stays(noor: Person) -> None:
    page = asked_with(noor, "granted")
    noor.taps("Not now")
    expect(page.locator("[data-offer]")).to_be_hidden()
    noor.open("/")
    badge(noor, "1")
    expect(page.locator("[data-offer]")).to_be_hidden()
    noor.open("/me")
    expect(page.locator("[data-push-on]")).to_be_visible()
    assert asks(noor) == 0


def test_yes_is_asked_once_and_this_phone_reminds(weft: Running, noor: Person) -> None:
    phone = weft.push.phone(weft.desk.push_key)
    noor.context.add_init_script(f"PushManager.prototype.subscribe = async () => ({{ toJSON: () => ({json.dumps(phone.as_json())}) }});")
    noor.context.add_init_script("PushManager.prototype.getSubscription = async () => null;")
    asked_with(noor, "granted")
    noor.taps("Yes")
    noor.sees("This phone reminds you from now on.")
    assert [one.endpoint for one in rows.phones(weft.desk.database)] == [phone.endpoint]


def test_who_has_promised_nothing_is_offered_nothing(noor: Person, couple: make.Couple) -> None:
    noor.is_signed_in(couple.sam)
    asked_with(noor, "granted")
    expect(noor.page.locator("[data-offer]")).to_have_count(0)


ANDROID = "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko)"
NO_PUSH = "delete window.PushManager;"
WEBKIT = "window.GestureEvent = class {};"
GECKO = "CSS.supports = (name) => name === '-moz-appearance';"
PLAIN = "delete Navigator.prototype.userAgentData;"
PHONES = {
    "chrome-android": (f"{ANDROID} Chrome/156.0.0.0 Mobile Safari/537.36", PLAIN),
    "samsung": (f"{ANDROID} SamsungBrowser/31.0 Chrome/148.0.0.0 Mobile Safari/537.36", PLAIN),
    "chrome": ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36", PLAIN),
    "firefox": ("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", GECKO),
    "firefox-android": ("Mozilla/5.0 (Android 16; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0", GECKO),
    "ios": ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15", f"navigator.standalone = true; {WEBKIT}"),
    "ios-tab": ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15", f"navigator.standalone = false; {NO_PUSH}{WEBKIT}"),
    "ios-old": (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 15_8 like Mac OS X)",
        f"navigator.standalone = true; {NO_PUSH} delete Screen.prototype.orientation;",
    ),
    "safari-mac": ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15", WEBKIT),
    "none": ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15", NO_PUSH),
}


@pytest.mark.parametrize("platform", PHONES)
def test_a_phone_shows_how_it_is_allowed_there(weft: Running, chromium: Any, platform: str) -> None:
    agent, features = PHONES[platform]
    context = chromium.new_context(user_agent=agent, base_url=weft.url)
    context.add_init_script(features)
    page = context.new_page()
    page.goto("/help#reminders")
    page.get_by_text("How to allow reminders").click()
    expect(page.locator("[data-platform]:visible")).to_have_count(1)
    expect(page.locator("[data-platform]:visible")).to_have_attribute("data-platform", platform)
    context.close()


def test_without_script_every_way_stands_folded(weft: Running, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=weft.url)
    page = context.new_page()
    page.goto("/help#reminders")
    expect(page.locator("[data-platform]:visible")).to_have_count(0)
    page.get_by_text("How to allow reminders").click()
    expect(page.locator("[data-platform]:visible")).to_have_count(len(PHONES))
    context.close()


def test_a_subscription_that_its_browser_exchanged_stays_this_phones(weft: Running, noor: Person, couple: make.Couple) -> None:
    old, new = (weft.push.phone(weft.desk.push_key) for _ in range(2))
    with weft.desk.database.write() as session:
        mine = subscribing.subscribe(
            session,
            notices.Subscription(old.endpoint, old.p256dh, old.auth),
            member_id=couple.noor.id,
            session_id=None,
            replaces=None,
            services=addresses.services(weft.desk.settings.push_hosts),
            vapid_key=weft.desk.push_key,
            now=weft.clock.at,
        )
        subscribing.show_details(session, mine, member_id=couple.noor.id, shows=True)
    noor.open("/")
    noor.page.evaluate("navigator.serviceWorker.ready")
    noor.context.service_workers[0].evaluate(
        """async ({ endpoint, json }) => {
          const event = new Event('pushsubscriptionchange');
          const waits = [];
          const changed = { oldSubscription: { endpoint }, newSubscription: { toJSON: () => json } };
          self.dispatchEvent(Object.assign(event, changed, { waitUntil: (one) => waits.push(one) }));
          await Promise.all(waits);
        }""",
        {"endpoint": old.endpoint, "json": new.as_json()},
    )
    found = {one.endpoint: one for one in rows.phones(weft.desk.database)}
    assert found[old.endpoint].ended_at is not None
    assert (found[new.endpoint].ended_at, found[new.endpoint].shows_details) == (None, True)
