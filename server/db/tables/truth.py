"""What is said and agreed: people, bonds, promises and the append-only log."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
    false,
)

from server.db.tables.base import Serial, metadata, of_bond
from server.db.types import Document, Instant

members = Table(
    "members",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("day_start", Time, nullable=False),
    Column("appearance", String(8), nullable=False, server_default="phone"),
    Column("hides_streaks", Boolean, nullable=False, server_default=false()),
    Column("quiet_from", Time),
    Column("quiet_until", Time),
    Column("made_at", Instant, nullable=False),
)

bonds = Table(
    "bonds",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("review_weekday", SmallInteger, nullable=False),
    Column("review_time", Time, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("next_review_on", Date, nullable=False),
    Column("next_review_at", Instant, nullable=False, index=True),
    Column("closed_at", Instant),
)

bond_members = Table(
    "bond_members",
    metadata,
    Column("bond_id", Uuid, ForeignKey("bonds.id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False, index=True),
    Column("strand", SmallInteger, nullable=False),
    Column("joined_at", Instant, nullable=False),
    Column("left_at", Instant),
    PrimaryKeyConstraint("bond_id", "member_id"),
)

promises = Table(
    "promises",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("bond_id", Uuid, ForeignKey("bonds.id")),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("done_when", Text),
    Column("cue", Text),
    Column("starts_on", Date, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("released_on", Date),
    Column("grown_from", Uuid, ForeignKey("promises.id")),
    UniqueConstraint("bond_id", "id"),
    of_bond("grown_from", "promises"),
)

promise_terms = Table(
    "promise_terms",
    metadata,
    Column("bond_id", Uuid),
    Column("promise_id", Uuid, ForeignKey("promises.id"), nullable=False),
    Column("from_on", Date, nullable=False),
    Column("rule", Text, nullable=False),
    Column("times", SmallInteger),
    Column("due_time", Time),
    Column("grace_minutes", SmallInteger, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("day_start", Time, nullable=False),
    PrimaryKeyConstraint("promise_id", "from_on"),
    UniqueConstraint("bond_id", "promise_id", "from_on"),
    of_bond("promise_id", "promises"),
)

pauses = Table(
    "pauses",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("promise_id", Uuid, ForeignKey("promises.id"), index=True),
    Column("member_id", Uuid, ForeignKey("members.id"), index=True),
    Column("bond_id", Uuid, ForeignKey("bonds.id")),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date, nullable=False),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("bond_id", "id"),
    of_bond("promise_id", "promises"),
)

events = Table(
    "events",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("bond_id", Uuid, ForeignKey("bonds.id")),
    Column("promise_id", Uuid, ForeignKey("promises.id")),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("day", Date),
    Column("at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("extra", Boolean, nullable=False, server_default=false()),
    Column("sent", Document),
    Index("ix_events_promise_id_day", "promise_id", "day"),
    Index("ix_events_member_id_at", "member_id", "at"),
    UniqueConstraint("bond_id", "seq"),
    of_bond("promise_id", "promises"),
)
