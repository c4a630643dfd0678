"""What people plan together."""

from sqlalchemy import Column, Date, ForeignKey, Index, Table, Text, Time, Uuid

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
    Index("ix_moments_bond_id_on_date", "bond_id", "on_date"),
)
