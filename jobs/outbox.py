"""Notices leave for phones: claimed, sent with no transaction open, settled. A worker stopped while sending may send twice, never lose."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import SystemRandom
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import structlog
import uvloop

from server.clock import Clock
from server.db import Database, Session
from server.db.haste import Haste
from server.domain import notices as outbox
from server.push import message
from server.push.sender import AT_ONCE_EACH, LateError, Sender, Sent
from server.store import deliveries, push
from server.store.deliveries import Delivery
from server.store.notices import State
from server.watching import Watch

if TYPE_CHECKING:
    from server.push.line import Line

AT_ONCE = 200
LEASE = timedelta(minutes=5)
MOST_UNDER_WAY = 4 * AT_ONCE
LOOK_UP_EVERY = timedelta(seconds=0.5)
MOST_SILENT = 16
TOO_MUCH = (429, 503)
RESTS = timedelta(seconds=30)
GIVES_WAY = 0.1
"""Seconds that each sender rests before a message while taps arrive in this process: who taps waits, and these can."""
log = structlog.get_logger("weft")
_random = SystemRandom()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a delivery: its end, or `next_at` after so many `tries`; `ends_phone` when its push service has forgotten it."""

    delivery: Delivery
    state: State
    next_at: datetime | None = None
    tries: int = 0
    ends_phone: bool = False


@dataclass(frozen=True, slots=True)
class _Batch:
    """What a worker has claimed, and until when it is nobody else's."""

    until: datetime
    deliveries: Sequence[Delivery] = ()


@dataclass(slots=True)
class _Service:
    """What waits for one push service, and how many send to it; left alone for a moment after so many `troubles` in a row."""

    waiting: deque[tuple[Delivery, datetime]] = field(default_factory=deque)
    senders: int = 0
    troubles: int = 0
    rests_until: datetime | None = None

    def rests(self, now: datetime) -> bool:
        return self.rests_until is not None and now < self.rests_until

    def answered(self, status: int | None, now: datetime) -> None:
        """Note an answer: none at all, or that it is too much, is trouble."""
        self.troubles = self.troubles + 1 if status is None or status in TOO_MUCH else 0
        self.rests_until = now + RESTS if self.troubles >= MOST_SILENT else None


def deliver(database: Database, sender: Sender, clock: Clock, limit: int = AT_ONCE, *, watch: Watch | None = None) -> int:
    """Send what is due, so many at once, until nothing more is; return how many deliveries were taken up."""
    worker = uuid4()
    first = _turn(database, worker, (), clock.now(), limit)
    if not first.deliveries:
        return 0
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_drain(database, sender, clock, worker, first, limit, watch=watch))


