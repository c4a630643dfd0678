"""How long commits take, and which statements run, for who watches; nothing of it is there where nobody does."""

import re
from collections.abc import Callable
from time import perf_counter
from typing import Any, Protocol

from sqlalchemy import event

from server.db.database import Database
from server.db.tables import metadata

WORD = re.compile(r"[A-Za-z_]+")
VERBS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"})


class Statements(Protocol):
    """Who is told when a statement begins, and with what that gave when it ends."""

    def began(self, name: str) -> Any: ...
    def ended(self, token: Any, *, failed: bool) -> None: ...


def time_commits(database: Database, seen: Callable[[float], None]) -> None:
    """Tell how many seconds each commit took, its fsync included."""
    dialect = database.writer.dialect
    commit = dialect.do_commit

    def timed(connection: Any) -> None:
        began = perf_counter()
        commit(connection)
        seen(perf_counter() - began)

    dialect.do_commit = timed  # type: ignore[method-assign,assignment]


def watch_statements(database: Database, told: Statements) -> None:
    """Tell of each statement its verb and our tables in it: its text could name somebody, its parameters do."""

    def before(session: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: Any) -> None:
        if context is not None:
            context.weft_watched = told.began(named(statement))

    def after(_session: Any, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: Any) -> None:
        _end(told, context, failed=False)

    def broken(error: Any) -> None:
        _end(told, error.execution_context, failed=True)

    for engine in {database.writer, database.reader}:
        event.listen(engine, "before_cursor_execute", before)
        event.listen(engine, "after_cursor_execute", after)
        event.listen(engine, "handle_error", broken)


def named(statement: str) -> str:
    """A statement's verb, and in order those of our tables that it reads or writes."""
    words = WORD.findall(statement)
    verb = words[0].upper() if words and words[0].upper() in VERBS else "other"
    return " ".join([verb, *dict.fromkeys(word for word in words if word in metadata.tables)])


def _end(told: Statements, context: Any, *, failed: bool) -> None:
    if (token := getattr(context, "weft_watched", None)) is not None:
        context.weft_watched = None
        told.ended(token, failed=failed)
