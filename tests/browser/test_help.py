"""Help without a signal, and leaving a page in a hurry (SAFETY 11)."""

import re

from playwright.sync_api import expect

from tests.browser.keys import Keys
from tests.browser.waiting import DINNER, SAVED, Story

COPIES = "() => caches.open('pages').then((pages) => pages.keys()).then((all) => all.map((one) => new URL(one.url).pathname))"


def test_help_that_was_never_opened_is_there_without_a_signal(story: Story) -> None:
    story.goes_offline()
    story.phone.open("/help")
    story.phone.sees("If you are not safe")
    expect(story.page.get_by_role("link", name="112")).to_have_attribute("href", "tel:112")


def test_looking_at_it_leaves_no_copy_that_tells_so(story: Story) -> None:
    story.phone.open("/help")
    story.phone.sees("If you are not safe")
    assert "/help" not in story.page.evaluate(COPIES)


def test_leaving_forgets_the_pages_and_no_tap(story: Story) -> None:
    """There is no way back to the page, and what waits is sent once there is a signal again."""
    story.goes_offline()
    story.phone.taps(f"Mark ‘{DINNER}’ kept")
    story.phone.sees(SAVED)
    story.phone.context.set_offline(False)
    story.phone.open("/help")
    Keys(story.page).press(story.page.get_by_role("link", name="Leave this page"))
    expect(story.page).to_have_url(re.compile("/leave$"))
    assert story.page.inner_text("body").replace("Skip to the page", "").strip() == "A blank page"
    assert story.page.evaluate(COPIES) == []
    story.page.go_back()
    expect(story.page).not_to_have_url(re.compile("/help"))
    story.tries_again()
    story.is_empty()
    assert story.kinds() == ["kept"]


def test_leaving_works_without_a_signal(story: Story) -> None:
    story.goes_offline()
    story.phone.open("/help")
    story.page.get_by_role("link", name="Leave this page").click()
    expect(story.page).to_have_url(re.compile("/leave$"))
    expect(story.page.get_by_text("If you are not safe")).to_have_count(0)
    assert story.page.evaluate(COPIES) == []


def test_leaving_without_script_is_a_plain_link(story: Story) -> None:
    browser = story.phone.context.browser
    assert browser
    plain = browser.new_context(java_script_enabled=False, base_url=story.weft.url)
    page = plain.new_page()
    page.goto("/help")
    page.get_by_role("link", name="Leave this page").click()
    expect(page).to_have_url(re.compile("/leave$"))
    plain.close()