async def _drain(database: Database, sender: Sender, clock: Clock, worker: UUID, batch: _Batch, limit: int, *, watch: Watch | None) -> int:
    """The next are claimed while the last of those before are on their way, also where some push service keeps us waiting."""
    taken = 0
    async with sender.open() as line:
        this = _Round(line, sender.origin, clock, watch, database.haste)
        while batch.deliveries or this.is_busy:
            this.take(batch)
            taken, is_full = taken + len(batch.deliveries), len(batch.deliveries) == limit
            verdicts = await this.progress(max(1, limit // 2))
            more = limit if (is_full or this.under_way) and this.under_way < MOST_UNDER_WAY else 0
            # In a thread: what is on its way must not run out of time because the database waits.
            batch = await asyncio.to_thread(_turn, database, worker, verdicts, clock.now(), more)
    return taken


def _turn(database: Database, worker: UUID, verdicts: Sequence[Verdict], now: datetime, limit: int) -> _Batch:
    """Settle what was sent and claim what follows, with one commit; what was claimed is read when the writer is free for others."""
    mine: list[UUID] = []
    if verdicts or limit:
        with database.write() as session:
            _settle(session, worker, verdicts, now)
            mine = deliveries.claim(session, worker, until=now + LEASE, now=now, limit=limit) if limit else mine
    if not mine:
        return _Batch(now)
    with database.read() as session:
        return _Batch(now + LEASE, deliveries.claimed(session, mine, now=now))


def _settle(session: Session, worker: UUID, verdicts: Sequence[Verdict], now: datetime) -> None:
    for state in (State.SENT, State.DROPPED, State.GAVE_UP):
        deliveries.finish(session, worker, [one.delivery.id for one in verdicts if one.state is state], state)
    deliveries.put_off(session, worker, {one.delivery.id: (one.next_at, one.tries) for one in verdicts if one.next_at})
    forgotten = {one.delivery.subscription_id for one in verdicts if one.ends_phone}
    if forgotten:
        push.end_many(session, forgotten, now=now)
        deliveries.drop_for(session, forgotten)


class _Round:
    """One worker's line to the push services: a queue for each, and no more at once than it is to be asked to take."""

    def __init__(self, line: "Line", origin: str, clock: Clock, watch: Watch | None, haste: Haste) -> None:
        self._line, self._origin, self._clock, self._watch, self._haste = line, origin, clock, watch, haste
        self._services: dict[str, _Service] = defaultdict(_Service)
        self._senders = set[asyncio.Task[None]]()
        self._verdicts: list[Verdict] = []
        self._wanted, self._news = 1, asyncio.Event()
        self.under_way = 0

    @property
    def is_busy(self) -> bool:
        """Whether something is on its way, or came to its end and is not settled."""
        return bool(self.under_way or self._verdicts)

    def take(self, batch: _Batch) -> None:
        """Queue what was claimed."""
        self.under_way += len(batch.deliveries)
        for delivery in batch.deliveries:
            name = urlsplit(delivery.to.endpoint).netloc
            service = self._services[name]
            service.waiting.append((delivery, batch.until))
            if service.senders < AT_ONCE_EACH:
                service.senders += 1
                # A task that nobody holds may be collected while it runs.
                self._senders.add(sending := asyncio.create_task(self._send(name, service)))
                sending.add_done_callback(self._senders.discard)

    async def progress(self, wanted: int) -> list[Verdict]:
        """What has come to its end: so many, or all that is under way, or what there is after a moment."""
        self._wanted = wanted
        if self.under_way and len(self._verdicts) < wanted:
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), LOOK_UP_EVERY.total_seconds())
        verdicts, self._verdicts = self._verdicts, []
        return verdicts

    async def _send(self, name: str, service: _Service) -> None:
        while service.waiting:
            if self._haste.is_on:
                await asyncio.sleep(GIVES_WAY)
                if not service.waiting:
                    break
            delivery, until = service.waiting.popleft()
            verdict = await self._attempt(service, delivery, until)
            self.under_way -= 1
            if verdict:
                self._verdicts.append(verdict)
            if not self.under_way or len(self._verdicts) >= self._wanted:
                self._news.set()
        service.senders -= 1
        if not service.senders and not service.troubles:
            self._services.pop(name, None)

    async def _attempt(self, service: _Service, delivery: Delivery, until: datetime) -> Verdict | None:
        """None where the lease was over before it could be sent: it is another's by then."""
        try:
            now = self._clock.now()
            if early := _without_sending(delivery, now):
                return early
            sent = await self._post(service, delivery, until, now)
            service.answered(sent.status, self._clock.now())
            verdict = _judge(delivery, sent, self._clock.now())
        except LateError:
            # A push service that is in trouble is left alone for a moment, and that is no try.
            now = self._clock.now()
            return _waits(delivery, now + RESTS * (0.5 + _random.random()), delivery.tries - 1) if now < until else None
        except Exception:
            # The others of its batch are on their way and must be noted as sent.
            log.exception("push not sendable", kind=delivery.notice.kind.value)
            return Verdict(delivery, State.DROPPED)
        if self._watch:
            self._watch.pushed(sent.status, verdict.state.value)
        return verdict

    async def _post(self, service: _Service, delivery: Delivery, until: datetime, now: datetime) -> Sent:
        def is_late() -> bool:
            at = self._clock.now()
            return at >= until or service.rests(at)

        if is_late():
            raise LateError
        words = message.compose(delivery.notice, origin=self._origin, shows_details=delivery.shows_details, due=delivery.due, now=now)
        return await self._line.send(delivery.to, words, unless=is_late)


def _without_sending(delivery: Delivery, now: datetime) -> Verdict | None:
    """What nobody wants or needs any more is dropped, and what would come into quiet hours waits for their end."""
    if not delivery.is_wanted or delivery.notice.expires_at <= now or delivery.tries > outbox.MOST_TRIES:
        return Verdict(delivery, State.DROPPED)
    rests_until = outbox.not_before(delivery.notice.kind, now, delivery.quiet)
    return _waits(delivery, rests_until, delivery.tries - 1) if rests_until > now else None


def _judge(delivery: Delivery, sent: Sent, now: datetime) -> Verdict:
    status = sent.status
    if status in (404, 410):
        return Verdict(delivery, State.DROPPED, ends_phone=True)
    if status is not None and 200 <= status < 300:
        return Verdict(delivery, State.SENT)
    service = urlsplit(delivery.to.endpoint).netloc
    if status in (401, 403):
        log.error("push key refused", status=status, service=service)
    elif status is not None and status != 429 and status < 500:
        log.warning("push refused", status=status, service=service)
        return Verdict(delivery, State.DROPPED)
    return _waits(delivery, outbox.next_try(delivery.tries, now, asked=sent.retry_after, jitter=_random.random()), delivery.tries)


def _waits(delivery: Delivery, until: datetime | None, tries: int) -> Verdict:
    if until is None or until >= delivery.notice.expires_at:
        return Verdict(delivery, State.GAVE_UP)
    return Verdict(delivery, State.WAITS, until, tries)
