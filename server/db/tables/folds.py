"""What the log comes to; all of it can be thrown away and made again, but for milestones and weeks, which stay."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from server.db.tables.base import metadata, of_bond
from server.db.types import Document, Instant

occurrences = Table(
    "occurrences",
    metadata,
    Column("promise_id", Uuid, ForeignKey("promises.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("bond_id", Uuid),
    Column("member_id", Uuid, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("settles_at", Instant, nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("value", Float),
    Column("changes_at", Instant),
    Column("told_ahead", Boolean, nullable=False),
    Column("witnessed", Boolean, nullable=False),
    Column("repaired", Boolean, nullable=False),
    Column("done", SmallInteger, nullable=False),
    Column("carried", JSON(none_as_null=True)),
    PrimaryKeyConstraint("promise_id", "day"),
    of_bond("promise_id", "promises"),
    Index(
        "ix_occurrences_changes_at",
        "changes_at",
        sqlite_where=text("changes_at IS NOT NULL"),
        postgresql_where=text("changes_at IS NOT NULL"),
    ),
    Index("ix_occurrences_bond_id_last_day", "bond_id", "last_day"),
    Index("ix_occurrences_member_id_last_day", "member_id", "last_day"),
    Index("ix_occurrences_due_at", "due_at", sqlite_where=text("outcome = 'pending'"), postgresql_where=text("outcome = 'pending'")),
    Index("ix_occurrences_mended", "promise_id", sqlite_where=text("outcome = 'mended'"), postgresql_where=text("outcome = 'mended'")),
    sqlite_with_rowid=False,
)

streaks = Table(
    "streaks",
    metadata,
    Column("promise_id", Uuid, ForeignKey("promises.id"), primary_key=True),
    Column("bond_id", Uuid, index=True),
    Column("member_id", Uuid, nullable=False),
    Column("current", Integer, nullable=False),
    Column("best", Integer, nullable=False),
    Column("score", Float, nullable=False),
    Column("valued", Integer, nullable=False),
    Column("kept", Integer, nullable=False),
    Column("stitches", Integer, nullable=False),
    Column("comeback_on", Date),
    Column("half_life", Float, nullable=False),
    Column("tail_on", Date, nullable=False),
    Column("carried", JSON(none_as_null=True)),
    Column("opened_on", Date, nullable=False),
    Column("opens_at", Instant, index=True),
    Column("changed_at", Instant, nullable=False),
    Column("unannounced", Boolean, nullable=False),
    of_bond("promise_id", "promises"),
    Index("ix_streaks_unannounced", "promise_id", sqlite_where=text("unannounced"), postgresql_where=text("unannounced")),
)

stitches = Table(
    "stitches",
    metadata,
    Column("bond_id", Uuid, ForeignKey("bonds.id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("kept", Integer, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("unannounced", Boolean, nullable=False),
    PrimaryKeyConstraint("bond_id", "member_id"),
    Index("ix_stitches_unannounced", "bond_id", sqlite_where=text("unannounced"), postgresql_where=text("unannounced")),
)

bond_days = Table(
    "bond_days",
    metadata,
    Column("bond_id", Uuid, ForeignKey("bonds.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("held", Integer, nullable=False),
    Column("broke", Integer, nullable=False),
    Column("changed_at", Instant, nullable=False),
    PrimaryKeyConstraint("bond_id", "day"),
    Index("ix_bond_days_broke", "bond_id", "day", sqlite_where=text("broke > 0"), postgresql_where=text("broke > 0")),
    sqlite_with_rowid=False,
)

weaves = Table(
    "weaves",
    metadata,
    Column("bond_id", Uuid, ForeignKey("bonds.id"), primary_key=True),
    Column("together", Integer, nullable=False),
    Column("broken_on", Date),
    Column("changed_at", Instant, nullable=False),
    Column("unannounced", Boolean, nullable=False),
    Index("ix_weaves_unannounced", "bond_id", sqlite_where=text("unannounced"), postgresql_where=text("unannounced")),
)

weeks = Table(
    "weeks",
    metadata,
    Column("bond_id", Uuid, ForeignKey("bonds.id"), nullable=False),
    Column("to_on", Date, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("refreshed_at", Instant, nullable=False, index=True),
    Column("summary", Document, nullable=False),
    PrimaryKeyConstraint("bond_id", "to_on"),
)

milestones = Table(
    "milestones",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("scope_id", Uuid, nullable=False),
    Column("threshold", Integer, nullable=False),
    Column("subject", String(36), nullable=False),
    Column("bond_id", Uuid, ForeignKey("bonds.id")),
    Column("member_id", Uuid, ForeignKey("members.id")),
    Column("promise_id", Uuid, ForeignKey("promises.id")),
    Column("reached_at", Instant, nullable=False),
    UniqueConstraint("kind", "scope_id", "threshold", "subject"),
    UniqueConstraint("bond_id", "id"),
    of_bond("promise_id", "promises"),
    Index("ix_milestones_bond_id_reached_at", "bond_id", "reached_at"),
)

milestone_answers = Table(
    "milestone_answers",
    metadata,
    Column("bond_id", Uuid),
    Column("milestone_id", Uuid, ForeignKey("milestones.id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("line", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("id", Uuid, nullable=True, unique=True),
    PrimaryKeyConstraint("milestone_id", "member_id"),
    UniqueConstraint("bond_id", "milestone_id", "member_id"),
    of_bond("milestone_id", "milestones"),
)

FOLDS = (occurrences, streaks, stitches, bond_days, weaves)
