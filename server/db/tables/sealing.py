"""With which keys the words of this database are sealed."""

from sqlalchemy import Column, String, Table, Text

from server.db.tables.base import metadata

column_keys = Table(
    "column_keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("probe", Text, nullable=False),
)
