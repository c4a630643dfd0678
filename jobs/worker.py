"""Whoever is called: takes up the calls that lie in procrastinate's tables, beside as many others on other machines as there are."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import psycopg
import structlog
from procrastinate import App, RetryStrategy
from procrastinate.exceptions import ConnectorException
from psycopg_pool import PoolTimeout

from jobs import calls, summaries
from jobs.schedule import Job, Means
from server.db import calling, dispatch
from server.db.dispatch import Part, Work
from server.store.health import Run

LOOK_EVERY = timedelta(seconds=1)
BEATS_EVERY = timedelta(seconds=10)
GONE_AFTER = timedelta(seconds=30)
RESTS = timedelta(seconds=3)
RETRY = RetryStrategy(max_attempts=4, exponential_wait=4)
log = structlog.get_logger("weft")


class CallFailedError(Exception):
    """What was called for failed; the log says why, and it is tried again."""


class Worker:
    """A thread that takes calls up, one of each kind at a time, until it is stopped; `perform` runs a job and notes how it went."""

    def __init__(self, means: Means, perform: Callable[[Job], Run]) -> None:
        self._means, self._perform = means, perform
        self._thread = threading.Thread(target=lambda: asyncio.run(self._stay()), name="worker", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping, self._is_ending = asyncio.Event(), False

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Take nothing more up; what is under way goes on."""
        self._is_ending = True
        if self._loop:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stopping.set)

    def stop(self, patience: timedelta) -> bool:
        """Take nothing more up, and say whether what was under way came to its end in time."""
        self.end()
        self._thread.join(patience.total_seconds())
        return not self._thread.is_alive()

    def drain(self) -> None:
        """Take up what waits, in this thread, until nothing does."""
        asyncio.run(self._work(waits=False))

    async def _stay(self) -> None:
        """A database that is away for a while, or that was made anew, is come back to."""
        self._loop = asyncio.get_running_loop()
        while not (self._is_ending or self._stopping.is_set()):
            try:
                await self._work(waits=True)
            except (ConnectorException, PoolTimeout, psycopg.Error) as error:
                log.warning("calls cannot be taken up", error=type(error).__name__)
            except Exception:
                log.exception("taking up calls failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), RESTS.total_seconds())

    async def _work(self, *, waits: bool) -> None:
        """A kind of work has a turn of its own, so that none waits for another; whichever ends takes the others along."""
        async with self._app().open_async() as app:
            turns = [asyncio.create_task(self._take_up(app, work, waits=waits)) for work in Work]
            others = [asyncio.create_task(one) for one in ((_return(app), self._stopping.wait()) if waits else ())]
            try:
                await asyncio.wait(turns + others, return_when=asyncio.FIRST_COMPLETED if waits else asyncio.ALL_COMPLETED)
            finally:
                for one in turns + others if waits else ():
                    one.cancel()
                ended: list[Any] = await asyncio.gather(*turns, *others, return_exceptions=True)
        if failures := [one for one in ended if isinstance(one, Exception)]:
            raise failures[0]

    async def _take_up(self, app: App, work: Work, *, waits: bool) -> None:
        await app.run_worker_async(
            queues=[work.value],
            name=work.value,
            concurrency=1,
            wait=waits,
            listen_notify=False,
            fetch_job_polling_interval=LOOK_EVERY.total_seconds(),
            update_heartbeat_interval=BEATS_EVERY.total_seconds(),
            stalled_worker_timeout=GONE_AFTER.total_seconds(),
            delete_jobs="always",
            install_signal_handlers=False,
        )

    def _app(self) -> App:
        """One for each opening, as its connections are."""
        app = App(connector=calling.connector(self._means.database))
        for work in Work:
            app.task(name=work.value, queue=work.value, retry=RETRY)(partial(self._answer, work))
        return app

    def _answer(self, work: Work, **arguments: str) -> None:
        part = dispatch.part_of(arguments)
        done = self._perform(Job(work.value, calls.SWEEP_EVERY, lambda means: _do(means, work, part)))
        if done.failure:
            raise CallFailedError(done.failure)


def _do(means: Means, work: Work, part: Part | None) -> int:
    match work:
        case Work.DELIVER:
            return calls.deliver(means.database, means.sender, means.clock, watch=means.watch)
        case Work.SUMMARISE:
            return summaries.summarise(means.database, means.clock.now(), part)


async def _return(app: App) -> None:
    """Let be taken up again what somebody had who is gone."""
    while True:
        await app.job_manager.prune_stalled_workers(GONE_AFTER.total_seconds())
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=GONE_AFTER.total_seconds()):
            log.warning("a call is taken up again", work=job.task_name)
            # Another may have seen it as well, and been quicker.
            with suppress(ConnectorException):
                await app.job_manager.retry_job(job)
        await asyncio.sleep(BEATS_EVERY.total_seconds())
