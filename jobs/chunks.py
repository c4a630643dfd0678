"""Work in short transactions with a breath between, so that nobody's tap waits behind a job."""

import time
from collections.abc import Callable
from typing import TypeVar

from server.db import Database, Session

BREATH = 0.005
Found = TypeVar("Found")


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


def in_two_steps(
    database: Database,
    find: Callable[[Session], Found],
    write: Callable[[Session, Found], int],
    count: Callable[[Found], int],
    at_once: int,
) -> int:
    """`find` what there is to do, at most `at_once`, while others write, and `write` it in a transaction each time until less is found."""
    total = 0
    while True:
        with database.read() as session:
            found = find(session)
        if count(found):
            with database.write() as session:
                total += write(session, found)
        if count(found) < at_once:
            return total
        time.sleep(BREATH)
