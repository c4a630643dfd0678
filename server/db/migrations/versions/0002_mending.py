"""Mending and planning: drafts of repairs, private marks, what was let go or asked to be moved, moments."""

import sqlalchemy as sa
from alembic import op

from server.db.types import Document, Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _create_what_is_ones_own()
    _create_what_both_decide()
    _create_what_is_planned()


def _create_what_is_ones_own() -> None:
    op.create_table(
        "repair_drafts",
        sa.Column("promise_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("words", Document, nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("promise_id", "day", name="pk_repair_drafts"),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name="fk_repair_drafts_promise_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_repair_drafts_member_id"),
    )
    op.create_index("ix_repair_drafts_member_id", "repair_drafts", ["member_id"])
    op.create_table(
        "private_marks",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("promise_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lets_go", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("relies", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "promise_id", "day", name="pk_private_marks"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_private_marks_member_id"),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name="fk_private_marks_promise_id"),
    )
    op.create_table(
        "ownings",
        sa.Column("promise_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(16), nullable=True),
        sa.Column("cause", sa.String(24), nullable=True),
        sa.Column("shares_label", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("shares_cause", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("promise_id", "day", name="pk_ownings"),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name="fk_ownings_promise_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_ownings_member_id"),
    )
    op.create_index("ix_ownings_member_id_day", "ownings", ["member_id", "day"])


def _create_what_both_decide() -> None:
    op.create_table(
        "let_goes",
        sa.Column("promise_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("bond_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("hurt_id", sa.Uuid(), nullable=True),
        sa.Column("agreed_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("promise_id", "day", name="pk_let_goes"),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name="fk_let_goes_promise_id"),
        sa.ForeignKeyConstraint(["bond_id"], ["bonds.id"], name="fk_let_goes_bond_id"),
        sa.ForeignKeyConstraint(["proposed_by"], ["members.id"], name="fk_let_goes_proposed_by"),
        sa.ForeignKeyConstraint(["hurt_id"], ["members.id"], name="fk_let_goes_hurt_id"),
    )
    op.create_index("ix_let_goes_bond_id", "let_goes", ["bond_id"])
    op.create_table(
        "moves",
        sa.Column("promise_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("bond_id", sa.Uuid(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("linked_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("promise_id", "day", name="pk_moves"),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name="fk_moves_promise_id"),
        sa.ForeignKeyConstraint(["bond_id"], ["bonds.id"], name="fk_moves_bond_id"),
        sa.ForeignKeyConstraint(["answered_by"], ["members.id"], name="fk_moves_answered_by"),
        sa.ForeignKeyConstraint(["linked_id"], ["promises.id"], name="fk_moves_linked_id"),
    )
    op.create_index("ix_moves_bond_id", "moves", ["bond_id"])


def _create_what_is_planned() -> None:
    op.create_table(
        "moments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bond_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("at_time", sa.Time(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("cancelled_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_moments"),
        sa.ForeignKeyConstraint(["bond_id"], ["bonds.id"], name="fk_moments_bond_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_moments_member_id"),
    )
    op.create_index("ix_moments_bond_id_on_date", "moments", ["bond_id", "on_date"])
