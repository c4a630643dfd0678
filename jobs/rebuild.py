"""Every fold is made again from the log, some bonds at a time."""

import time
from collections.abc import Callable, Sequence

from jobs.chunks import BREATH
from server.actions import rebuilding
from server.clock import Clock
from server.db import Database, Session
from server.store import standing
from server.store.standing import Part

PROMISES_AT_ONCE = 20
MOST_TOLD = 20
Progress = Callable[[int, int], None]


def rebuild(database: Database, clock: Clock, progress: Progress, *, only_compare: bool) -> tuple[int, list[str]]:
    """Make the folds again, or only compare; return how many values are other than before and the first twenty of them."""
    with database.read() as session:
        chunks = _chunks(standing.parts(session))
    count = 0
    told: list[str] = []
    for number, chunk in enumerate(chunks, 1):
        with database.write() as session:
            found = _again(session, chunk, clock, only_compare=only_compare)
        count += len(found)
        told += found[: MOST_TOLD - len(told)]
        progress(number, len(chunks))
        time.sleep(BREATH)
    return count, told


def _again(session: Session, chunk: Sequence[Part], clock: Clock, *, only_compare: bool) -> list[str]:
    return (rebuilding.compare if only_compare else rebuilding.rebuild)(session, chunk, now=clock.now())


def _chunks(parts: Sequence[Part]) -> list[list[Part]]:
    """Bonds with about twenty promises together, so that nobody waits long for their turn."""
    chunks: list[list[Part]] = [[]]
    held = 0
    for part in parts:
        if held >= PROMISES_AT_ONCE:
            chunks.append([])
            held = 0
        chunks[-1].append(part)
        held += len(part.promise_ids) or 1
    return [chunk for chunk in chunks if chunk]
