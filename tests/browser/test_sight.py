"""What is drawn, for who sees little or other colours, or cannot bear motion (WCAG 1.3.4, 1.4.11, 1.4.13, 2.3.3)."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

STANDS_OUT = """async (url) => {
  const image = Object.assign(new Image(), { src: url });
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const share = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const lights = [];
  for (let n = 0; n < data.length; n += 4) lights.push(0.2126 * share(data[n]) + 0.7152 * share(data[n + 1]) + 0.0722 * share(data[n + 2]));
  const ground = lights[0];
  const contrast = (one) => (Math.max(one, ground) + 0.05) / (Math.min(one, ground) + 0.05);
  return lights.filter((one) => contrast(one) >= 3).length;
}"""
SCHEMES: list[Any] = [
    {"color_scheme": "light"},
    {"color_scheme": "dark"},
    {"color_scheme": "light", "forced_colors": "active"},
    {"color_scheme": "dark", "forced_colors": "active"},
    {"color_scheme": "light", "contrast": "more"},
]


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: "-".join(scheme.values()))
def test_what_is_drawn_stands_out_in_every_scheme(open_as: Callable[..., Page], scheme: dict[str, Any]) -> None:
    page, eye = open_as("Noor", **scheme), open_as()
    page.goto("/")
    cards = page.locator("li.card")
    drawn = {
        "the ring that waits": page.get_by_role("button", name="Mark ‘Call Mum with Sam’ kept"),
        "the ring that is kept": cards.filter(has_text="Home for dinner").locator(".ring"),
        "the dots": cards.filter(has_text="Home for dinner").locator(".dots"),
        "the dots of what is to come": cards.filter(has_text="Show the card statement").locator(".dots"),
        "the thread": page.locator("svg.thread"),
        "a button": page.get_by_role("button", name="It did", exact=True),
        "the page one is on": page.locator("nav [aria-current]"),
    }
    faint = {name: _standing_out(eye, one) for name, one in drawn.items()}
    page.goto("/me")
    faint["a field"] = _standing_out(eye, page.get_by_label("Time zone"))
    assert {name: pixels for name, pixels in faint.items() if pixels < 12} == {}


def _standing_out(eye: Page, one: Locator) -> int:
    """How many pixels of it differ from its ground by 3:1 or more, as another page counts them."""
    one.scroll_into_view_if_needed()
    box = one.bounding_box()
    assert box
    around = {"x": box["x"] - 2, "y": box["y"] - 2, "width": box["width"] + 4, "height": box["height"] + 4}
    picture = base64.b64encode(one.page.screenshot(clip=around, scale="css")).decode()  # type: ignore[arg-type]
    return int(eye.evaluate(STANDS_OUT, f"data:image/png;base64,{picture}"))


def test_nothing_moves_for_who_asked_for_less_motion(open_as: Callable[..., Page]) -> None:
    moving = open_as("Noor")
    still = open_as("Noor", reduced_motion="reduce")
    for page in (moving, still):
        page.goto("/")
        page.locator("a[href^='/milestones/']").first.click()
    playing = "document.getAnimations().length"
    assert moving.evaluate(playing) > 0
    assert still.evaluate(playing) == 0
    still.goto("/")
    times = "() => [...document.querySelectorAll('*')].map((one) => getComputedStyle(one).transitionDuration)"
    assert set(still.evaluate(times)) == {"0s"}


def test_a_phone_on_its_side_shows_the_whole_page(open_as: Callable[..., Page]) -> None:
    page = open_as("Noor", viewport={"width": 844, "height": 390})
    page.goto("/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    last = page.get_by_role("link", name="Say something small you will do")
    last.click(trial=True)
    assert "orientation" not in page.request.get("/manifest.webmanifest").json()


def test_nothing_appears_by_hovering_alone(open_as: Callable[..., Page]) -> None:
    page = open_as("Noor")
    for path in ("/", "/week", "/me"):
        page.goto(path)
        assert page.locator("[title]").count() == 0
