"""A supporter with everybody's consent, what each has opened to them, what may be printed, and small signs of thinking of somebody."""

import sqlalchemy as sa
from alembic import op

from server.db.types import Instant

revision = "0009"
down_revision = "0008"
HOLDS, NOT_LOOKED_AT = sa.text("ended_at IS NULL"), sa.text("reached IS NULL")


def upgrade() -> None:
    _create_supporters()
    _create_what_is_open()
    _create_nudges()


def _create_supporters() -> None:
    op.create_table(
        "supporters",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("bond_id", sa.Uuid(), sa.ForeignKey("bonds.id", name="fk_supporters_bond_id"), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), sa.ForeignKey("members.id", name="fk_supporters_proposed_by"), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("member_id", sa.Uuid(), sa.ForeignKey("members.id", name="fk_supporters_member_id"), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), sa.ForeignKey("members.id", name="fk_supporters_ended_by"), nullable=True),
        sa.Column("declined", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.UniqueConstraint("token_hash", name="uq_supporters_token_hash"),
        sa.UniqueConstraint("bond_id", "id", name="uq_supporters_bond_id_id"),
    )
    op.create_index("ix_supporters_bond_id", "supporters", ["bond_id"], unique=True, sqlite_where=HOLDS, postgresql_where=HOLDS)
    op.create_index("ix_supporters_member_id", "supporters", ["member_id"])
    op.create_table(
        "supporter_consents",
        *_of_a_supporter("supporter_consents"),
        sa.PrimaryKeyConstraint("bond_id", "supporter_id", "member_id", name="pk_supporter_consents"),
    )


def _create_what_is_open() -> None:
    op.create_table(
        "supporter_openings",
        *_of_a_supporter("supporter_openings"),
        sa.Column("area", sa.String(16), nullable=False),
        sa.Column("open_until", Instant(), nullable=False),
        sa.Column("lapses", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("bond_id", "supporter_id", "member_id", "area", name="pk_supporter_openings"),
    )
    op.create_index("ix_supporter_openings_open_until", "supporter_openings", ["open_until"])
    op.create_table(
        "printed_lines",
        sa.Column("bond_id", sa.Uuid(), sa.ForeignKey("bonds.id", name="fk_printed_lines_bond_id"), nullable=False),
        sa.Column("member_id", sa.Uuid(), sa.ForeignKey("members.id", name="fk_printed_lines_member_id"), nullable=False),
        sa.Column("line", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("bond_id", "member_id", "line", name="pk_printed_lines"),
    )


def _create_nudges() -> None:
    op.create_table(
        "nudges",
        sa.Column("bond_id", sa.Uuid(), sa.ForeignKey("bonds.id", name="fk_nudges_bond_id"), nullable=False),
        sa.Column("from_id", sa.Uuid(), sa.ForeignKey("members.id", name="fk_nudges_from_id"), nullable=False),
        sa.Column("to_id", sa.Uuid(), sa.ForeignKey("members.id", name="fk_nudges_to_id"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("bond_id", "from_id", "to_id", "day", name="pk_nudges"),
    )
    op.create_index("ix_nudges_to_id_day", "nudges", ["to_id", "day"])
    op.create_index("ix_nudges_at", "nudges", ["at"], sqlite_where=NOT_LOOKED_AT, postgresql_where=NOT_LOOKED_AT)
    op.create_table(
        "nudge_choices",
        sa.Column("member_id", sa.Uuid(), sa.ForeignKey("members.id", name="fk_nudge_choices_member_id"), nullable=False),
        sa.Column("most", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name="pk_nudge_choices"),
    )
    op.create_table(
        "nudge_mutes",
        sa.Column("bond_id", sa.Uuid(), sa.ForeignKey("bonds.id", name="fk_nudge_mutes_bond_id"), nullable=False),
        sa.Column("member_id", sa.Uuid(), sa.ForeignKey("members.id", name="fk_nudge_mutes_member_id"), nullable=False),
        sa.Column("from_id", sa.Uuid(), sa.ForeignKey("members.id", name="fk_nudge_mutes_from_id"), nullable=False),
        sa.PrimaryKeyConstraint("bond_id", "member_id", "from_id", name="pk_nudge_mutes"),
    )


def _of_a_supporter(table: str) -> tuple[sa.Column[object] | sa.ForeignKeyConstraint, ...]:
    whose = ["supporters.bond_id", "supporters.id"]
    return (
        sa.Column("bond_id", sa.Uuid(), nullable=False),
        sa.Column("supporter_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), sa.ForeignKey("members.id", name=f"fk_{table}_member_id"), nullable=False),
        sa.ForeignKeyConstraint(["bond_id", "supporter_id"], whose, name=f"fk_{table}_bond_id_supporter_id", ondelete="CASCADE"),
    )
