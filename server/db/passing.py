"""Failures of a database that pass by themselves: it is stopped, starts, cuts a connection or has no room."""

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as WaitedError

from server.domain.errors import AwayError, NoRoomError, TooBusyError

FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
PASSING = FULL | {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL}


def refusal(error: BaseException) -> TooBusyError | None:
    """What to answer where the same may be tried again in a moment; None for what will fail again."""
    if isinstance(error, DBAPIError) and isinstance(error.orig, sqlite3.Error):
        # The primary code; what Python's own driver raises by itself has none.
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        return (NoRoomError() if code in FULL else AwayError()) if code in PASSING else None
    cut_off = isinstance(error, DBAPIError) and error.connection_invalidated
    return AwayError() if cut_off or isinstance(error, OperationalError | InterfaceError | WaitedError) else None
