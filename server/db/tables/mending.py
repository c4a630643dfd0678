"""What surrounds a missed promise beside the log: drafts and marks that are one's own, what was let go, what was asked to be moved."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, PrimaryKeyConstraint, String, Table, UniqueConstraint, Uuid, false

from server.db.tables.base import metadata, of_bond
from server.db.types import Document, Instant

repair_drafts = Table(
    "repair_drafts",
    metadata,
    Column("bond_id", Uuid),
    Column("promise_id", Uuid, ForeignKey("promises.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False, index=True),
    Column("words", Document, nullable=False),
    Column("saved_at", Instant, nullable=False),
    PrimaryKeyConstraint("promise_id", "day"),
    UniqueConstraint("bond_id", "promise_id", "day"),
    of_bond("promise_id", "promises"),
)

private_marks = Table(
    "private_marks",
    metadata,
    Column("bond_id", Uuid),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("promise_id", Uuid, ForeignKey("promises.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("lets_go", Boolean, nullable=False, server_default=false()),
    Column("relies", Boolean, nullable=False, server_default=false()),
    Column("remind_on", Date),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("member_id", "promise_id", "day"),
    UniqueConstraint("bond_id", "member_id", "promise_id", "day"),
    of_bond("promise_id", "promises"),
)

let_goes = Table(
    "let_goes",
    metadata,
    Column("promise_id", Uuid, nullable=False),
    Column("day", Date, nullable=False),
    Column("bond_id", Uuid, ForeignKey("bonds.id"), nullable=False),
    Column("proposed_by", Uuid, ForeignKey("members.id"), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("hurt_id", Uuid, ForeignKey("members.id")),
    Column("agreed_at", Instant),
    PrimaryKeyConstraint("promise_id", "day"),
    UniqueConstraint("bond_id", "promise_id", "day"),
    of_bond("promise_id", "promises"),
)

moves = Table(
    "moves",
    metadata,
    Column("promise_id", Uuid, nullable=False),
    Column("day", Date, nullable=False),
    Column("bond_id", Uuid, ForeignKey("bonds.id"), nullable=False),
    Column("to_on", Date, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("answered_by", Uuid, ForeignKey("members.id")),
    Column("answered_at", Instant),
    Column("agreed", Boolean),
    Column("linked_id", Uuid),
    PrimaryKeyConstraint("promise_id", "day"),
    UniqueConstraint("bond_id", "promise_id", "day"),
    of_bond("promise_id", "promises"),
    of_bond("linked_id", "promises"),
)

ownings = Table(
    "ownings",
    metadata,
    Column("bond_id", Uuid),
    Column("promise_id", Uuid, ForeignKey("promises.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("label", String(16)),
    Column("cause", String(24)),
    Column("shares_label", Boolean, nullable=False, server_default=false()),
    Column("shares_cause", Boolean, nullable=False, server_default=false()),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("promise_id", "day"),
    UniqueConstraint("bond_id", "promise_id", "day"),
    of_bond("promise_id", "promises"),
    Index("ix_ownings_member_id_day", "member_id", "day"),
)
