"""Tables, transactions and migrations."""

from server.db.database import Database, Session, insert, sqlite_url, upsert
from server.db.moved import Moved

__all__ = ["Database", "Moved", "Session", "insert", "sqlite_url", "upsert"]
