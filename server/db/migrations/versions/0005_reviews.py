"""The week gone through together: where it stands, and what was said."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    pass
