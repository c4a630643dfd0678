"""A database, a push service, and the worker between them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from jobs.outbox import deliver
from server.actions.notices import tell
from server.clock import StandingClock
from server.db import Database
from server.domain.notices import Notice
from server.push import keys
from server.push.sender import Sender
from server.store.members import Member
from tests import make
from tests.push import rows
from tests.pushservice import Phone, PushService


class Outbox:
    """What a test holds of all that; `clock` is everybody's."""

    def __init__(self, database: Database, service: PushService, clock: StandingClock, folder: Path) -> None:
        self.database, self.service, self.clock = database, service, clock
        self.keys = keys.load(folder / "secrets")
        self.sender = Sender(self.keys, rows.settings(folder, service.origin), clock)

    def phone(self, member: Member, **also: Any) -> Phone:
        """A real phone of this member's."""
        phone = self.service.phone(self.keys.public)
        with self.database.write() as session:
            rows.subscription(session, member, phone, keys=self.keys, **also)
        return phone

    def tell(self, *told: Notice) -> None:
        with self.database.write() as session:
            tell(session, told, now=self.clock.now())

    def keep_word(self, member: Member) -> None:
        """Let a member make a promise and keep it; the other is told."""
        with self.database.write() as session:
            make.check_in(session, make.promise(session, member))

    def deliver(self, after: timedelta = timedelta(0), **how: int) -> int:
        """Let a worker run, some time after what came before."""
        self.clock.at += after
        return deliver(self.database, self.sender, self.clock, **how)

    @property
    def states(self) -> list[str]:
        return rows.states(self.database)


@contextmanager
def opened(database: Database, clock: StandingClock, folder: Path) -> Iterator[Outbox]:
    """An outbox whose push service runs until the block ends."""
    with PushService(clock.now) as service:
        yield Outbox(database, service, clock, folder)
