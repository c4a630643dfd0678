"""A picture is looked at, and then goes where its owner sends it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

PAGE = "/weeks/2026-11-22/picture"
SHARES = """
  window.shared = [];
  navigator.canShare = ({ files }) => files.every((file) => file.type === "image/png");
  navigator.share = async ({ files }) => { window.shared.push([files[0].name, files[0].size]); };
"""
SHARES_LINKS_ALONE = "navigator.canShare = () => false; navigator.share = async () => {};"


def test_a_phone_that_shares_files_gets_the_picture_itself(open_as: Callable[..., Page]) -> None:
    page = open_as("Noor")
    page.add_init_script(SHARES)
    page.goto(PAGE)
    page.get_by_role("button", name="Share").click()
    ((name, size),) = page.evaluate("window.shared")
    assert name == "weft-2026-11-22.png"
    assert 10_000 < size <= 200_000


def test_elsewhere_it_is_kept_by_a_link(open_as: Callable[..., Page]) -> None:
    page = open_as("Noor")
    page.add_init_script(SHARES_LINKS_ALONE)
    page.goto(PAGE)
    expect(page.get_by_role("button", name="Share")).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("link", name="Keep it on this device").click()
    assert download.value.suggested_filename == "weft-2026-11-22.png"


def test_names_come_on_and_off_without_script(open_as: Callable[..., Page]) -> None:
    page = open_as("Sam", java_script_enabled=False)
    page.goto("/week")
    page.get_by_role("link", name="Share a picture").click()
    expect(page.get_by_role("heading", name="Share a picture")).to_be_visible()
    page.get_by_role("link", name="Put your names on it").click()
    assert (page.get_by_role("img").get_attribute("alt") or "").endswith(" Noor & Sam.")
    page.get_by_role("link", name="Take the names off").click()
    assert "Noor" not in (page.get_by_role("img").get_attribute("alt") or "")
