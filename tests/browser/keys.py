"""Somebody who uses no finger and no mouse: goes from stop to stop, and must see where they are."""

from typing import Any

from playwright.sync_api import ElementHandle, Locator, Page, expect

from tests.browser.moments import a_moment_later

MOST_STOPS = 120
SIGHT = """(wanted) => {
  const one = document.activeElement;
  if (one === document.body) return {};
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
    isReached: one === wanted,
    isGone: Boolean(wanted) && !wanted.isConnected,
    isInSight: width > 0 && height > 0 && bottom > 0 && top < innerHeight && isFree,
  };
}"""


class Keys:
    """A keyboard at a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, found: Locator) -> None:
        """Go on until it is reached; at every stop there is something to be seen."""
        expect(found.first).to_be_attached()
        wanted = found.first.element_handle()
        if wanted.evaluate("one => one === document.activeElement"):
            return
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            sight = self.see(wanted)
            if sight.get("isGone"):
                # The page was drawn anew meanwhile.
                wanted = found.first.element_handle()
                sight = self.see(wanted)
            if sight.get("isReached"):
                return
        raise AssertionError(f"{found} cannot be reached")

    def press(self, found: Locator) -> None:
        """Reach it and press it."""
        self.reach(found)
        self.page.keyboard.press("Enter")

    def see(self, wanted: ElementHandle | None = None) -> dict[str, Any]:
        """Where one is, and whether that is what one wanted: marked by a line of two pixels or more that stands out, behind nothing."""
        sight: dict[str, Any] = self.page.evaluate(SIGHT, wanted)
        if not sight:
            return {}
        assert sight["style"] != "none", sight
        assert sight["width"] >= 2, sight
        assert sight["contrast"] >= 3, sight
        assert sight["isInSight"], sight
        return sight

    def read(self) -> None:
        """Take a moment."""
        a_moment_later(self.page)
