"""The one narrow way past the log's own refusal: for what is named, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import Connection, delete

from server.db.database import insert
from server.db.tables import erasures


@contextmanager
def erasing(session: Connection, whose: UUID) -> Iterator[None]:
    """While the block lasts this transaction may erase what the log holds of a member, or all that it holds of a bond."""
    session.execute(insert(session, erasures).values(whose=whose))
    yield
    session.execute(delete(erasures).where(erasures.c.whose == whose))
