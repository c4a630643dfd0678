"""Weft for who hears it read out: names, roles, states, and what is said when something changes (WCAG 1.1.1, 1.3.1, 3.3.1, 4.1)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.keys import Keys

PHONE_AWAY = "Phone away after nine"
LONG_ENOUGH = 500
"""Milliseconds after which whatever is said of a tap has been said: that it was not said twice, only time can show."""
LISTENS = """() => {
  window.heard = [];
  new MutationObserver((changes) => changes.forEach(({ target, addedNodes }) => {
    const place = (target.nodeType === 1 ? target : target.parentElement)?.closest("[role=status], [role=alert]");
    const words = place?.textContent.trim();
    if (words && heard.at(-1) !== words) heard.push(words);
    for (const one of addedNodes) if (one.matches?.("[role=alert]") && one.textContent.trim()) heard.push(one.textContent.trim());
  })).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
TODAY = """
- link "Skip to the page"
- navigation "Main":
  - link "Today"
- banner:
  - paragraph: Sunday 22 November
  - heading "Good evening, Noor" [level=1]
  - 'link "Noor, Sam: your settings"'
- main:
  - img "The days from 2 November to 22 November, a strand for each of you."
  - list "Waiting for a word":
    - listitem:
      - paragraph: "Thursday, Call Mum with Sam: nothing said yet. Did it happen?"
      - group "Thursday, Call Mum with Sam:":
        - button "It did"
        - button "It didn’t, I own it"
        - button /Use a spare day/
  - heading "Yours 1 of 3 kept" [level=2]
  - list:
    - listitem:
      - heading "Home for dinner" [level=3]
      - paragraph: by 18:30 kept 18:22
      - paragraph:
        - 'img /Monday: kept, .*Sunday: kept/'
        - text: 18 in a row
      - group "Home for dinner":
        - button "Undo"
      - 'img "‘Home for dinner’: kept"'
    - listitem:
      - heading "Call Mum with Sam" [level=3]
      - button "Mark ‘Call Mum with Sam’ kept"
    - listitem:
      - button "Mark ‘Phone away after nine’ kept"
  - heading "Sam’s 1 of 2 kept" [level=2]
  - list:
    - listitem:
      - 'img "‘Text when leaving work’: kept"'
    - listitem:
      - button "Say that Sam kept ‘Show the card statement’"
"""
PROMISE = """
- banner:
  - heading "Home for dinner" [level=1]
  - link "All promises"
- main:
  - heading "Now" [level=2]
  - list:
    - listitem:
      - 'img "‘Home for dinner’: kept"'
  - term: in a row
  - definition: "18"
  - img "The last three weeks of ‘Home for dinner’."
  - heading "A year" [level=2]
  - 'img "The last year: 74 kept, 2 told ahead, 1 came apart, 1 mended."'
  - group: The year in words
  - heading "In words twelve weeks" [level=2]
  - heading "This week" [level=3]
  - list:
    - listitem:
      - paragraph: Sunday kept, said at 18:22
"""
WEEK = """
- banner:
  - heading "Your week, together" [level=1]
- main:
  - paragraph: 17 of 18 kept
  - img "The days from 16 November to 22 November, a strand for each of you."
  - heading "Where it held" [level=2]
  - list:
    - listitem:
      - paragraph: Being on time
      - text: "Noor: 6 of 7 kept"
  - figure "Sam, Thursday":
    - blockquote
  - heading "Side by side" [level=2]
  - heading "Noor" [level=3]
  - heading "Sam" [level=3]
  - heading "Still open" [level=2]
  - navigation "Weeks":
    - link
"""


def ring_of(page: Page, title: str) -> Locator:
    return page.get_by_role("button", name=f"Mark ‘{title}’ kept")


def test_what_a_reader_hears_of_today(open_as: Callable[..., Page]) -> None:
    page = open_as("Noor")
    page.goto("/")
    expect(page.locator("body")).to_match_aria_snapshot(TODAY)
    assert page.locator("nav [aria-current=page]").all_inner_texts() == ["Today"]


def test_what_a_reader_hears_of_a_promise(open_as: Callable[..., Page]) -> None:
    page = open_as("Noor")
    page.goto("/")
    page.get_by_role("link", name="Home for dinner", exact=True).click()
    expect(page.locator("body")).to_match_aria_snapshot(PROMISE)


def test_what_a_reader_hears_of_the_week(open_as: Callable[..., Page]) -> None:
    page = open_as("Noor")
    page.goto("/week")
    expect(page.locator("body")).to_match_aria_snapshot(WEEK)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/", "you: 19 kept, 1 came apart, 1 mended. Sam: 13 kept, 2 kept late."),
        ("/week", "you: 6 kept, 1 mended. Sam: 5 kept."),
    ],
)
def test_the_thread_says_in_words_what_it_draws(open_as: Callable[..., Page], path: str, said: str) -> None:
    page = open_as("Noor")
    page.goto(path)
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    threads = [node for node in tree if node.get("name", {}).get("value", "").startswith("The days from")]
    assert [node["description"]["value"] for node in threads if node["role"]["value"] == "image"] == [said]


