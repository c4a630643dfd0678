"""Push services of every kind of health, one member's phones at them, and the worker between."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

from server.clock import Clock
from server.db import Database
from server.push.sender import Sender
from server.store.members import Member
from tests.certificates import signed_by_itself
from tests.push import rows
from tests.push.outbox import Outbox
from tests.pushservice import Phone, PushService


class Services:
    """One that is well, one that does as each of its phones is told to, and one whose certificate nobody vouches for."""

    def __init__(self, database: Database, clock: Clock, folder: Path, well: PushService, sick: PushService, false: PushService) -> None:
        self.well, self.sick, self.false = well, sick, false
        self.outbox = Outbox(database, well, clock, folder)
        # `localhost` is listed over plain http too: otherwise its address would keep us away, not its certificate.
        listed = (well.origin, sick.origin, f"localhost:{false.port}")
        self.outbox.sender = Sender(self.outbox.keys, rows.settings(folder, *listed), clock)

    def phone(self, member: Member, service: PushService) -> Phone:
        """A member's phone that is subscribed at one of them."""
        phone = service.phone(self.outbox.keys.public)
        with self.outbox.database.write() as session:
            rows.subscription(session, member, phone, keys=self.outbox.keys)
        return phone


@contextmanager
def services(database: Database, clock: Clock, folder: Path) -> Iterator[Services]:
    """All three, until the block ends."""
    with ExitStack() as stack:
        well, sick = (stack.enter_context(PushService(clock.now)) for _ in range(2))
        false = stack.enter_context(PushService(clock.now, tls=_signed_by_itself(folder)))
        yield Services(database, clock, folder, well, sick, false)


def _signed_by_itself(folder: Path) -> SSLContext:
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(signed_by_itself(folder))
    return context
