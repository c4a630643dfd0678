"""What leaves for phones, and what the jobs did."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)

from server.db.tables.base import metadata, of_bond
from server.db.types import Document, Instant

push_subscriptions = Table(
    "push_subscriptions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False, index=True),
    Column("session_id", Uuid, ForeignKey("sessions.id")),
    Column("endpoint", Text, nullable=False),
    Column("endpoint_hash", LargeBinary(32), nullable=False, unique=True),
    Column("p256dh", Text, nullable=False),
    Column("auth", Text, nullable=False),
    Column("vapid_key", Text, nullable=False),
    Column("shows_details", Boolean, nullable=False, server_default=false()),
    Column("made_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("bond_id", Uuid, ForeignKey("bonds.id", ondelete="CASCADE")),
    Column("promise_id", Uuid, ForeignKey("promises.id", ondelete="CASCADE")),
    Column("day", Date),
    Column("about", Document, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    UniqueConstraint("member_id", "kind", "subject"),
    UniqueConstraint("bond_id", "id"),
    of_bond("promise_id", "promises", ondelete="CASCADE"),
    Index("ix_notices_promise_id_day", "promise_id", "day"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("notice_id", Uuid, ForeignKey("notices.id", ondelete="CASCADE"), nullable=False),
    Column("subscription_id", Uuid, ForeignKey("push_subscriptions.id"), nullable=False, index=True),
    Column("state", String(8), nullable=False),
    Column("tries", SmallInteger, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("leased_by", Uuid),
    UniqueConstraint("notice_id", "subscription_id"),
    Index("ix_deliveries_next_at", "next_at", sqlite_where=text("state = 'waits'"), postgresql_where=text("state = 'waits'")),
)

job_runs = Table(
    "job_runs",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("ended_at", Instant, nullable=False),
    Column("count", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("failure", Text),
)
