"""Smooth lines: drawn four times as large and made smaller, one part of a sheet after the other, so that little is held at once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageDraw

FINE = 4
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Brush:
    """Draws on a part of a sheet, in the sheet's own pixels."""

    on: ImageDraw.ImageDraw
    left: int
    top: int

    def line(self, points: Sequence[Point], colour: str, width: float) -> None:
        """A line with round ends; a dot on each of its points, since pieces that meet at an angle leave slivers between them."""
        self.on.line([self._at(point) for point in points], colour, round(width * FINE))
        for point in points:
            self.dot(point, colour, width)

    def dot(self, point: Point, colour: str, width: float) -> None:
        """A dot as wide as a line."""
        (x, y), radius = self._at(point), width * FINE / 2
        self.on.ellipse((x - radius, y - radius, x + radius, y + radius), colour)

    def _at(self, point: Point) -> Point:
        return (point[0] - self.left) * FINE, (point[1] - self.top) * FINE


@contextmanager
def painting(sheet: Image.Image, box: tuple[int, int, int, int], ground: str) -> Iterator[Brush]:
    """Draw on a part of a sheet, given by its left, top, right and lower edge."""
    left, top, right, below = box
    fine = Image.new("RGB", ((right - left) * FINE, (below - top) * FINE), ground)
    yield Brush(ImageDraw.Draw(fine), left, top)
    sheet.paste(fine.reduce(FINE), (left, top))
