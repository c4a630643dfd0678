"""Notices leave for phones: claimed, sent with no transaction open, settled. A worker stopped while sending may send twice, never lose."""

import asyncio
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
from server.push.sender import Line, Sender, Sent
from server.store import notices, push
from server.store.notices import Delivery, State

AT_ONCE = 200
LEASE = timedelta(minutes=5)
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


def deliver(database: Database, sender: Sender, clock: Clock, limit: int = AT_ONCE) -> int:
    """Send what is due, so many at once, until nothing more is; return how many deliveries were taken up."""
    worker = uuid4()
    first = _claim(database, worker, clock.now(), limit)
    return asyncio.run(_drain(database, sender, clock, worker, first, limit)) if first else 0


async def _drain(database: Database, sender: Sender, clock: Clock, worker: UUID, batch: list[Delivery], limit: int) -> int:
    """The loop is this worker's alone and nothing is on its way between two batches, so the database may block it."""
    taken = 0
    async with sender.open() as line:
        while batch:
            verdicts = await asyncio.gather(*(_attempt(line, sender.origin, clock, one) for one in batch))
            _settle(database, worker, verdicts, clock.now())
            taken += len(batch)
            batch = _claim(database, worker, clock.now(), limit) if len(batch) == limit else []
    return taken


def _claim(database: Database, worker: UUID, now: datetime, limit: int) -> list[Delivery]:
    with database.write() as session:
        mine = notices.claim(session, worker, until=now + LEASE, now=now, limit=limit)
        return notices.claimed(session, mine, now=now) if mine else []


async def _attempt(line: Line, origin: str, clock: Clock, delivery: Delivery) -> Verdict:
    now = clock.now()
    if not delivery.is_wanted or delivery.notice.expires_at <= now or delivery.tries > outbox.MOST_TRIES:
        return Verdict(delivery, State.DROPPED)
    rests_until = outbox.not_before(delivery.notice.kind, now, delivery.quiet)
    if rests_until > now:
        return _waits(delivery, rests_until, delivery.tries - 1)
    try:
        words = message.compose(delivery.notice, origin=origin, shows_details=delivery.shows_details, due=delivery.due, now=now)
        return _judge(delivery, await line.send(delivery.to, words), clock.now())
    except Exception:
        # The others of its batch are on their way and must be noted as sent.
        log.exception("push not sendable", kind=delivery.notice.kind.value)
        return Verdict(delivery, State.DROPPED)


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
    forgotten = {one.delivery.subscription_id for one in verdicts if one.ends_phone}
    with database.write() as session:
        for state in (State.SENT, State.DROPPED, State.GAVE_UP):
            notices.finish(session, worker, [one.delivery.id for one in verdicts if one.state is state], state)
        notices.put_off(session, worker, {one.delivery.id: (one.next_at, one.tries) for one in verdicts if one.next_at})
        if forgotten:
            push.end_many(session, forgotten, now=now)
            notices.drop_for(session, forgotten)
