"""What a calendar outside Weft reads by a secret address."""

import sqlalchemy as sa
from alembic import op

from server.db.types import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "calendars",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("has_theirs", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("has_personal", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("made_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name="pk_calendars"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_calendars_member_id"),
        sa.UniqueConstraint("token_hash", name="uq_calendars_token_hash"),
    )
