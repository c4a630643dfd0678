"""The table that `make bench` prints: medians of interleaved rounds with their spread, and ratios of one run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Line:
    """A figure: what it is, its median, the least and the most of the rounds, and what is wanted of it."""

    what: str
    usual: float
    least: float
    most: float
    wanted: str = ""

    def shown(self) -> str:
        return f"| {self.what} | {_number(self.usual)} | {_number(self.least)} – {_number(self.most)} | {self.wanted} |"


def line(what: str, rounds: Sequence[float], wanted: str = "") -> Line:
    return Line(what, median(rounds), min(rounds), max(rounds), wanted)


def ratio(what: str, ours: Sequence[float], theirs: Sequence[float], wanted: str = "") -> Line:
    """Ours by theirs, round by round: noise that came over both falls out."""
    return line(what, [one / other for one, other in zip(ours, theirs, strict=True)], wanted)


def interleaved(rounds: int, ways: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Run every way once a round, so that what slows the machine down meets all of them."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            found[name].append(way())
    return found


def peak_memory() -> float:
    """The most megabytes that this process has held; the figure of `getrusage` begins with what its parent held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return float(status.partition("VmHWM:")[2].split()[0]) / 1024


def shown(title: str, lines: Sequence[Line]) -> str:
    head = f"### {title}\n| | median | least – most | wanted |\n| --- | --- | --- | --- |\n"
    return head + "\n".join(one.shown() for one in lines) + "\n"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
