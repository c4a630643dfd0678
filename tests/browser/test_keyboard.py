"""Weft by keyboard alone (WCAG 2.1.1, 2.1.2, 2.4.3, 2.4.7, 2.4.11)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keys import Keys
from tests.browser.person import Person
from tests.browser.server import Running


def test_a_day_with_weft_by_keyboard_alone(weft: Running, meet: Callable[[str], Person]) -> None:
    noor = meet("Noor")
    page, keys = noor.page, Keys(noor.page)
    noor.open("/")
    _comes_in(page, keys)
    _promises(page, keys)
    _taps_and_takes_back(page, keys)
    _runs_late_and_owns_it(page, keys)
    for name, address in (("Week", "/week"), ("Us", "/us"), ("Today", "/")):
        keys.press(page.get_by_role("navigation", name="Main").get_by_role("link", name=name))
        page.wait_for_url(f"**{address}")
    keys.press(page.get_by_role("link", name="your settings"))
    keys.press(page.get_by_role("button", name="Sign out on this phone"))
    expect(page).to_have_url(re.compile("/sign-in"))
    assert noor.trouble == []


def _comes_in(page: Page, keys: Keys) -> None:
    keys.reach(page.get_by_label("What are you called?"))
    page.keyboard.type("Noor")
    keys.press(page.get_by_role("button", name="Begin with a passkey"))
    page.wait_for_url("**/me")
    keys.press(page.get_by_role("button", name="Sign out on this phone"))
    keys.press(page.get_by_role("button", name="Continue with your passkey"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Good afternoon, Noor")


def _promises(page: Page, keys: Keys) -> None:
    keys.press(page.get_by_role("link", name="Promises", exact=True))
    keys.press(page.get_by_role("link", name="Make a promise"))
    keys.press(page.get_by_role("link", name="Home for dinner"))
    keys.press(page.get_by_role("button", name="Promise it"))
    page.wait_for_url("**/promises")
    keys.press(page.get_by_role("link", name="Today"))


def _taps_and_takes_back(page: Page, keys: Keys) -> None:
    ring, undo = page.get_by_role("button", name="Mark ‘Home for dinner’ kept"), page.get_by_role("button", name="Undo")
    keys.press(ring)
    expect(undo).to_be_focused()
    keys.see()
    keys.read()
    page.keyboard.press("Enter")
    expect(ring).to_be_focused()
    keys.see()
    keys.read()


def _runs_late_and_owns_it(page: Page, keys: Keys) -> None:
    undo = page.get_by_role("button", name="Undo")
    page.reload()
    keys.press(page.locator("summary", has_text="Running late"))
    keys.press(page.get_by_role("button", name="20 min"))
    expect(page.get_by_text("told ahead: 18:50", exact=True)).to_be_visible()
    expect(undo).to_be_focused()
    keys.read()
    keys.press(page.locator("summary", has_text="More"))
    keys.press(page.get_by_role("button", name="It won’t happen, I own it"))
    expect(page.locator("li.card .chip")).to_contain_text("owned")
    expect(undo).to_be_focused()


@pytest.mark.parametrize("path", ["/", "/promises/new?template=dinner", "/me"])
def test_tabbing_goes_through_all_of_a_page_and_out_again(open_as: Callable[..., Page], path: str) -> None:
    page = open_as("Noor")
    page.goto(path)
    # The button for reminders shows itself once the browser has said that there are none.
    expect(page.locator("[data-push-on]:visible, body:not(:has([data-push-on]))").first).to_be_attached()
    page.keyboard.press("Tab")
    seen: list[int] = []
    for _ in range(200):
        number = page.evaluate("window.all ??= [...document.querySelectorAll('*')], all.indexOf(document.activeElement)")
        # A date is several stops in one field.
        if (number in seen and number != seen[-1]) or page.evaluate("document.activeElement === document.body"):
            break
        seen.append(number)
        page.keyboard.press("Tab")
    missing = page.evaluate(
        """seen => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
          .filter((one) => one.checkVisibility() && !seen.includes(all.indexOf(one)) && (one.type !== "radio" || one.checked))
          .map((one) => one.outerHTML.slice(0, 120))""",
        seen,
    )
    assert missing == []
    assert len(seen) > 5


def test_the_first_stop_leads_past_the_navigation(open_as: Callable[..., Page]) -> None:
    page = open_as("Noor")
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    Keys(page).see()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
