"""The week gone through together: where it stands, what was said, and what is asked of each other."""

import sqlalchemy as sa
from alembic import op

from server.db.types import Instant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _create_reviews()
    _create_what_is_said()
    _create_asks()


def _create_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("bond_id", sa.Uuid(), sa.ForeignKey("bonds.id", name="fk_reviews_bond_id_bonds"), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("on_one_phone", sa.Boolean(), nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("heard_at", Instant(), nullable=True),
        sa.Column("paused_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("goes_on_in", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("bond_id", "to_on", name="pk_reviews"),
    )
    op.create_table(
        "review_seats",
        sa.Column("bond_id", sa.Uuid(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("member_id", sa.Uuid(), sa.ForeignKey("members.id", name="fk_review_seats_member_id_members"), nullable=False),
        sa.Column("ready", sa.SmallInteger(), nullable=False),
        sa.Column("here_until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("bond_id", "to_on", "member_id", name="pk_review_seats"),
        sa.ForeignKeyConstraint(["bond_id", "to_on"], ["reviews.bond_id", "reviews.to_on"], name="fk_review_seats_bond_id_reviews"),
    )


def _create_what_is_said() -> None:
    op.create_table(
        "review_lines",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("bond_id", sa.Uuid(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("member_id", sa.Uuid(), sa.ForeignKey("members.id", name="fk_review_lines_member_id_members"), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("promise_id", sa.Uuid(), sa.ForeignKey("promises.id", name="fk_review_lines_promise_id_promises"), nullable=True),
        sa.Column("moment_id", sa.Uuid(), sa.ForeignKey("moments.id", name="fk_review_lines_moment_id_moments"), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("said_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["bond_id", "to_on"], ["reviews.bond_id", "reviews.to_on"], name="fk_review_lines_bond_id_reviews"),
    )
    op.create_index("ix_review_lines_bond_id_to_on", "review_lines", ["bond_id", "to_on"])


def _create_asks() -> None:
    op.create_table(
        "asks",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("bond_id", sa.Uuid(), sa.ForeignKey("bonds.id", name="fk_asks_bond_id_bonds"), nullable=False),
        sa.Column("from_id", sa.Uuid(), sa.ForeignKey("members.id", name="fk_asks_from_id_members"), nullable=False),
        sa.Column("to_id", sa.Uuid(), sa.ForeignKey("members.id", name="fk_asks_to_id_members"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(10), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("promise_id", sa.Uuid(), sa.ForeignKey("promises.id", name="fk_asks_promise_id_promises"), nullable=True),
    )
    op.create_index("ix_asks_bond_id_asked_at", "asks", ["bond_id", "asked_at"])
