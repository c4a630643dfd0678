"""How the jobs stand, for who watches: from what they noted themselves, so that any process can tell of all of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from jobs.schedule import JOBS, NOTED_EVERY, Job
from server.clock import Clock
from server.db import Database, passing
from server.store import health
from server.store.health import Run


class Jobs(Collector):
    """The last run of each job; nothing while the database is away."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def collect(self) -> Iterator[GaugeMetricFamily]:
        ran = GaugeMetricFamily("weft_job_last_run_timestamp_seconds", "When the job last ended, 0 for never.", labels=["what"])
        took = GaugeMetricFamily("weft_job_last_seconds", "How long its last run took.", labels=["what"])
        did = GaugeMetricFamily("weft_job_last_count", "How much its last run did.", labels=["what"])
        failing = GaugeMetricFamily("weft_job_failing", "1 where its last run failed.", labels=["what"])
        late = GaugeMetricFamily("weft_job_late_seconds", "How long ago it should have run.", labels=["what"])
        now, runs = self._clock.now(), self._runs()
        for job in JOBS if runs is not None else ():
            last = (runs or {}).get(job.name)
            ran.add_metric([job.name], last.ended_at.timestamp() if last else 0)
            failing.add_metric([job.name], 1 if last and last.failure else 0)
            if last:
                took.add_metric([job.name], last.seconds)
                did.add_metric([job.name], last.count)
                late.add_metric([job.name], lateness(job, last, now).total_seconds())
        yield from (ran, took, did, failing, late)

    def _runs(self) -> dict[str, Run] | None:
        try:
            with self._database.read() as session:
                return health.runs(session)
        except Exception as error:
            if passing.refusal(error) is None:
                raise
            return None


def lateness(job: Job, last: Run, now: datetime) -> timedelta:
    """How long ago a job should have run, by what it noted: what did nothing is noted once a minute."""
    return max(timedelta(0), now - last.ended_at - max(job.every, NOTED_EVERY))