def test_a_tap_is_heard_once_and_its_undoing_too(open_as: Callable[..., Page]) -> None:
    page = open_as("Noor")
    page.goto("/")
    page.evaluate(LISTENS)
    ring = ring_of(page, PHONE_AWAY)
    ring.press("Enter")
    expect(page.locator("#heard")).to_have_text(re.compile(f"{PHONE_AWAY}: kept 1\\d:\\d\\d."))
    Keys(page).read()
    page.locator("li.card", has_text=PHONE_AWAY).get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("#heard")).to_have_text(f"{PHONE_AWAY}: nothing said yet.")
    page.wait_for_timeout(LONG_ENOUGH)
    kept, undone = page.evaluate("heard")
    assert (kept.startswith(f"{PHONE_AWAY}: kept"), undone) == (True, f"{PHONE_AWAY}: nothing said yet.")


def test_a_refused_tap_is_heard_once(open_as: Callable[..., Page]) -> None:
    page = open_as("Noor")
    page.goto("/")
    page.evaluate(LISTENS)
    page.locator("li.card", has_text=PHONE_AWAY).locator("form.tap [name=kind]").evaluate("one => { one.value = 'vouch' }")
    ring_of(page, PHONE_AWAY).press("Enter")
    expect(page.locator("li.card .problem")).to_contain_text("Only the one to whom it was promised can say that.")
    page.wait_for_timeout(LONG_ENOUGH)
    (once,) = page.evaluate("heard")
    assert once.startswith("Only the one to whom it was promised can say that.")


@pytest.mark.parametrize(
    ("path", "fills", "presses", "field", "said"),
    [
        ("/promises/new?title=Walk", {"Starting on": "2199-01-01"}, "Promise it", "Starting on", "within three years"),
        ("/me", {"Time zone": "Europe/Nowhere"}, "Save", "Time zone", "zone"),
        ("/us", {"Until": "07:00"}, "Save", "From", "time"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_which_is_where_one_stands(
    open_as: Callable[..., Page], path: str, fills: dict[str, str], presses: str, field: str, said: str
) -> None:
    page = open_as("Noor")
    page.goto(path)
    form = page.locator("form", has=page.get_by_label(next(iter(fills)), exact=True)).first
    for label, value in fills.items():
        form.get_by_label(label, exact=True).fill(value)
    form.evaluate("form => { form.noValidate = true }")
    form.get_by_role("button", name=presses).click()
    wrong = page.get_by_label(field, exact=True).and_(page.locator("[aria-invalid=true]"))
    expect(wrong).to_be_focused()
    expect(wrong).to_have_accessible_description(re.compile(said))


def test_a_choice_says_at_itself_what_is_wrong(open_as: Callable[..., Page]) -> None:
    page = open_as("Eve")
    page.goto("/us")
    page.get_by_role("radio", name="Partners").evaluate("one => { one.value = 'rivals'; one.checked = true }")
    page.get_by_role("button", name="Make an invitation").click()
    asked = page.get_by_role("radiogroup", name="You are")
    expect(asked).to_have_attribute("aria-invalid", "true")
    expect(asked).to_have_accessible_description(re.compile("A bond is of partners"))


def test_the_phone_knows_what_to_fill_in(open_as: Callable[..., Page]) -> None:
    page = open_as("Noor")
    page.goto("/me")
    expect(page.get_by_label("Name", exact=True)).to_have_attribute("autocomplete", "given-name")
    page.goto("/promises/new?template=dinner")
    expect(page.get_by_label("I will …", exact=True)).to_have_attribute("autocomplete", "off")
