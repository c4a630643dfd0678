"""Draws the app's icons: two strands that cross. `python -m web.icons` writes them anew."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from pathlib import Path

ICONS = Path(__file__).parent / "static" / "icons"

Colour = tuple[float, float, float, float]

PAPER: Colour = (251, 247, 238, 1)
BLUE: Colour = (60, 84, 163, 1)
TERRACOTTA: Colour = (196, 104, 87, 1)
WHITE: Colour = (255, 255, 255, 1)
CLEAR: Colour = (0, 0, 0, 0)

_HALF_STRAND = 0.058


@dataclass(frozen=True, slots=True)
class Icon:
    """A square picture; `scale` of its side is woven, `radius` of its side rounds the corners."""

    name: str
    size: int
    ground: Colour = PAPER
    first: Colour = BLUE
    second: Colour = TERRACOTTA
    scale: float = 0.7
    radius: float = 0.0


ALL = (
    Icon("any-192.png", 192, radius=0.22),
    Icon("any-512.png", 512, radius=0.22),
    Icon("maskable-512.png", 512, scale=0.56),
    Icon("apple-touch-180.png", 180, scale=0.64),
    Icon("badge-96.png", 96, ground=CLEAR, first=WHITE, second=WHITE, scale=0.94),
)


def draw(icon: Icon) -> bytes:
    """Draw an icon as PNG, with edges smoothed by how much of a pixel a shape covers."""
    rows = (bytes([0, *_row(icon, y)]) for y in range(icon.size))
    header = struct.pack("!IIBBBBB", icon.size, icon.size, 8, 6, 0, 0, 0)
    packed = zlib.compress(b"".join(rows), 9)
    return b"".join((b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", header), _chunk(b"IDAT", packed), _chunk(b"IEND", b"")))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack("!I", len(body)) + kind + body + struct.pack("!I", zlib.crc32(kind + body))


def _row(icon: Icon, y: int) -> Iterator[int]:
    for x in range(icon.size):
        u, v = (x + 0.5) / icon.size - 0.5, (y + 0.5) / icon.size - 0.5
        *rgb, alpha = _pixel(icon, u, v)
        yield from (round(part) for part in rgb)
        yield round(alpha * 255)


def _pixel(icon: Icon, u: float, v: float) -> Colour:
    colour = _over(CLEAR, icon.ground, _cover(_corner(u, v, icon.radius), icon.size))
    x, y = u / icon.scale, v / icon.scale
    # The first strand lies above in the middle and below at both ends: that is what makes a weave.
    strands = [(-1, icon.second), (1, icon.first)]
    for side, own in strands if abs(x) < 0.25 else reversed(strands):
        edge = _strand(x, y, side) * icon.scale
        colour = _over(colour, icon.ground, _cover(edge - 0.022 * icon.scale, icon.size))
        colour = _over(colour, own, _cover(edge, icon.size))
    return colour


def _strand(x: float, y: float, side: int) -> float:
    """Distance to the edge of a strand: a sine from -0.5 to 0.5 with round ends."""
    amplitude = 0.21 * side
    end = 0.5 if x > 0 else -0.5
    slope = -amplitude * 2 * pi
    if ((x - end) + y * slope) * end > 0:
        return hypot(x - end, y) - _HALF_STRAND
    if abs(x) < 0.5:
        slope = amplitude * 2 * pi * cos(2 * pi * x)
        return abs(y - amplitude * sin(2 * pi * x)) / hypot(1, slope) - _HALF_STRAND
    return abs(y - slope * (x - end)) / hypot(1, slope) - _HALF_STRAND


def _corner(u: float, v: float, radius: float) -> float:
    over_u, over_v = abs(u) - 0.5 + radius, abs(v) - 0.5 + radius
    return hypot(max(over_u, 0), max(over_v, 0)) - radius if radius else -1


def _cover(distance: float, size: int) -> float:
    return min(max(0.5 - distance * size, 0), 1)


def _over(below: Colour, above: Colour, share: float) -> Colour:
    opacity = above[3] * share
    whole = opacity + below[3] * (1 - opacity)
    if not whole:
        return CLEAR
    mixed = [(a * opacity + b * below[3] * (1 - opacity)) / whole for a, b in zip(above[:3], below[:3], strict=True)]
    return (mixed[0], mixed[1], mixed[2], whole)


def load() -> dict[str, bytes]:
    """Read every icon by its name, as they are served under `/icons/`."""
    return {path.name: path.read_bytes() for path in sorted(ICONS.iterdir())}


def main() -> None:
    """Write every icon."""
    for icon in ALL:
        (ICONS / icon.name).write_bytes(draw(icon))


if __name__ == "__main__":
    main()
