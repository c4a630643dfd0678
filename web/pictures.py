"""Drawings made from views: the thread, the ring, the year, a calendar, the bars, a course, the burst, the QR code.

Every size is an attribute and every colour a class, so that a page needs no inline style.
"""

from collections.abc import Iterable, Sequence
from math import cos, pi, sin, tau
from typing import get_args

from markupsafe import Markup

from web.views import Course, Month, MonthMark, Ring, State, Strand, Thread, YearView

_STEP = 20
_CELL = 12
_HALF_YEAR = 26
_RING = 27
_DAY, _GAP, _LABEL = 9, 2, 14
_COURSE = 30
_TICK = Markup('<path class="tick" d="M20 31.5l7.2 7.2L41 24.5"/>')


def thread(view: Thread, height: int = 56) -> Markup:
    """Draw strands that cross between days, stretched to any width with lines of one thickness."""
    days = len(view.strands[0].days)
    amplitudes = _fan(len(view.strands), height * 0.3)
    strands = Markup("").join(
        _strand(strand, amplitude, height / 2) for strand, amplitude in reversed(list(zip(view.strands, amplitudes, strict=True)))
    )
    knots = "".join(f"M{day * _STEP} {height / 2:g}h0" for day in range(days + 1))
    return Markup(
        '<svg class="thread" viewBox="0 0 {width} {height}" width="100%" height="{height}"'
        ' preserveAspectRatio="none" role="img"><title>{summary}</title><desc>{words}</desc>'
        '{strands}<path class="knot rim" d="{knots}"/><path class="knot" d="{knots}"/></svg>'
    ).format(
        width=days * _STEP,
        height=height,
        summary=view.summary,
        words=" ".join(strand.text for strand in view.strands),
        strands=strands,
        knots=knots,
    )


def _fan(strands: int, amplitude: float) -> list[float]:
    """Spread the strands between two knots: two mirror each other, a third runs straight between."""
    if strands == 1:
        return [amplitude]
    return [amplitude * (1 - 2 * n / (strands - 1)) for n in range(strands)]


def _strand(strand: Strand, amplitude: float, middle: float) -> Markup:
    paths: dict[str, list[str]] = {}
    for day, state in enumerate(strand.days):
        rise = amplitude if day % 2 == 0 else -amplitude
        for name, path in _day(state, day * _STEP, middle, rise):
            paths.setdefault(name, []).append(path)
    gold_last = sorted(paths.items(), key=lambda drawn: drawn[0] == "gold")
    return Markup('<g class="m{}">{}</g>').format(
        strand.colour,
        Markup("").join(Markup('<path class="s {}" d="{}"/>').format(name, "".join(path)) for name, path in gold_last),
    )


def _day(state: State, x: int, middle: float, rise: float) -> Iterable[tuple[str, str]]:
    if state == "missed":
        yield "whole", _frayed(x, middle, rise)
        return
    yield _LINES[state], _arc(x, _STEP, middle, middle, rise * 1.33)
    if state == "mended":
        edge = _STEP * 0.22
        yield "gold", _arc(x + edge, _STEP - 2 * edge, middle - rise * 0.72, middle, rise * 1.05)


_LINES: dict[State, str] = {
    "kept": "whole",
    "mended": "whole",
    "late": "dotted",
    "ahead": "dashed",
    "excused": "dashed",
    "future": "pale",
    "waiting": "open",
    "none": "thin",
}


def _arc(x: float, width: float, y: float, middle: float, rise: float) -> str:
    """A bow over one day; the curve's own top lies at three quarters of `rise`."""
    left, right = x + width * 0.4, x + width * 0.6
    top = middle - rise
    return f"M{x:g} {y:g}C{left:g} {top:g} {right:g} {top:g} {x + width:g} {y:g}"


def _frayed(x: int, middle: float, rise: float) -> str:
    near, far = _STEP * 0.14, _STEP * 0.3
    bend, end = -rise * 0.7, -rise * 0.72
    return f"M{x} {middle:g}q{near:g} {bend:g} {far:g} {end:g}M{x + _STEP} {middle:g}q{-near:g} {bend:g} {-far:g} {end:g}"


def ring(view: Ring) -> Markup:
    """Draw the ring of a card: gold for the way to the next milestone, filled when it was kept."""
    return Markup(
        '<svg class="ring is-{state}" viewBox="0 0 60 60" aria-hidden="true">'
        '<circle class="track" cx="30" cy="30" r="27"/>{progress}'
        '<circle class="disc" cx="30" cy="30" r="21"/>{text}{tick}</svg>'
    ).format(
        state=view.state,
        progress=_progress(view.progress),
        text=Markup('<text x="30" y="35.5">{}</text>').format(view.text) if view.text else "",
        tick=_TICK,
    )


def _progress(share: float) -> Markup:
    if share <= 0:
        return Markup("")
    length = tau * _RING
    return Markup(
        '<circle class="progress" cx="30" cy="30" r="27" transform="rotate(-90 30 30)" stroke-dasharray="{:.1f} {:.1f}"/>'
    ).format(length * min(share, 1), length)


def bar(percent: int) -> Markup:
    """Draw a share as a bar of any width."""
    return Markup(
        '<svg class="bar" width="100%" height="7" aria-hidden="true"><rect class="track"'
        ' width="100%" height="7" rx="3.5"/><rect class="part" width="{}%" height="7" rx="3.5"/>'
        "</svg>"
    ).format(max(0, min(percent, 100)))


