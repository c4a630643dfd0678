"""Who supports a bond from outside, what each member has opened to them, what may be printed, and small signs of thinking of somebody."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)

from server.db.tables.base import metadata
from server.db.types import Instant

supporters = Table(
    "supporters",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("bond_id", Uuid, ForeignKey("bonds.id"), nullable=False),
    Column("proposed_by", Uuid, ForeignKey("members.id"), nullable=False),
    Column("who", Text, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("token_hash", LargeBinary(32), unique=True),
    Column("expires_at", Instant),
    Column("member_id", Uuid, ForeignKey("members.id"), index=True),
    Column("ended_at", Instant),
    Column("ended_by", Uuid, ForeignKey("members.id")),
    Column("declined", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("bond_id", "id"),
    Index(
        "ix_supporters_bond_id", "bond_id", unique=True, sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")
    ),
)

supporter_consents = Table(
    "supporter_consents",
    metadata,
    Column("bond_id", Uuid, nullable=False),
    Column("supporter_id", Uuid, nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False),
    PrimaryKeyConstraint("bond_id", "supporter_id", "member_id"),
    ForeignKeyConstraint(["bond_id", "supporter_id"], ["supporters.bond_id", "supporters.id"], ondelete="CASCADE"),
)

supporter_openings = Table(
    "supporter_openings",
    metadata,
    Column("bond_id", Uuid, nullable=False),
    Column("supporter_id", Uuid, nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("area", String(16), nullable=False),
    Column("open_until", Instant, nullable=False, index=True),
    Column("lapses", Boolean, nullable=False, server_default=false()),
    PrimaryKeyConstraint("bond_id", "supporter_id", "member_id", "area"),
    ForeignKeyConstraint(["bond_id", "supporter_id"], ["supporters.bond_id", "supporters.id"], ondelete="CASCADE"),
)

printed_lines = Table(
    "printed_lines",
    metadata,
    Column("bond_id", Uuid, ForeignKey("bonds.id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("line", String(80), nullable=False),
    PrimaryKeyConstraint("bond_id", "member_id", "line"),
)

nudges = Table(
    "nudges",
    metadata,
    Column("bond_id", Uuid, ForeignKey("bonds.id"), nullable=False),
    Column("from_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("to_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("reached", Boolean),
    PrimaryKeyConstraint("bond_id", "from_id", "to_id", "day"),
    Index("ix_nudges_to_id_day", "to_id", "day"),
    Index("ix_nudges_at", "at", sqlite_where=text("reached IS NULL"), postgresql_where=text("reached IS NULL")),
)

nudge_choices = Table(
    "nudge_choices",
    metadata,
    Column("member_id", Uuid, ForeignKey("members.id"), primary_key=True),
    Column("most", SmallInteger, nullable=False),
)

nudge_mutes = Table(
    "nudge_mutes",
    metadata,
    Column("bond_id", Uuid, ForeignKey("bonds.id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("from_id", Uuid, ForeignKey("members.id"), nullable=False),
    PrimaryKeyConstraint("bond_id", "member_id", "from_id"),
)
