"""Work in short transactions with a breath between, so that nobody's tap waits behind a job."""

import time
from collections.abc import Callable

from server.db import Database, Session

BREATH = 0.005


def in_chunks(database: Database, step: Callable[[Session], int], at_once: int) -> int:
    """Run `step`, which does at most `at_once` and says how many, in a transaction each time until it finds less."""
    total = 0
    while True:
        with database.write() as session:
            done = step(session)
        total += done
        if done < at_once:
            return total
        time.sleep(BREATH)
