"""Days ahead are opened; days behind settle and close."""

from datetime import datetime

from jobs.chunks import in_chunks
from server.actions import settling
from server.db import Database

AT_ONCE, OPENED_AT_ONCE = 100, 20
MOST = 500


def open_ahead(database: Database, now: datetime) -> int:
    """Open the occurrences of the days ahead."""
    return in_chunks(database, lambda session, limit: settling.open_ahead(session, now=now, limit=limit), OPENED_AT_ONCE, MOST)


def settle(database: Database, now: datetime) -> int:
    """Settle and close what its time has come for."""
    return in_chunks(database, lambda session, limit: settling.settle(session, now=now, limit=limit), AT_ONCE, MOST)
