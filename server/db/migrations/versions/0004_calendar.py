"""What a calendar outside Weft reads by a secret address."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    pass
