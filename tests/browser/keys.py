"""Somebody who uses no finger and no mouse: goes from stop to stop, and must see where they are."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

MOST_STOPS = 120
SIGHT = """() => {
  const one = document.activeElement;
  const seen = one.closest("label.pill") ?? one;
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const light = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const grounds = [];
  for (let at = seen.parentElement; at; at = at.parentElement) grounds.push(getComputedStyle(at).backgroundColor);
  const ground = grounds.find((colour) => !/^(transparent|rgba\\(0, 0, 0, 0\\))$/.test(colour)) ?? "white";
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(seen);
  const [dark, bright] = [light(outlineColor), light(ground)].sort((a, b) => a - b);
  const { left, top, bottom, width, height } = seen.getBoundingClientRect();
  const middle = [left + width / 2, (top + bottom) / 2];
  const covered = document.elementFromPoint(...middle);
  const isFree = Boolean(covered) && (seen.contains(covered) || covered.contains(seen));
  return {
    what: `${one.localName} ${one.getAttribute("aria-label") ?? one.textContent.trim().slice(0, 40)}`,
    style: outlineStyle, width: parseFloat(outlineWidth), contrast: (bright + 0.05) / (dark + 0.05),
    isInSight: width > 0 && height > 0 && bottom > 0 && top < innerHeight && isFree,
  };
}"""


class Keys:
    """A keyboard at a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, found: Locator) -> None:
        """Go on until it is reached; at every stop there is something to be seen."""
        one = found.first
        expect(one).to_be_attached()
        for _ in range(MOST_STOPS):
            if one.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
            self.see()
        raise AssertionError(f"{found} cannot be reached")

    def press(self, found: Locator) -> None:
        """Reach it and press it."""
        self.reach(found)
        self.page.keyboard.press("Enter")

    def see(self) -> dict[str, Any]:
        """Where one is: marked by a line of two pixels or more that stands out, not hidden behind anything."""
        if self.page.evaluate("document.activeElement === document.body"):
            return {}
        sight: dict[str, Any] = self.page.evaluate(SIGHT)
        assert sight["style"] != "none", sight
        assert sight["width"] >= 2, sight
        assert sight["contrast"] >= 3, sight
        assert sight["isInSight"], sight
        return sight

    def read(self) -> None:
        """Take a moment: within 700 ms nobody takes back what they have just said, and Weft takes it for a double tap."""
        self.page.wait_for_timeout(750)