def year(view: YearView) -> Markup:
    """Draw a year as two halves that stand side by side or one above the other."""
    halves = (_half(view.weeks[start : start + _HALF_YEAR], _months(view.months, start)) for start in range(0, len(view.weeks), _HALF_YEAR))
    return Markup('<div class="year m{}" role="img" aria-label="{}">{}</div>').format(view.colour, view.summary, Markup("").join(halves))


def _months(marks: Sequence[MonthMark], start: int) -> Markup:
    return Markup("").join(
        Markup('<text x="{}" y="9">{}</text>').format((mark.week - start) * _CELL, mark.label)
        for mark in marks
        if start <= mark.week < start + _HALF_YEAR
    )


def _half(weeks: Sequence[Sequence[State]], months: Markup) -> Markup:
    cells: dict[State, list[str]] = {state: [] for state in get_args(State)}
    for column, days in enumerate(weeks):
        for row, state in enumerate(days):
            cells[state].append(f"M{column * _CELL + 2.5:g} {row * _CELL + 17.5:g}h6v6h-6z")
    paths = Markup("").join(
        Markup('<path class="day is-{}" d="{}"/>').format(state, "".join(drawn)) for state, drawn in cells.items() if drawn
    )
    return Markup('<svg viewBox="0 0 {} {}" aria-hidden="true">{}{}</svg>').format(_HALF_YEAR * _CELL, 7 * _CELL + 15, months, paths)


def month(view: Month, colours: Sequence[int]) -> Markup:
    """Draw a month as a calendar has it, a day shared by whose it is: full where kept, half where late, an outline where it frayed."""
    cells = [(_cell(view.begins + n), states) for n, states in enumerate(view.days)]
    ground = "".join(_box(x, y, _DAY, _DAY) for (x, y), states in cells if states is not None)
    drawn: dict[tuple[int, State], list[str]] = {}
    for (x, y), states in cells:
        due = [(colour, state) for colour, state in zip(colours, states or (), strict=bool(states)) if state in _STRIPES]
        for place, (colour, state) in enumerate(due):
            width = _DAY / len(due)
            drawn.setdefault((colour, state), []).append(_stripe(state, x + place * width, y, width))
    stripes = (Markup('<path class="m{} is-{}" d="{}"/>').format(colour, state, "".join(d)) for (colour, state), d in drawn.items())
    return Markup(
        '<svg class="month" viewBox="0 0 {} {}" role="img"><title>{}</title><text x="0" y="9">{}</text>'
        '<path class="ground" d="{}"/>{}</svg>'
    ).format(7 * (_DAY + _GAP) - _GAP, _LABEL + 6 * (_DAY + _GAP), view.text, view.name, ground, Markup("").join(stripes))


_STRIPES: dict[State, float] = {"kept": 1, "ahead": 1, "mended": 1, "late": 0.5, "missed": 1, "excused": 0.25, "waiting": 0.25}
"""How much of its day each state fills."""


def _cell(place: int) -> tuple[int, int]:
    return place % 7 * (_DAY + _GAP), _LABEL + place // 7 * (_DAY + _GAP)


def _stripe(state: State, x: float, y: float, width: float) -> str:
    if state == "missed":
        return _box(x + 0.5, y + 0.5, width - 1, _DAY - 1)
    height = _DAY * _STRIPES[state]
    return _box(x, y + _DAY - height, width, height)


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:g} {y:g}h{width:g}v{height:g}h{-width:g}z"


def course(view: Course) -> Markup:
    """Draw how consistency went as a line of any width, from nought at the foot to all at the top, with a dot where it stands."""
    step = 100 / (len(view.points) - 1)
    known = [f"{n * step:.1f} {_COURSE - 3 - point * (_COURSE - 6) / 100:.1f}" for n, point in enumerate(view.points) if point is not None]
    return Markup(
        '<svg class="course m{colour}" viewBox="0 0 100 {height}" width="100%" height="{height}" preserveAspectRatio="none" role="img">'
        '<title>{text}</title><path class="whole" d="M0 {top}h100"/><path class="line" d="M{line}"/><path class="now" d="M{now}h0"/></svg>'
    ).format(colour=view.colour, height=_COURSE, text=view.text, top=3, line="L".join(known), now=known[-1])


def burst(number: str, unit: str) -> Markup:
    """Draw a milestone's number inside 36 rays; it is said in the page's words as well."""
    return Markup(
        '<svg class="burst" viewBox="0 0 300 300" aria-hidden="true"><g class="rays">{rays}</g>'
        '<text class="number" x="150" y="158" font-size="{size}">{number}</text>'
        '<text class="unit" x="150" y="188" font-size="17">{unit}</text></svg>'
    ).format(
        rays=Markup("").join(_ray(n) for n in range(36)),
        size=64 if len(number) < 4 else 48,
        number=number,
        unit=unit,
    )


def _ray(n: int) -> Markup:
    angle, end = n * pi / 18, 118 if n % 2 else 138
    return Markup('<path class="ray r{}" d="M{:.1f} {:.1f}L{:.1f} {:.1f}"/>').format(
        n % 3,
        150 + cos(angle) * 92,
        150 + sin(angle) * 92,
        150 + cos(angle) * end,
        150 + sin(angle) * end,
    )


def qr(rows: Sequence[Sequence[int]]) -> Markup:
    """Draw a QR code with the quiet zone of four modules that scanners need."""
    size = len(rows) + 8
    dots = "".join(f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {0}" shape-rendering="crispEdges" aria-hidden="true">'
        '<path class="ground" d="M0 0h{0}v{0}H0z"/><path class="dark" d="{1}"/></svg>'
    ).format(size, dots)
