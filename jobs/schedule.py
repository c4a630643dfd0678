"""Everything that happens by itself, and when; what is due lies in our rows, so any number of nodes may look."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from jobs import backup, calls, cleanup, milestones, nudges, outbox, purge, reminders, settle, summaries
from server.clock import Clock
from server.db import Database
from server.db.dispatch import PROCRASTINATE
from server.push.sender import Sender
from server.store import health
from server.store.health import Run
from server.watching import Watch

AT_ONCE = 4
LOOK_EVERY = timedelta(seconds=10)
NOTED_EVERY = timedelta(minutes=1)
log = structlog.get_logger("weft")


@dataclass(frozen=True, slots=True)
class Means:
    """What jobs work with; `watch` counts what they do and `span` opens a span by its name, where somebody watches."""

    database: Database
    clock: Clock
    sender: Sender
    backups: Path
    watch: Watch | None = None
    span: Callable[[str], AbstractContextManager[Any]] = nullcontext


@dataclass(frozen=True, slots=True)
class Job:
    """Something that happens by itself; `run` returns how much it did."""

    name: str
    every: timedelta
    run: Callable[[Means], int]


def _on(work: Callable[[Database, datetime], int]) -> Callable[[Means], int]:
    return lambda means: work(means.database, means.clock.now())


JOBS = (
    Job("open ahead", timedelta(minutes=10), _on(settle.open_ahead)),
    Job("settle", timedelta(seconds=15), _on(settle.settle)),
    Job("remind", timedelta(seconds=30), _on(reminders.remind)),
    Job("celebrate", timedelta(seconds=5), _on(milestones.celebrate)),
    Job("nudge", timedelta(seconds=20), _on(nudges.nudge)),
    Job("summarise", timedelta(seconds=60), _on(summaries.summarise)),
    Job("refresh", timedelta(seconds=60), _on(summaries.refresh)),
    Job("refresh all", timedelta(hours=1), _on(summaries.refresh_all)),
    Job("deliver", timedelta(seconds=2), lambda means: outbox.deliver(means.database, means.sender, means.clock, watch=means.watch)),
    Job("clean up", timedelta(hours=1), _on(cleanup.clean_up)),
    Job("purge", timedelta(days=1), _on(purge.purge)),
    Job("back up", timedelta(hours=1), lambda means: backup.back_up(means.database, means.backups, means.clock.now())),
)
CALLED = {
    "deliver": Job("deliver", calls.SWEEP_EVERY, lambda means: calls.deliver(means.database, means.sender, means.clock, watch=means.watch)),
    "summarise": Job("summarise", timedelta(seconds=60), _on(calls.share_out)),
}
"""What takes the place of its namesake where others are called to do the most of it."""


def jobs_of(dispatch: str) -> Sequence[Job]:
    """What the schedule does itself under a way of WEFT_DISPATCH."""
    return [CALLED.get(job.name, job) for job in JOBS] if dispatch == PROCRASTINATE else JOBS


def run(job: Job, means: Means) -> Run:
    """Run a job once and say how it went; a failure is logged and ends nothing but this run."""
    began = time.monotonic()
    count, failure = 0, None
    # Whatever is logged on the way says of which job it is.
    with structlog.contextvars.bound_contextvars(job=job.name), means.span(f"job {job.name}"):
        try:
            count = job.run(means)
        except Exception as error:
            failure = type(error).__name__
            log.exception("job failed", job=job.name)
    seconds = round(time.monotonic() - began, 3)
    if means.watch:
        means.watch.ran(job.name, seconds, failed=failure is not None)
    if count:
        log.info("job", job=job.name, count=count, seconds=seconds)
    return Run(job.name, means.clock.now(), count, seconds, failure)


class Schedule:
    """Runs jobs in threads of its own, each by its interval and never beside itself."""

    def __init__(self, means: Means, jobs: Sequence[Job] = JOBS) -> None:
        self._means = means
        self._jobs = {job.name: job for job in jobs}
        self._noted: dict[str, Run] = {}
        self._stopping = threading.Event()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(AT_ONCE)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Run every job now, then by its interval."""
        for job in self._jobs.values():
            every = job.every.total_seconds()
            first = self._means.clock.now()
            self._scheduler.add_job(self.perform, "interval", [job], id=job.name, seconds=every, next_run_time=first)
        self._scheduler.start()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def stop(self, patience: timedelta) -> bool:
        """Begin nothing more, and say whether what was running came to its end in time."""
        self._stopping.set()
        ending = threading.Thread(target=self._scheduler.shutdown, name="ending", daemon=True)
        ending.start()
        ending.join(patience.total_seconds())
        return not ending.is_alive()

    def look(self) -> None:
        """Wake jobs that sleep for longer than their interval: the machine's clock was set back."""
        now = self._means.clock.now()
        for sleeping in self._scheduler.get_jobs():
            if sleeping.next_run_time > now + self._jobs[sleeping.id].every + LOOK_EVERY:
                sleeping.modify(next_run_time=now)

    def perform(self, job: Job) -> Run:
        """Run a job once and write down how it went; one that did nothing only once a minute, since it costs the disk a write."""
        done = run(job, self._means)
        last = self._noted.get(job.name)
        if last and not done.count and done.failure == last.failure and timedelta(0) <= done.ended_at - last.ended_at < NOTED_EVERY:
            return done
        with self._means.database.write() as session:
            health.note_run(session, done)
        self._noted[job.name] = done
        return done

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_EVERY.total_seconds()):
            self.look()
