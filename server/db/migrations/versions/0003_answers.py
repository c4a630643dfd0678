"""The id that an answer to a milestone was made with, so that a phone can send it again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("milestone_answers") as answers:
        answers.add_column(sa.Column("id", sa.Uuid(), nullable=True))
        answers.create_unique_constraint("uq_milestone_answers_id", ["id"])
