"""How a worker of procrastinate reaches its tables; loaded only where one runs."""

from typing import Any

import psycopg
from procrastinate import PsycopgConnector

from server.db.database import Database
from server.db.procrastinate import SCHEMA

CONNECTIONS = 3


class _Cursor(psycopg.AsyncCursor[Any]):
    """Finds the tables by itself in every transaction, since behind a pooler each may be on another connection."""

    async def execute(self, query: Any, params: Any = None, **how: Any) -> "_Cursor":
        if not self.connection.autocommit:
            await super().execute(f"SET LOCAL search_path = {SCHEMA}, pg_temp")
        return await super().execute(query, params, **how)


def connector(database: Database) -> PsycopgConnector:
    """Connections of the worker's own, a few, beside those of the database."""
    return PsycopgConnector(
        conninfo=database.url.set(drivername="postgresql").render_as_string(hide_password=False),
        min_size=1,
        max_size=CONNECTIONS,
        kwargs={"prepare_threshold": None, "cursor_factory": _Cursor},
    )
