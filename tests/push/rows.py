"""Phones in the database, and what stands in the outbox."""

from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from server import config
from server.config import Settings
from server.db import Database, Session, insert, tables
from server.push.keys import Keys
from server.store import ids
from server.store.members import Member
from tests import make
from tests.make import NOW
from tests.pushservice import Phone

P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"


def settings(folder: Path, *push_hosts: str, push_subject: str = "mailto:ada@example.org") -> Settings:
    """Those of a server that people reach at https://weft.example.org."""
    chosen = {"WEFT_DATA": str(folder), "WEFT_ORIGIN": "https://weft.example.org", "WEFT_PUSH_SUBJECT": push_subject}
    return config.from_environment(chosen | {"WEFT_PUSH_HOSTS": ",".join(push_hosts)})


def subscription(session: Session, member: Member, phone: Phone | None = None, *, keys: Keys | None = None, **also: Any) -> UUID:
    """A phone that takes notices: one of the push service's, or one at an address where nobody is."""
    subscription_id = ids.new()
    endpoint = phone.endpoint if phone else f"https://fcm.googleapis.com/{subscription_id}"
    row = {
        "id": subscription_id,
        "member_id": member.id,
        "endpoint": endpoint,
        "endpoint_hash": sha256(endpoint.encode()).digest(),
        "p256dh": phone.p256dh if phone else P256DH,
        "auth": phone.auth if phone else AUTH,
        "vapid_key": keys.public if keys else "",
        "made_at": NOW,
        **also,
    }
    session.execute(insert(session, tables.push_subscriptions).values(**row))
    return subscription_id


def deliveries(database: Database) -> list[Row[Any]]:
    """Every delivery, oldest first."""
    return _all(database, tables.deliveries)


def states(database: Database) -> list[str]:
    return [one.state for one in deliveries(database)]


def told(database: Database) -> list[Any]:
    """Every notice, oldest first."""
    with database.read() as session:
        return [make.opened(session, tables.notices, row) for row in session.execute(select(tables.notices).order_by(tables.notices.c.id))]


def phones(database: Database) -> list[Row[Any]]:
    """Every subscription, oldest first."""
    return _all(database, tables.push_subscriptions)


def _all(database: Database, table: Any) -> list[Row[Any]]:
    with database.read() as session:
        return list(session.execute(select(table).order_by(table.c.id)))
