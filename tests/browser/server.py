"""A real server on a port of its own, whose clock a test moves, with the jobs run by hand."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from socket import socket

import uvicorn

from jobs import milestones, outbox, reminders, settle, summaries
from server import config
from server.app import create_app
from server.clock import StandingClock
from server.db import Database
from server.push import keys
from server.push.sender import Sender
from server.routes import shipped
from server.routes.desk import Desk
from tests.pushservice import PushService


@dataclass(frozen=True)
class Running:
    """A Weft that runs: its address, its clock, its store, and the push service that its phones use."""

    url: str
    clock: StandingClock
    desk: Desk
    sender: Sender
    push: PushService

    def let_jobs_run(self, at: datetime) -> None:
        """Move the clock and do what happens by itself."""
        self.clock.at = at
        database = self.desk.database
        for job in (settle.open_ahead, settle.settle, reminders.remind, milestones.celebrate, summaries.summarise, summaries.refresh):
            job(database, at)
        # Playwright's own event loop runs in this thread, and the outbox wants one of its own.
        with ThreadPoolExecutor(1) as another:
            another.submit(outbox.deliver, database, self.sender, self.clock).result()


@contextmanager
def running(folder: Path, at: datetime) -> Iterator[Running]:
    """Serve from a fresh data folder while the block lasts."""
    clock = StandingClock(at)
    with PushService(now=clock.now) as push, socket() as held:
        held.bind(("127.0.0.1", 0))
        settings = config.from_environment(
            {
                "WEFT_DATA": str(folder),
                "WEFT_PORT": str(held.getsockname()[1]),
                "WEFT_PUSH_HOSTS": push.origin,
                "WEFT_PUSH_SUBJECT": "mailto:us@weft.example",
            }
        )
        pair = keys.load(settings.secrets)
        desk = Desk(Database(settings.database), clock, settings, pair.public, shipped.build())
        desk.database.create_all()
        with _serving(desk, held):
            yield Running(settings.origin, clock, desk, Sender(pair, settings, clock), push)
        desk.database.close()


@contextmanager
def _serving(desk: Desk, held: socket) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(create_app(desk), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [held]}, daemon=True)
    thread.start()
    yield
    server.should_exit = True
    thread.join(15)
