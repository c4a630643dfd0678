"""The two ways in which calls reach whoever answers them, as a test holds them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from jobs import schedule
from jobs.schedule import Means
from jobs.worker import Worker
from server.clock import StandingClock
from server.db import Database, dispatch, procrastinate
from server.db.dispatch import PROCRASTINATE, Call, Work
from server.store import health
from server.store.health import Run
from tests import make
from tests.push.outbox import Outbox, opened

PATIENCE = 60
JOBS = "SELECT id, task_name, args, status, scheduled_at - now() AS due_in, attempts FROM procrastinate.procrastinate_jobs ORDER BY id"


class Way:
    """A database whose transactions call in this way, phones, and workers to be let run."""

    def __init__(self, name: str, box: Outbox, folder: Path) -> None:
        self.name, self.box, self.database = name, box, box.database
        self.means = Means(self.database, box.clock, box.sender, folder / "backups")

    @property
    def is_procrastinate(self) -> bool:
        return self.name == PROCRASTINATE

    def work(self) -> None:
        """Let a worker do what it finds, until it finds nothing."""
        if not self.is_procrastinate:
            self.sweep()
            return
        self.worker().drain()

    def worker(self) -> Any:
        """Another worker, with its own connections."""
        return Worker(self.means, lambda job: schedule.run(job, self.means))

    def sweep(self) -> None:
        """Let the schedule look for itself."""
        for job in schedule.jobs_of(self.name):
            if job.name in [one.value for one in Work]:
                assert schedule.run(job, self.means).failure is None

    def call(self, *calls: Call) -> None:
        """Call in a transaction that does nothing else."""
        with self.database.write() as session:
            for one in calls or (Call(Work.DELIVER),):
                dispatch.note(session, one)

    def jobs(self) -> list[Any]:
        """The calls that were enqueued; none where nobody has to be called."""
        if not self.is_procrastinate:
            return []
        with self.database.read() as session:
            return list(session.exec_driver_sql(JOBS))

    def runs(self) -> dict[str, Run]:
        """The last run of each job, by its name."""
        with self.database.read() as session:
            return health.runs(session)

    def grown_old(self, by: timedelta = timedelta(minutes=5)) -> None:
        """Let the calls that wait, and the last signs of workers, be of some time ago."""
        for table, column in (("jobs", "scheduled_at"), ("workers", "last_heartbeat")):
            self.sql(f"UPDATE procrastinate_{table} SET {column} = {column} - interval '{by.total_seconds()} seconds'")

    def stay_fresh(self) -> None:
        """Let a call that waits be relied on for an hour, however slow this machine is."""
        with self.database.write() as session:
            made = session.exec_driver_sql("SELECT pg_get_functiondef('weft_enqueue(jsonb)'::regprocedure)").scalar_one()
            assert "interval '1 seconds'" in made
            session.exec_driver_sql(made.replace("'1 seconds'", "'1 hour'"), execution_options={"no_parameters": True})

    def sql(self, statement: str) -> Any:
        """What somebody does by hand to the calls; the answer's first value, where there is one."""
        with self.database.write() as session:
            session.exec_driver_sql("SET LOCAL search_path = procrastinate")
            done = session.exec_driver_sql(statement)
            return done.scalar() if done.returns_rows else None


@contextmanager
def way_of(name: str, url: str, clock: StandingClock, folder: Path) -> Iterator[Way]:
    """One of the ways, over an empty database."""
    database = Database(url, make.SEALER, dispatch.of(name)).everything()
    try:
        if name == PROCRASTINATE:
            procrastinate.prepare(database)
        with opened(database, clock, folder) as box:
            yield Way(name, box, folder)
    finally:
        database.close()


def wait_until(holds: Callable[[], object]) -> None:
    """Wait for what another process or thread does."""
    began = monotonic()
    while not holds():
        assert monotonic() - began < PATIENCE
        sleep(0.02)
