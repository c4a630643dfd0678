"""What people go through together, and what they ask of each other."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
)

from server.db.tables.base import metadata, of_bond
from server.db.types import Instant

reviews = Table(
    "reviews",
    metadata,
    Column("bond_id", Uuid, ForeignKey("bonds.id", name="fk_reviews_bond_id_bonds"), nullable=False),
    Column("to_on", Date, nullable=False),
    Column("step", SmallInteger, nullable=False),
    Column("minutes", SmallInteger, nullable=False),
    Column("on_one_phone", Boolean, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("heard_at", Instant),
    Column("paused_at", Instant),
    Column("closed_at", Instant),
    Column("goes_on_in", Date),
    PrimaryKeyConstraint("bond_id", "to_on"),
)

review_seats = Table(
    "review_seats",
    metadata,
    Column("bond_id", Uuid, nullable=False),
    Column("to_on", Date, nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id", name="fk_review_seats_member_id_members"), nullable=False),
    Column("ready", SmallInteger, nullable=False),
    Column("here_until", Instant),
    PrimaryKeyConstraint("bond_id", "to_on", "member_id"),
    ForeignKeyConstraint(["bond_id", "to_on"], ["reviews.bond_id", "reviews.to_on"], name="fk_review_seats_bond_id_reviews"),
)

review_lines = Table(
    "review_lines",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("bond_id", Uuid, nullable=False),
    Column("to_on", Date, nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id", name="fk_review_lines_member_id_members"), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("promise_id", Uuid),
    Column("moment_id", Uuid),
    Column("from_on", Date),
    Column("said_at", Instant, nullable=False),
    ForeignKeyConstraint(["bond_id", "to_on"], ["reviews.bond_id", "reviews.to_on"], name="fk_review_lines_bond_id_reviews"),
    of_bond("promise_id", "promises"),
    of_bond("moment_id", "moments"),
    Index("ix_review_lines_bond_id_to_on", "bond_id", "to_on"),
)

asks = Table(
    "asks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("bond_id", Uuid, ForeignKey("bonds.id", name="fk_asks_bond_id_bonds"), nullable=False),
    Column("from_id", Uuid, ForeignKey("members.id", name="fk_asks_from_id_members"), nullable=False),
    Column("to_id", Uuid, ForeignKey("members.id", name="fk_asks_to_id_members"), nullable=False),
    Column("text", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("to_on", Date),
    Column("answer", String(10)),
    Column("answered_at", Instant),
    Column("counter", Text, nullable=False),
    Column("promise_id", Uuid),
    of_bond("promise_id", "promises"),
    Index("ix_asks_bond_id_asked_at", "bond_id", "asked_at"),
)
