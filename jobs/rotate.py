"""A new key for people's words: all that lies sealed is sealed anew, some rows at a time, while others write."""

import time
from collections.abc import Callable
from pathlib import Path

from jobs.chunks import BREATH
from server import keyring
from server.db import Database
from server.store import column_keys, resealing
from server.store.resealing import TABLES

AT_ONCE = 200
Progress = Callable[[int, int], None]


def rotate(database: Database, secrets: Path, progress: Progress, *, aside: str) -> tuple[int, Path]:
    """Seal everything under a new key, or under the one that an earlier run made; return how many rows, and where the former keys are."""
    with keyring.held(secrets):
        if len(database.sealer.known) == 1:
            keyring.add(secrets)
        column_keys.note_newest(database)
        count = _reseal(database, progress, waits=False)
        for table in TABLES:
            with database.write() as session:
                resealing.wait_for_writers(session, table)
        # A row that somebody held, and what was written by whoever had not seen the new key, are found the next time round.
        while again := _reseal(database, _silently, waits=True):
            count += again
        with database.write() as session:
            column_keys.drop_others(session)
        return count, keyring.keep_newest(secrets, aside=aside)


def _reseal(database: Database, progress: Progress, *, waits: bool) -> int:
    count = 0
    for number, table in enumerate(TABLES, 1):
        after = None
        while True:
            with database.write() as session:
                after, done = resealing.reseal(session, table, after, AT_ONCE, waits=waits)
            count += done
            if after is None:
                break
            time.sleep(BREATH)
        progress(number, len(TABLES))
    return count


def _silently(_: int, __: int) -> None:
    """Going round once more is not told of."""
