"""Spaces that are over go, with every row of theirs; and stones that nothing refers to any more."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from jobs.chunks import in_chunks
from server.actions import deleting
from server.db import Database, Session
from server.db.erasing import erasing
from server.store import erasing as store

AT_ONCE = 1000
MOST = 100


def purge(database: Database, now: datetime) -> int:
    """Take spaces away that are over, each in short transactions; what is interrupted goes on where it stood."""
    with database.read() as session:
        found = deleting.over(session, now=now, limit=MOST)
    for bond_id in found:
        _purge(database, bond_id)
    with database.write() as session:
        store.drop_stones(session)
    return len(found)


def _purge(database: Database, bond_id: UUID) -> None:
    rows = store.of_bond(bond_id)
    with database.write() as session:
        store.remember_closed(session, bond_id)
        store.loosen(session, rows)
    for table in reversed(rows):
        in_chunks(database, partial(_drop, bond_id=bond_id, table=table, wanted=rows[table]), AT_ONCE)


def _drop(session: Session, limit: int, *, bond_id: UUID, table: Any, wanted: Any) -> int:
    with erasing(session, bond_id):
        return store.drop(session, table, wanted, limit)
