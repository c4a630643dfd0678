"""A real server on a port of its own, whose clock a test moves, with the jobs run by hand."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from socket import SO_REUSEPORT, SOL_SOCKET, socket
from typing import Any

import uvicorn

from jobs import milestones, outbox, reminders, settle, summaries
from server import config
from server.app import close_pages, create_app
from server.cli.serving import Server
from server.clock import StandingClock
from server.db import Database
from server.push import keys
from server.push.sender import Sender
from server.routes import shipped
from server.routes.desk import Desk
from tests import make
from tests.pushservice import PushService

Line = Callable[[Any], Any]


@dataclass(frozen=True)
class Running:
    """A Weft that runs: its address, its clock, its store, and the push service that its phones use."""

    url: str
    clock: StandingClock
    desk: Desk
    sender: Sender
    push: PushService
    serving: "Serving"

    @contextmanager
    def out_of_reach(self) -> Iterator[None]:
        """Nobody answers at its address while the block lasts."""
        self.serving.stop()
        try:
            yield
        finally:
            self.serving.start()

    def let_jobs_run(self, at: datetime) -> None:
        """Move the clock and do what happens by itself."""
        self.clock.at = at
        database = self.desk.database
        for job in (settle.open_ahead, settle.settle, reminders.remind, milestones.celebrate, summaries.summarise, summaries.refresh):
            job(database, at)
        # Playwright's own event loop runs in this thread, and the outbox wants one of its own.
        with ThreadPoolExecutor(1) as another:
            another.submit(outbox.deliver, database, self.sender, self.clock).result()


class Serving:
    """The application on a port that stays its own, also while nothing answers there."""

    def __init__(self, desk: Desk, held: socket, line: Line) -> None:
        self.desk, self.address, self.line = desk, held.getsockname(), line

    def start(self) -> None:
        """Answer from now on."""
        app = self.app = create_app(self.desk)
        config = uvicorn.Config(self.line(app), log_level="warning")
        self._server = Server(config, started=lambda: None, ending=partial(close_pages, app))
        listening = _bound(self.address)
        listening.listen()
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listening]}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer what has been asked, then nothing more."""
        self._server.should_exit = True
        self._thread.join(15)


@contextmanager
def running(folder: Path, at: datetime, push: PushService | None = None, line: Line = lambda app: app) -> Iterator[Running]:
    """Serve from a fresh data folder while the block lasts, over a line that may have faults, with a push service where none is given."""
    clock = StandingClock(at)
    with ExitStack() as stack:
        push = push or stack.enter_context(PushService(now=clock.now))
        held = stack.enter_context(_bound(("127.0.0.1", 0)))
        settings = config.from_environment(
            {
                "WEFT_DATA": str(folder),
                "WEFT_PORT": str(held.getsockname()[1]),
                "WEFT_PUSH_HOSTS": push.origin,
                "WEFT_PUSH_SUBJECT": "mailto:us@weft.example",
            }
        )
        pair = keys.load(settings.secrets)
        desk = Desk(Database(settings.database, make.SEALER), clock, settings, pair.public, shipped.build())
        desk.database.create_all()
        stack.callback(desk.database.close)
        serving = Serving(desk, held, line)
        serving.start()
        stack.callback(serving.stop)
        yield Running(settings.origin, clock, desk, Sender(pair, settings, clock), push, serving)


def _bound(address: tuple[str, int]) -> socket:
    """A socket at an address that others of this process may share: whoever listens there is asked, whoever does not keeps it free."""
    made = socket()
    made.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
    made.bind(address)
    return made
