"""Work in short transactions with a breath between, so that nobody's tap waits behind a job."""

import time
from collections.abc import Callable
from typing import TypeVar

from server.db import Database, Session

BREATH, SHORT_BREATH, MOMENT = 0.005, 0.001, 0.0005
"""Between two parts; the short one where nobody waits for who writes elsewhere; in a moment another job has its turn."""
LONG = 0.02
"""What is written holds everybody else up, so it should take no longer; of what does, less is done at once."""
AIMED_AT = 0.8 * LONG
NOTICED = 0.002
Found = TypeVar("Found")


class Pace:
    """How much is done at once: at first so much, later as much as goes into LONG, at most `most` and at least half of the first."""

    def __init__(self, at_once: int, most: int | None = None) -> None:
        self.at_once, self.least, self.most = at_once, (at_once + 1) // 2, most or at_once
        self.breath = BREATH

    def write(self, database: Database, work: Callable[[Session], int]) -> int:
        """Do this much of the work in a transaction of its own, and find out how much to do next time."""
        asked = time.monotonic()
        with database.write() as session:
            began = time.monotonic()
            done = work(session)
            worked = time.monotonic() - began
        self.took(began - asked, worked, BREATH if database.is_sqlite else SHORT_BREATH)
        return done

    def took(self, waited: float, worked: float, breath: float = BREATH) -> None:
        """Note how many seconds the last transaction waited for its turn, and how long others waited for it then."""
        if worked > LONG:
            self.at_once = max(self.least, int(self.at_once * max(LONG / worked, 0.5)))
        elif worked < AIMED_AT:
            self.at_once = min(self.most, int(self.at_once * min(AIMED_AT / (worked or AIMED_AT / 2), 2)))
        self.breath = max(breath, worked) if waited > NOTICED else breath

    def breathe(self, already: float = 0.0) -> None:
        """Let others in: where some were in just now, for as long as they had to wait for this; for some seconds they could `already`."""
        time.sleep(max(self.breath - already, MOMENT))


def in_chunks(database: Database, step: Callable[[Session, int], int], at_once: int, most: int | None = None) -> int:
    """Run `step`, which does at most so many and says how many, in a transaction each time until it finds less.

    It begins with `at_once`; with a `most` it goes on with what suits those who wait, up to that.
    """
    pace, total = Pace(at_once, most), 0
    while True:
        limit = pace.at_once
        with database.step:
            done = pace.write(database, lambda session, limit=limit: step(session, limit))  # type: ignore[misc]
        total += done
        if done < limit:
            return total
        pace.breathe()


def in_two_steps(
    database: Database,
    find: Callable[[Session, int], Found],
    write: Callable[[Session, Found], int],
    count: Callable[[Found], int],
    at_once: int,
    most: int | None = None,
) -> int:
    """`find` what there is to do, at most so many, while others write, and `write` it in a transaction each time until less is found."""
    pace, total = Pace(at_once, most), 0
    while True:
        limit, began = pace.at_once, time.monotonic()
        with database.step:
            with database.read() as session:
                found = find(session, limit)
            looked = time.monotonic() - began
            if count(found):
                total += pace.write(database, lambda session, found=found: write(session, found))  # type: ignore[misc]
        if count(found) < limit:
            return total
        pace.breathe(looked)
