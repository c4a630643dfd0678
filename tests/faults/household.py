"""A Weft in this process: its database, the clock that a test moves, a push service, and every job, run when a test says so."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select
from structlog.testing import capture_logs

from jobs import schedule
from jobs.schedule import JOBS, Means
from server.clock import StandingClock
from server.db import Database, tables
from server.domain.check_ins import Tap
from server.gathering import take_all
from server.store import weeks
from tests.push.outbox import Outbox
from tests.push.rows import told
from tests.pushservice import Phone, PushService


class Household:
    """`round()` is what the jobs do in a moment; `round()` again may find nothing."""

    def __init__(self, database: Database, service: PushService, clock: StandingClock, folder: Path) -> None:
        self.database, self.service, self.clock = database, service, clock
        self.outbox = Outbox(database, service, clock, folder)
        self.means = Means(database, clock, self.outbox.sender, folder / "backups")

    def round(self) -> Counter[str]:
        """Run every job once, and say how much each did."""
        with capture_logs():
            done = [schedule.run(job, self.means) for job in JOBS]
        assert [(one.name, one.failure) for one in done if one.failure] == []
        return Counter({one.name: one.count for one in done if one.count and one.name != "back up"})

    def take(self, *taps: Tap) -> list[Any]:
        """Let check-ins come in now, and say what becomes of each."""
        return take_all(self.database, taps, now=self.clock.now())

    def told(self) -> Counter[tuple[Any, ...]]:
        """What was told, by member, kind and what of; each of these is there once."""
        return Counter((one.member_id, one.kind, one.subject) for one in told(self.database))

    def weeks(self) -> dict[tuple[Any, Any], Any]:
        """The summaries by bond and last day."""
        with self.database.read() as session:
            ends = [(one.bond_id, one.to_on) for one in session.execute(select(tables.weeks.c.bond_id, tables.weeks.c.to_on))]
            return {end: one.summary for end, one in weeks.of_ends(session, ends).items()}


@contextmanager
def household(database: Database, clock: StandingClock, folder: Path) -> Iterator[Household]:
    """A household whose push service runs until the block ends."""
    with PushService(clock.now) as service:
        yield Household(database, service, clock, folder)


def seen_twice(phone: Phone) -> list[str]:
    """What came to a phone more than once under one name."""
    return sorted(topic for topic, times in Counter(one.headers["Topic"] for one in phone.received).items() if times > 1)
