"""Push services of every kind of health, one member's phones at them, and the worker between."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from server.clock import Clock
from server.db import Database
from server.push.sender import Sender
from server.store.members import Member
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
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(made.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
