"""Token buckets, shared by all nodes."""

from datetime import datetime

from sqlalchemy import select, update

from server.db import Session, insert
from server.db.tables import buckets


def hold(session: Session, key: str, *, full: float, now: datetime) -> tuple[float, datetime]:
    """The tokens of a bucket and when they were counted, held until the transaction ends; a new bucket is full."""
    made = insert(session, buckets).values(key=key, tokens=full, filled_at=now)
    session.execute(made.on_conflict_do_nothing(index_elements=["key"]))
    row = session.execute(select(buckets.c.tokens, buckets.c.filled_at).where(buckets.c.key == key).with_for_update()).one()
    return row.tokens, row.filled_at


def put(session: Session, key: str, *, tokens: float, now: datetime) -> None:
    session.execute(update(buckets).where(buckets.c.key == key).values(tokens=tokens, filled_at=now))
