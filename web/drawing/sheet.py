"""The picture itself, in the light look: paper, a large number, a kind sentence, the thread, "Weft" in small."""

from io import BytesIO
from math import cos, pi, sin

from PIL import Image, ImageDraw

from web.drawing import HEIGHT, WIDTH, lettering, strands
from web.drawing.brush import Brush, Point, painting
from web.drawing.lettering import BOLD, REGULAR, STRONG
from web.drawing.strands import Stroke
from web.views import Picture, Thread

PAPER, INK, SOFT, GOLD = "#fbf7ee", "#1d2335", "#565d6f", "#dca83c"
MEMBERS = ("#3c54a3", "#c46857", "#8b4486", "#00717c", "#5f6e24", "#755644")
RAY_COLOURS = (GOLD, "#c28aa6", "#d9a584")
"""Those of the milestone's page: its members' colours, mixed there with the paper by hue."""
MARGIN = 96
MIDDLE = WIDTH // 2
THREAD_AT, FOOT_AT = 998, 1262
RAYS_AT, RAYS = 400, 36
WEAK = {"pale": 0.25, "thin": 0.5}
THIN = {"thin": 0.5}


def draw(picture: Picture) -> bytes:
    """Draw it as PNG."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    if picture.rays:
        _rays(sheet)
    if picture.thread:
        _thread(sheet, picture.thread)
    _mark(sheet)
    _write(ImageDraw.Draw(sheet), picture)
    kept = BytesIO()
    sheet.save(kept, "PNG", compress_level=7)
    return kept.getvalue()


def _write(on: ImageDraw.ImageDraw, picture: Picture) -> None:
    wide = WIDTH - 2 * MARGIN
    if picture.rays:
        number = lettering.fitting(picture.number, 210, BOLD, 380)
        on.text((MIDDLE, RAYS_AT - 30), picture.number, INK, number, anchor="mm")
        on.text((MIDDLE, RAYS_AT + 104), picture.unit, SOFT, lettering.font(42, STRONG), anchor="mm")
        top = 802
    else:
        on.text((MIDDLE, 132), picture.dates, SOFT, lettering.font(38, REGULAR), anchor="mm")
        on.text((MIDDLE, 368), picture.number, MEMBERS[0], lettering.fitting(picture.number, 380, BOLD, wide), anchor="mm")
        on.text((MIDDLE, 556), picture.unit, SOFT, lettering.font(46, STRONG), anchor="mm")
        top = 700
    _sentence(on, picture.sentence, top, wide)
    if picture.names:
        face = lettering.fitting(picture.names, 44, STRONG, wide)
        on.text((MIDDLE, 1164), lettering.cut(picture.names, face, wide), INK, face, anchor="mm")
    on.text((MIDDLE + 22, FOOT_AT), "Weft", SOFT, lettering.font(36, STRONG), anchor="lm")


def _sentence(on: ImageDraw.ImageDraw, text: str, top: int, wide: int) -> None:
    face = lettering.font(64, BOLD)
    for n, line in enumerate(lettering.lines(text, face, wide)):
        on.text((MIDDLE, top + n * 80), line, INK, face, anchor="mm")


def _rays(sheet: Image.Image) -> None:
    with painting(sheet, (MIDDLE - 350, RAYS_AT - 350, MIDDLE + 350, RAYS_AT + 350), PAPER) as brush:
        for n in range(RAYS):
            angle, end = n * 2 * pi / RAYS, 292 if n % 2 else 340
            points = [(MIDDLE + cos(angle) * far, RAYS_AT + sin(angle) * far) for far in (228, end)]
            brush.line(points, RAY_COLOURS[n % 3], 12)


def _thread(sheet: Image.Image, thread: Thread) -> None:
    days = len(thread.strands[0].days)
    step = (WIDTH - 2 * MARGIN) / days
    rise = min(step * 0.66, 96)
    width = max(min(step * 0.115, 14), 8)
    with painting(sheet, (MARGIN - 20, THREAD_AT - 120, WIDTH - MARGIN + 20, THREAD_AT + 120), PAPER) as brush:
        for stroke in strands.strokes(thread):
            points = [(MARGIN + day * step, THREAD_AT - height * rise) for day, height in stroke.points]
            _stroke(brush, stroke, points, width)


def _stroke(brush: Brush, stroke: Stroke, points: list[Point], width: float) -> None:
    colour = _mixed(MEMBERS[(stroke.colour - 1) % len(MEMBERS)], WEAK.get(stroke.line, 1))
    if stroke.over:
        ends = len(points) // 5
        brush.line(points[ends:-ends], PAPER, width * 2.1)
    brush.line(points, colour, width * THIN.get(stroke.line, 1))


def _mark(sheet: Image.Image) -> None:
    """The app's sign at the foot: two strands that cross once."""
    with painting(sheet, (MIDDLE - 100, FOOT_AT - 30, MIDDLE + 10, FOOT_AT + 30), PAPER) as brush:
        for n, rise in enumerate((1, -1)):
            brush.line([(MIDDLE - 92 + x, FOOT_AT - rise * 20 * sin(pi * x / 46)) for x in range(93)], MEMBERS[n], 7)


def _mixed(colour: str, share: float) -> str:
    """A colour on paper, as a share of it."""
    mixed = (ink * share + paper * (1 - share) for ink, paper in zip(_parts(colour), _parts(PAPER), strict=True))
    return "#" + "".join(f"{round(one):02x}" for one in mixed)


def _parts(colour: str) -> list[int]:
    return [int(colour[n : n + 2], 16) for n in (1, 3, 5)]
