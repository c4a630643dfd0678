"""What people plan together, and what a calendar outside Weft reads."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, LargeBinary, Table, Text, Time, UniqueConstraint, Uuid, false

from server.db.tables.base import metadata
from server.db.types import Instant

moments = Table(
    "moments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("bond_id", Uuid, ForeignKey("bonds.id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("what", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("on_date", Date, nullable=False),
    Column("at_time", Time),
    Column("made_at", Instant, nullable=False),
    Column("cancelled_at", Instant),
    UniqueConstraint("bond_id", "id"),
    Index("ix_moments_bond_id_on_date", "bond_id", "on_date"),
)

calendars = Table(
    "calendars",
    metadata,
    Column("member_id", Uuid, ForeignKey("members.id"), primary_key=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("has_theirs", Boolean, nullable=False, server_default=false()),
    Column("has_personal", Boolean, nullable=False, server_default=false()),
    Column("made_at", Instant, nullable=False),
)
