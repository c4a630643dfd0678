"""Reading back and on paper: a week turned by finger and by key, a page of a week and a plan printed on one sheet."""

import re

import pytest

from server.store import members
from tests import make
from tests.browser import walk

COUNT_TURNS = """() => {
  window.turned = [];
  addEventListener("click", (event) => {
    const link = event.target.closest(".turn a");
    if (link) { event.preventDefault(); window.turned.push(link.rel); }
  }, true);
}"""
COLOURS = """() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const seen = [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility() && !one.closest("head"));
  const used = new Set(seen.flatMap((one) => {
    const style = getComputedStyle(one);
    return [style.color, style.stroke, style.fill, style.backgroundColor, style.borderTopColor];
  }));
  return [...used].filter((colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue, opaque] = pen.getImageData(0, 0, 1, 1).data;
    return opaque && colour !== "none" && Math.max(red, green, blue) - Math.min(red, green, blue) > 2;
  });
}"""
WEIGHTS = """() => [...document.querySelectorAll("#week-thread g")].map((strand) =>
  [...strand.querySelectorAll("path:not(.gold, .knot, .thin)")].map((path) => parseFloat(getComputedStyle(path).strokeWidth)))"""


def sheets(page, paper):
    """How many sheets of paper the page takes."""
    return len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format=paper)))


@pytest.mark.parametrize("path", ["/week", "/plan"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_prints_on_one_sheet_without_what_a_hand_taps_and_without_colour(open_as, path, scheme):
    page = open_as("Noor", color_scheme=scheme)
    page.goto(path)
    assert [sheets(page, paper) for paper in ("A4", "Letter")] == [1, 1]
    page.emulate_media(media="print")
    assert page.locator(":is(nav, form, button, .close):visible").count() == 0
    assert page.locator("h1").is_visible()
    assert page.evaluate(COLOURS) == []


def test_every_earlier_week_prints_on_one_sheet(open_as):
    page = open_as("Sam")
    page.goto("/weeks")
    weeks = [one.get_attribute("href") for one in page.locator("a[href^='/weeks/']").all()]
    assert len(weeks) >= 10
    for week in weeks[1:4]:
        page.goto(week)
        assert sheets(page, "A4") == 1


def test_a_plan_of_many_promises_and_one_of_six_people_still_take_one_sheet(open_as, told):
    with told.weft.desk.database.write() as session:
        for name in ("Cleo", "Dan"):
            member = members.get(session, told.people[name])
            for n in range(10):
                words = {"done_when": "Everything is put away and the lights are off", "cue": "When the film ends, I get up"}
                make.promise(session, member, f"Tidy up the living room, part {n}", starts_on=walk.TODAY, now=walk.SUNDAY, **words)
    for name in ("Cleo", "Ada"):
        page = open_as(name)
        page.goto("/plan")
        assert [sheets(page, paper) for paper in ("A4", "Letter")] == [1, 1]


def test_the_strands_are_told_apart_by_their_weight(open_as):
    page = open_as("Noor")
    page.goto("/week")
    page.emulate_media(media="print")
    thin, thick = sorted(page.evaluate(WEIGHTS))
    assert min(thick) >= 2 * max(thin) > 0


def stands(page):
    """Wait for what comes once a page is painted: its parts begin one after the other."""
    page.wait_for_function("() => window.weft?.passkeys")
    page.evaluate("new Promise((goOn) => setTimeout(goOn))")


def test_the_arrow_keys_turn_the_week_but_not_while_somebody_writes(open_as):
    page = open_as("Noor")
    page.goto("/week")
    stands(page)
    earlier = page.locator(".turn [rel=prev]").get_attribute("href")
    with page.expect_navigation():
        page.keyboard.press("ArrowLeft")
    assert page.url.endswith(earlier)
    stands(page)
    with page.expect_navigation():
        page.keyboard.press("ArrowRight")
    assert page.locator(".turn [rel=next]").count() == 0
    page.evaluate(COUNT_TURNS)
    page.evaluate("document.getElementById('main').append(document.createElement('input'))")
    page.locator("#main > input").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    page.locator("h1").click()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Shift+ArrowLeft")
    assert page.evaluate("turned") == []
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("turned") == ["prev"]


def drag(touch, *places):
    """A finger that goes from the first place over the others to the last."""
    for kind, points in (("touchStart", places[:1]), *(("touchMove", [one]) for one in places[1:]), ("touchEnd", [])):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})


def test_a_swipe_turns_the_week_and_no_other_movement_does(open_as):
    page = open_as("Noor", has_touch=True)
    page.goto("/weeks")
    page.goto(page.locator("a[href^='/weeks/']").nth(2).get_attribute("href"))
    stands(page)
    page.evaluate(COUNT_TURNS)
    touch = page.context.new_cdp_session(page)
    drag(touch, (24, 400), (120, 402), (240, 404), (330, 404))
    drag(touch, (120, 300), (150, 400), (200, 520), (230, 600))
    drag(touch, (150, 400), (170, 400), (190, 402))
    assert page.evaluate("turned") == []
    drag(touch, (80, 400), (160, 402), (240, 404), (330, 404))
    page.wait_for_function("() => turned.length === 1")
    drag(touch, (330, 400), (240, 402), (160, 404), (80, 404))
    page.wait_for_function("() => turned.length === 2")
    assert page.evaluate("turned") == ["prev", "next"]


def test_what_scrolls_sideways_keeps_its_own_way(open_as):
    page = open_as("Noor", has_touch=True)
    page.goto("/week")
    stands(page)
    page.evaluate(COUNT_TURNS)
    page.evaluate("""() => {
      const box = document.createElement("div");
      box.id = "box";
      const wide = document.createElement("div");
      document.getElementById("main").prepend(box);
      box.append(wide);
      box.style.overflowX = "auto";
      wide.style.width = "2000px";
      wide.style.height = "300px";
      scrollTo(0, 0);
    }""")
    place = page.locator("#box").bounding_box()
    y = place["y"] + 150
    drag(page.context.new_cdp_session(page), (300, y), (220, y), (140, y), (60, y))
    page.wait_for_function("() => document.getElementById('box').scrollLeft > 0")
    assert page.evaluate("turned") == []


def test_the_button_that_prints_is_there_where_it_can(open_as):
    page = open_as("Noor")
    for path in ("/week", "/plan"):
        page.goto(path)
        page.evaluate("window.print = () => { window.printed = true; }")
        page.get_by_role("button", name="Print it").click()
        assert page.evaluate("printed") is True
