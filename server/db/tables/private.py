"""What somebody keeps for themselves: encrypted on their phone, and the key to it wrapped for each of their passkeys."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, PrimaryKeyConstraint, String, Table, Text, Uuid

from server.db.tables.base import metadata
from server.db.types import Instant

private_notes = Table(
    "private_notes",
    metadata,
    Column("member_id", Uuid, ForeignKey("members.id", name="fk_private_notes_member_id_members"), nullable=False),
    Column("id", Uuid, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_on", Date, nullable=False),
    Column("changed_on", Date, nullable=False),
    PrimaryKeyConstraint("member_id", "id"),
)

private_keys = Table(
    "private_keys",
    metadata,
    Column("passkey_id", Uuid, ForeignKey("passkeys.id", name="fk_private_keys_passkey_id_passkeys", ondelete="CASCADE"), primary_key=True),
    Column("member_id", Uuid, ForeignKey("members.id", name="fk_private_keys_member_id_members"), nullable=False, index=True),
    Column("mark", LargeBinary(16), nullable=False),
    Column("salt", LargeBinary(32), nullable=False),
    Column("wrapped", LargeBinary(61), nullable=False),
)

week_questions = Table(
    "week_questions",
    metadata,
    Column("bond_id", Uuid, ForeignKey("bonds.id", name="fk_week_questions_bond_id_bonds"), nullable=False),
    Column("id", Uuid, nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id", name="fk_week_questions_member_id_members"), nullable=False, index=True),
    Column("to_on", Date, nullable=False),
    Column("text", Text, nullable=False),
    Column("moved_at", Instant, nullable=False),
    PrimaryKeyConstraint("bond_id", "id"),
    Index("ix_week_questions_bond_id_to_on", "bond_id", "to_on"),
)
