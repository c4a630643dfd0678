"""The gathering writer: check-ins that arrive together are committed together, and answered only then."""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from time import perf_counter
from uuid import UUID

from server.actions import check_ins
from server.actions.check_ins import Answer
from server.clock import Clock
from server.db import Database, passing
from server.domain.check_ins import Tap
from server.domain.errors import TooBusyError
from server.watching import Watch

MOST_WAITING = 1000
MOST_OF_ONE = 500
MOST_AT_ONCE = 256
FLUSHERS_ON_POSTGRESQL = 2

Waiting = tuple[Tap, "Future[Answer]", float]
"""A tap, who waits for its answer, and when it arrived where somebody watches."""


class Gatherer:
    """Takes check-ins from any thread and commits what has arrived, in order of arrival, one transaction at a time.

    Whatever is refused or fails spoils no other. At most MOST_WAITING wait, MOST_OF_ONE of one member, so that nobody crowds out the rest.
    """

    def __init__(self, database: Database, clock: Clock, watch: Watch | None = None) -> None:
        self._database, self._clock, self._watch = database, clock, watch
        self._waiting: deque[Waiting] = deque()
        self._of_one: Counter[UUID] = Counter()
        self._arrived = threading.Condition()
        self._is_open = False
        self._flushers: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to take check-ins."""
        # SQLite has one writer anyway; on PostgreSQL one flusher reads while the other waits for its commit.
        count = 1 if self._database.is_sqlite else FLUSHERS_ON_POSTGRESQL
        self._is_open = True
        self._flushers = [threading.Thread(target=self._flush, name=f"gathering-{n}", daemon=True) for n in range(count)]
        for flusher in self._flushers:
            flusher.start()

    def stop(self) -> None:
        """Take no more, and return when everything that waits is answered."""
        with self._arrived:
            self._is_open = False
            self._arrived.notify_all()
        for flusher in self._flushers:
            flusher.join()

    @property
    def waiting(self) -> int:
        """How many check-ins wait to be committed."""
        return len(self._waiting)

    def submit(self, tap: Tap) -> "Future[Answer]":
        """Queue a check-in; its future holds the answer after the commit, or what refused it. TooBusyError where too many wait."""
        future: Future[Answer] = Future()
        with self._arrived:
            if not self._is_open or len(self._waiting) >= MOST_WAITING or self._of_one[tap.member_id] >= MOST_OF_ONE:
                if self._watch:
                    self._watch.crowded()
                raise TooBusyError
            self._waiting.append((tap, future, perf_counter() if self._watch else 0.0))
            self._of_one[tap.member_id] += 1
            self._arrived.notify()
        return future

    async def take(self, tap: Tap) -> Answer:
        """Take one check-in without holding a thread while it waits."""
        return await asyncio.wrap_future(self.submit(tap))

    def _flush(self) -> None:
        while batch := self._next():
            # One whose client has gone away is still cancelled here, and not any more once it runs.
            batch = [one for one in batch if one[1].set_running_or_notify_cancel()]
            answers = take_all(self._database, [tap for tap, _, _ in batch], now=self._clock.now(), watch=self._watch)
            if self._watch and batch:
                self._watch.gathered([perf_counter() - arrived for _, _, arrived in batch])
            for (_, future, _), answer in zip(batch, answers, strict=True):
                _resolve(future, answer)

    def _next(self) -> list[Waiting]:
        """What has arrived, as soon as there is something; nothing once it is closed and drained."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._waiting or not self._is_open)
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
            self._of_one -= Counter(tap.member_id for tap, _, _ in batch)
            return batch


def take_all(database: Database, taps: Sequence[Tap], *, now: datetime, watch: Watch | None = None) -> list[Answer | Exception]:
    """Commit check-ins in one transaction; where that fails each in its own, so that one spoils no other."""
    try:
        answers = _commit(database, taps, now)
    except Exception:  # noqa: BLE001  # what failed fails again below, alone, and is answered there
        answers = [_alone(database, tap, now) for tap in taps]
    if watch:
        watch.said(answers)
    return answers


def _commit(database: Database, taps: Sequence[Tap], now: datetime) -> list[Answer | Exception]:
    with database.of(*{tap.member_id for tap in taps}).write() as session:
        return [*check_ins.check_in(session, taps, now=now)]


def _alone(database: Database, tap: Tap, now: datetime) -> Answer | Exception:
    try:
        return _commit(database, [tap], now)[0]
    except Exception as failure:  # noqa: BLE001  # raised again to the one who waits for it
        return passing.refusal(failure) or failure


def _resolve(future: "Future[Answer]", answer: Answer | Exception) -> None:
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
