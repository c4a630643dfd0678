"""What is celebrated, once for its scope: section 7 of the rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tests.naive import figures
from tests.naive.book import Book

IN_A_ROW = (3, 7, 14, 30, 50, 100, 200, 365, 500, 1000)
KEPT_IN_ALL = (1, 10, 50, 100, 250, 500, 1000, 2500, 5000, 10000)
TOGETHER = (3, 7, 14, 30, 60, 100, 200, 365)

Found = tuple[datetime, str, str, int]
Once = tuple[str, str, str, int]


class Milestones:
    """Looks at what stands and keeps what it sees for the first time."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._reached: set[Once] = set()
        self.found: list[Found] = []

    def look(self, now: datetime) -> None:
        """Celebrate what is reached at this instant and was not before."""
        for kind, scope, within, threshold in (*self._of_promises(now), *self._of_bonds(now)):
            if (kind, scope, within, threshold) not in self._reached:
                self._reached.add((kind, scope, within, threshold))
                self.found.append((now, kind, scope, threshold))

    def _of_promises(self, now: datetime) -> Iterator[Once]:
        for promise in self._book.world.promises.values():
            begun = self._book.begun(promise, now)
            streak = figures.streak(begun)
            for threshold in IN_A_ROW:
                if threshold <= streak.current:
                    yield "in_a_row", promise.id, "", threshold
            if streak.fell_on is not None and streak.current >= 5:
                yield "comeback", promise.id, streak.fell_on.isoformat(), 5
            for entry in begun:
                if entry.standing.outcome == "mended":
                    yield "mend", promise.id, entry.occurrence.day.isoformat(), 1

    def _of_bonds(self, now: datetime) -> Iterator[Once]:
        for bond in self._book.world.bonds.values():
            together = figures.together(figures.days(self._book, bond, now))
            for threshold in TOGETHER:
                if threshold <= together:
                    yield "together", bond.id, "", threshold
            for member in bond.members:
                kept = figures.member_stitches(self._book, bond, member, now)
                for threshold in KEPT_IN_ALL:
                    if threshold <= kept:
                        yield "kept_in_all", member, bond.id, threshold
