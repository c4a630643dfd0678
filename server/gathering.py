"""The gathering writer: check-ins that arrive together are committed together, and answered only then."""

import asyncio
import threading
from asyncio import AbstractEventLoop
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from uuid import UUID

from server.actions import check_ins, recognising
from server.actions.check_ins import Answer
from server.actions.recognising import Shown, Speaker
from server.clock import Clock
from server.db import Database, Session, passing, scope
from server.domain.check_ins import Tap
from server.domain.errors import SignInNeededError, TooBusyError
from server.watching import Watch

MOST_WAITING = 1000
MOST_OF_ONE = 500
MOST_AT_ONCE = 256
MOST_REMEMBERED = 10_000
FLUSHERS_ON_POSTGRESQL = 2


@dataclass(frozen=True, slots=True)
class Spoken:
    """A check-in that came with a secret: who says it is looked up with what it is judged by, and `tap_of` makes it theirs."""

    shown: Shown
    tap_of: Callable[[Speaker], Tap]


Sent = Tap | Spoken


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who waits for an answer: a thread, or a task of a loop; `whose` counts how many wait for one, `since` where somebody watches."""

    sent: Sent
    whose: UUID | bytes
    answer: "Future[Answer] | asyncio.Future[Answer]"
    loop: AbstractEventLoop | None
    since: float

    def begins(self) -> bool:
        """Whether it is still waited for; a thread's cannot be cancelled any more from here on."""
        return not self.answer.cancelled() if isinstance(self.answer, asyncio.Future) else self.answer.set_running_or_notify_cancel()


class Gatherer:
    """Takes check-ins from any thread and commits what has arrived, in order of arrival, one transaction at a time.

    Whatever is refused or fails spoils no other. At most MOST_WAITING wait, MOST_OF_ONE of one member, so that nobody crowds out the rest.
    """

    def __init__(self, database: Database, clock: Clock, watch: Watch | None = None) -> None:
        self._database, self._clock, self._watch = database, clock, watch
        self._waiting: deque[Waiting] = deque()
        self._of_one: Counter[UUID | bytes] = Counter()
        self._members: dict[bytes, UUID] = {}
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

    def submit(self, sent: Sent) -> "Future[Answer]":
        """Queue a check-in; its future holds the answer after the commit, or what refused it. TooBusyError where too many wait."""
        future: Future[Answer] = Future()
        self._queue(sent, future, None)
        return future

    async def take(self, sent: Sent) -> Answer:
        """Take one check-in without holding a thread while it waits."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._queue(sent, future, loop)
        return await future

    def _queue(self, sent: Sent, answer: "Future[Answer] | asyncio.Future[Answer]", loop: AbstractEventLoop | None) -> None:
        whose = self._whose(sent)
        with self._arrived:
            if not self._is_open or len(self._waiting) >= MOST_WAITING or self._of_one[whose] >= MOST_OF_ONE:
                if self._watch:
                    self._watch.crowded()
                raise TooBusyError
            self._waiting.append(Waiting(sent, whose, answer, loop, perf_counter() if self._watch else 0.0))
            self._of_one[whose] += 1
            self._arrived.notify()

    def _whose(self, sent: Sent) -> UUID | bytes:
        """Under which name those of one member are counted: a secret's own until it was recognised once."""
        return sent.member_id if isinstance(sent, Tap) else self._members.get(sent.shown.hash, sent.shown.hash)

    def _flush(self) -> None:
        while batch := self._next():
            # One whose client has gone away is still cancelled here, and not any more once it runs.
            batch = [one for one in batch if one.begins()]
            self._database.haste.note()
            answers = take_all(self._database, [one.sent for one in batch], now=self._clock.now(), watch=self._watch)
            if self._watch and batch:
                self._watch.gathered([perf_counter() - one.since for one in batch])
            self._remember(batch, answers)
            _answer(batch, answers)

    def _next(self) -> list[Waiting]:
        """What has arrived, as soon as there is something; nothing once it is closed and drained."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._waiting or not self._is_open)
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
            self._of_one -= Counter(one.whose for one in batch)
            return batch

    def _remember(self, batch: Iterable[Waiting], answers: Iterable[Answer | Exception]) -> None:
        if len(self._members) > MOST_REMEMBERED:
            self._members.clear()
        for one, answer in zip(batch, answers, strict=True):
            if isinstance(one.sent, Spoken) and isinstance(answer, Answer):
                self._members[one.sent.shown.hash] = answer.event.member_id


def take_all(database: Database, sent: Sequence[Sent], *, now: datetime, watch: Watch | None = None) -> list[Answer | Exception]:
    """Commit check-ins in one transaction; where that fails each in its own, so that one spoils no other."""
    try:
        answers = _commit(database, sent, now)
    except Exception:  # noqa: BLE001  # what failed fails again below, alone, and is answered there
        answers = [_alone(database, one, now) for one in sent]
    if watch:
        watch.said([one for one in answers if not isinstance(one, SignInNeededError)])
    return answers


def _commit(database: Database, sent: Sequence[Sent], now: datetime) -> list[Answer | Exception]:
    known = {one.member_id for one in sent if isinstance(one, Tap)}
    with database.of(*known).write() as session:
        said = _recognised(session, sent, known, now)
        answers = iter(check_ins.check_in(session, [one for one in said if isinstance(one, Tap)], now=now))
        return [next(answers) if isinstance(one, Tap) else one for one in said]


def _recognised(session: Session, sent: Sequence[Sent], known: set[UUID], now: datetime) -> list[Tap | Exception]:
    """The check-ins of those who may speak, and for the others why not; from here on the transaction acts for all of them."""
    shown = {one.shown for one in sent if isinstance(one, Spoken)}
    if not shown:
        return [one for one in sent if isinstance(one, Tap)]
    found = recognising.recognise(session, shown, now=now)
    scope.act_for(session, *known, *{one.member_id for one in found.values() if isinstance(one, Speaker)})
    return [one if isinstance(one, Tap) else _said_by(one, found[one.shown]) for one in sent]


def _said_by(spoken: Spoken, who: Speaker | Exception) -> Tap | Exception:
    return spoken.tap_of(who) if isinstance(who, Speaker) else who


def _alone(database: Database, one: Sent, now: datetime) -> Answer | Exception:
    try:
        return _commit(database, [one], now)[0]
    except Exception as failure:  # noqa: BLE001  # raised again to the one who waits for it
        return passing.refusal(failure) or failure


def _answer(batch: Iterable[Waiting], answers: Iterable[Answer | Exception]) -> None:
    """Answer everybody; a loop is woken once for all who wait in it."""
    in_loops: dict[AbstractEventLoop, list[tuple[asyncio.Future[Answer], Answer | Exception]]] = defaultdict(list)
    for one, answer in zip(batch, answers, strict=True):
        if isinstance(one.answer, asyncio.Future) and one.loop:
            in_loops[one.loop].append((one.answer, answer))
        else:
            _resolve(one.answer, answer)
    for loop, some in in_loops.items():
        # A loop that has ended meanwhile has nobody left who waits.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve_all, some)


def _resolve_all(some: Iterable[tuple["asyncio.Future[Answer]", Answer | Exception]]) -> None:
    for future, answer in some:
        if not future.done():
            _resolve(future, answer)


def _resolve(future: "Future[Answer] | asyncio.Future[Answer]", answer: Answer | Exception) -> None:
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
