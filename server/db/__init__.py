"""Tables, transactions and migrations."""

from server.db.database import Database, Session, insert, sqlite_url, upsert

__all__ = ["Database", "Session", "insert", "sqlite_url", "upsert"]
