"""Notices leave for phones: claimed, sent with no transaction open, settled. A worker stopped while sending may send twice, never lose."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import structlog

from server.clock import Clock
from server.db import Database
from server.domain import notices as outbox
from server.push import message
from server.push.sender import LateError, Line, Sender, Sent
from server.store import notices, push
from server.store.notices import Delivery, State
from server.watching import Watch

AT_ONCE = 200
LEASE = timedelta(minutes=5)
MOST_UNDER_WAY = 4 * AT_ONCE
LOOK_UP_EVERY = timedelta(seconds=0.5)
MOST_SILENT = 16
RESTS = timedelta(seconds=30)
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


@dataclass(frozen=True, slots=True)
class _Round:
    """One worker's line to the push services; `silences` counts how often in a row each of them gave no answer."""

    line: Line
    origin: str
    clock: Clock
    silences: Counter[str]
    watch: Watch | None = None


def deliver(database: Database, sender: Sender, clock: Clock, limit: int = AT_ONCE, *, watch: Watch | None = None) -> int:
    """Send what is due, so many at once, until nothing more is; return how many deliveries were taken up."""
    worker = uuid4()
    first = _claim(database, worker, clock.now(), limit)
    return asyncio.run(_drain(database, sender, clock, worker, first, limit, watch=watch)) if first.deliveries else 0


async def _drain(database: Database, sender: Sender, clock: Clock, worker: UUID, batch: _Batch, limit: int, *, watch: Watch | None) -> int:
    """While some push service keeps us waiting, what else falls due is sent beside that."""
    taken, under_way = 0, set[asyncio.Task[Verdict | None]]()
    async with sender.open() as line:
        this = _Round(line, sender.origin, clock, Counter(), watch)
        while batch.deliveries or under_way:
            under_way |= {asyncio.create_task(_attempt(this, one, batch.until)) for one in batch.deliveries}
            taken, is_full = taken + len(batch.deliveries), len(batch.deliveries) == limit
            done, under_way = await asyncio.wait(under_way, timeout=LOOK_UP_EVERY.total_seconds())
            # In a thread: what is on its way must not run out of time because the database waits.
            await asyncio.to_thread(_settle, database, worker, [verdict for one in done if (verdict := one.result())], clock.now())
            more = limit if (is_full or under_way) and len(under_way) < MOST_UNDER_WAY else 0
            batch = await asyncio.to_thread(_claim, database, worker, clock.now(), more)
    return taken


def _claim(database: Database, worker: UUID, now: datetime, limit: int) -> _Batch:
    if not limit:
        return _Batch(now)
    with database.write() as session:
        mine = notices.claim(session, worker, until=now + LEASE, now=now, limit=limit)
        return _Batch(now + LEASE, notices.claimed(session, mine, now=now) if mine else ())


async def _attempt(this: _Round, delivery: Delivery, until: datetime) -> Verdict | None:
    """None where the lease was over before it could be sent: it is another's by then."""
    now, service = this.clock.now(), urlsplit(delivery.to.endpoint).netloc
    if not delivery.is_wanted or delivery.notice.expires_at <= now or delivery.tries > outbox.MOST_TRIES:
        return Verdict(delivery, State.DROPPED)
    rests_until = outbox.not_before(delivery.notice.kind, now, delivery.quiet)
    if rests_until > now:
        return _waits(delivery, rests_until, delivery.tries - 1)
    try:
        words = message.compose(delivery.notice, origin=this.origin, shows_details=delivery.shows_details, due=delivery.due, now=now)
        sent = await this.line.send(delivery.to, words, unless=lambda: this.clock.now() >= until or this.silences[service] >= MOST_SILENT)
    except LateError:
        # A push service that stays silent is left alone for a moment, and that is no try.
        now = this.clock.now()
        return _waits(delivery, now + RESTS * (0.5 + _random.random()), delivery.tries - 1) if now < until else None
    except Exception:
        # The others of its batch are on their way and must be noted as sent.
        log.exception("push not sendable", kind=delivery.notice.kind.value)
        return Verdict(delivery, State.DROPPED)
    this.silences[service] = this.silences[service] + 1 if sent.status is None else 0
    verdict = _judge(delivery, sent, this.clock.now())
    if this.watch:
        this.watch.pushed(sent.status, verdict.state.value)
    return verdict


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


def _settle(database: Database, worker: UUID, verdicts: Sequence[Verdict], now: datetime) -> None:
    if not verdicts:
        return
    forgotten = {one.delivery.subscription_id for one in verdicts if one.ends_phone}
    with database.write() as session:
        for state in (State.SENT, State.DROPPED, State.GAVE_UP):
            notices.finish(session, worker, [one.delivery.id for one in verdicts if one.state is state], state)
        notices.put_off(session, worker, {one.delivery.id: (one.next_at, one.tries) for one in verdicts if one.next_at})
        if forgotten:
            push.end_many(session, forgotten, now=now)
            notices.drop_for(session, forgotten)
