"""`weft serve` and `weft jobs`: the processes that stay."""

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from functools import partial
from importlib import import_module
from time import sleep
from typing import Any

import structlog
import uvicorn

from jobs.schedule import Means, Schedule, jobs_of
from server import config, logs
from server.app import close_pages, create_app
from server.cli import data, watching
from server.cli.lines import Line
from server.cli.running import FailedError
from server.cli.watching import Watching
from server.clock import Clock, SystemClock
from server.config import Settings
from server.db import Database
from server.db.dispatch import PROCRASTINATE
from server.push import keys
from server.push.keys import Keys
from server.push.sender import Sender
from server.routes import shipped
from server.routes.desk import Desk
from server.store import push

ANSWERED_WITHIN = timedelta(seconds=5)
JOBS_END_WITHIN = timedelta(seconds=4)
LOOK_UP_EVERY = 0.5
WAITING = 2048
PRIVATE_NETWORKS = "127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7"
log = structlog.get_logger("weft")


class Server(uvicorn.Server):
    """Says when it has begun to listen, and when it ends: what stays open would otherwise be waited for."""

    def __init__(self, config: uvicorn.Config, *, started: Callable[[], None], ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._started, self._ending = started, ending

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._started()

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        self._ending()
        await super().shutdown(sockets=sockets)


def serve(options: Namespace) -> int:
    """Migrate, make keys, serve, and run the jobs, until told to end."""
    with suppress(KeyboardInterrupt):
        run(config.from_environment(), SystemClock())
    return 0


def run_jobs(options: Namespace) -> int:
    """Run the jobs until told to end."""
    settings, clock = config.from_environment(), SystemClock()
    logs.set_up(settings.log_level, settings.log_format)
    with (
        suppress(KeyboardInterrupt),
        data.opened(settings, clock) as database,
        watching.watched(settings, database, clock) as watched,
        _scheduled(database, settings, clock, _keys(database, settings), watched) as start_jobs,
    ):
        if settings.redis:
            database.listeners.append(import_module("server.routes.redis").teller(settings.redis))
        start_jobs()
        _tell("Weft runs its jobs.")
        while True:
            # Not for ever at once: a signal that comes just before is seen only afterwards.
            sleep(LOOK_UP_EVERY)
    return 0


def run(settings: Settings, clock: Clock, prepare: Callable[[Database], list[str]] | None = None) -> None:
    """Serve until told to end (KeyboardInterrupt); `prepare` may fill the database first and returns lines to print."""
    logs.set_up(settings.log_level, settings.log_format)
    # What was loaded is no garbage; to look through all of it once more would take as long as to build the application.
    gc.freeze()
    with ExitStack() as stack:
        listening = _listen(settings)
        stack.callback(listening.close)
        database = stack.enter_context(data.opened(settings, clock, migrates=True))
        pair = _keys(database, settings)
        watched = stack.enter_context(watching.watched(settings, database, clock))
        lines = [f"Weft is on http://{_host(settings)}:{settings.port}", *(prepare(database) if prepare else [])]
        desk = Desk(database, clock, settings, push_key=pair.public, build=shipped.build(), watch=watched.metrics)
        start_jobs = stack.enter_context(_scheduled(database, settings, clock, pair, watched)) if settings.jobs else lambda: None
        app = create_app(desk)
        started = partial(_started, lines, start_jobs)
        server = Server(_configuration(app, settings, watched), started=started, ending=partial(close_pages, app))
        server.run(sockets=[listening])


def _listen(settings: Settings) -> Any:
    """Take the port before anything else is touched: whoever has it may be at work on the same data."""
    plain = uvicorn.Config("", host=settings.host, port=settings.port, log_config=None, log_level="critical")
    try:
        listening = plain.bind_socket()
        listening.listen(WAITING)
    except (SystemExit, OSError):
        raise FailedError(f"{settings.host}:{settings.port} cannot be listened on; perhaps something else does. See WEFT_PORT.") from None
    return listening


def _configuration(app: Any, settings: Settings, watched: Watching) -> uvicorn.Config:
    """One process: SQLite has one writer. A proxy's word on who asks is taken only where there has to be one, for HTTPS."""
    return uvicorn.Config(
        logs.RequestLog(watched.around(app), watched.metrics),
        loop="uvloop",
        http=Line,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        backlog=WAITING,
        proxy_headers=settings.is_secure,
        forwarded_allow_ips=PRIVATE_NETWORKS,
        timeout_graceful_shutdown=int(ANSWERED_WITHIN.total_seconds()),
    )


def _started(lines: list[str], start_jobs: Callable[[], None]) -> None:
    """What is there from the start stays: the collector need not look at it again. Who opens a page waits for no job."""
    gc.collect()
    gc.freeze()
    _tell(*lines)
    start_jobs()


@contextmanager
def _scheduled(database: Database, settings: Settings, clock: Clock, pair: Keys, watched: Watching) -> Iterator[Callable[[], None]]:
    """Gives what starts the jobs; the end of the block ends them."""
    sender = Sender(pair, settings, clock)
    means = Means(database, clock, sender, data.backups(settings), watched.metrics, watched.span)
    schedule = Schedule(means, jobs_of(settings.dispatch))
    worker = import_module("jobs.worker").Worker(means, schedule.perform) if settings.dispatch == PROCRASTINATE else None
    with ExitStack() as stack:
        yield lambda: stack.enter_context(_running(schedule, worker))


@contextmanager
def _running(schedule: Schedule, worker: Any) -> Iterator[None]:
    schedule.start()
    if worker:
        worker.start()
    try:
        yield
    finally:
        if worker:
            worker.end()
        has_ended = schedule.stop(JOBS_END_WITHIN)
        if not ((worker is None or worker.stop(JOBS_END_WITHIN)) and has_ended):
            # A job that still runs is as safe as one that is killed, but Python would wait for its thread.
            log.warning("ended while a job was running")
            sys.stdout.flush()
            os._exit(0)


def _keys(database: Database, settings: Settings) -> Keys:
    """The push keys, unless phones were subscribed under others."""
    pair = keys.load(settings.secrets)
    with database.read() as session:
        keys.check(pair, push.keys_in_use(session))
    return pair


def _host(settings: Settings) -> str:
    return f"[{settings.host}]" if ":" in settings.host else settings.host


def _tell(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()
