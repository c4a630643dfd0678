"""A member's journal and parked questions, which the phone has encrypted, the key to them, wrapped for each passkey, and what was moved."""

import sqlalchemy as sa
from alembic import op

from server.db.types import Instant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _create_notes()
    _create_keys()
    _create_questions()


def _create_notes() -> None:
    op.create_table(
        "private_notes",
        sa.Column("member_id", sa.Uuid(), sa.ForeignKey("members.id", name="fk_private_notes_member_id_members"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "id", name="pk_private_notes"),
    )


def _create_keys() -> None:
    op.create_table(
        "private_keys",
        sa.Column(
            "passkey_id",
            sa.Uuid(),
            sa.ForeignKey("passkeys.id", name="fk_private_keys_passkey_id_passkeys", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("member_id", sa.Uuid(), sa.ForeignKey("members.id", name="fk_private_keys_member_id_members"), nullable=False),
        sa.Column("mark", sa.LargeBinary(16), nullable=False),
        sa.Column("salt", sa.LargeBinary(32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(61), nullable=False),
    )
    op.create_index("ix_private_keys_member_id", "private_keys", ["member_id"])


def _create_questions() -> None:
    op.create_table(
        "week_questions",
        sa.Column("bond_id", sa.Uuid(), sa.ForeignKey("bonds.id", name="fk_week_questions_bond_id_bonds"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), sa.ForeignKey("members.id", name="fk_week_questions_member_id_members"), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("moved_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("bond_id", "id", name="pk_week_questions"),
    )
    op.create_index("ix_week_questions_bond_id_to_on", "week_questions", ["bond_id", "to_on"])
    op.create_index("ix_week_questions_member_id", "week_questions", ["member_id"])
