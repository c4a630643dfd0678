"""What stands in the database, as a test reads it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Table, event

from server.db import Session
from server.db.tables import FOLDS, metadata
from server.store import folds, occurrences, sealing
from server.store.bonds import Bond
from server.store.folds import StreakRow
from server.store.occurrences import Row
from server.store.promises import Promise

Contents = dict[str, list[str]]


def occurrence(session: Session, promise: Promise, day: str) -> Row:
    key = (promise.id, date.fromisoformat(day))
    return occurrences.by_keys(session, [key])[key]


def outcomes(session: Session, promise: Promise, last: str) -> list[str]:
    """What a promise's occurrences stand as, up to a day."""
    return [row.outcome.value for row in occurrences.of_promise(session, promise.id, last=date.fromisoformat(last))]


def streak(session: Session, promise: Promise) -> StreakRow:
    return folds.streaks_of(session, [promise.id])[promise.id]


def together(session: Session, bond: Bond) -> int:
    return folds.weaves_of(session, [bond.id])[bond.id].together


def everything(session: Session) -> Contents:
    """Every row of every table, its words opened."""
    return {table.name: sorted(_row(session, table, row) for row in session.execute(table.select())) for table in metadata.sorted_tables}


def every_fold(session: Session) -> Contents:
    """Every row of every fold."""
    return {table.name: sorted(map(repr, session.execute(table.select()))) for table in FOLDS}


def _row(session: Session, table: Table, row: Any) -> str:
    has_words = any(column.table is table for column in sealing.SEALED)
    return repr(tuple(sealing.opened_row(session, table, row._mapping).values()) if has_words else row)


@dataclass
class Work:
    """What was asked of the database: statements with their parameters."""

    asked: list[tuple[str, Any]] = field(default_factory=list)

    def rows_read(self, session: Session) -> int:
        """How many rows the queries among them find."""
        queries = [(text, values) for text, values in self.asked if text.startswith("SELECT")]
        return sum(len(session.exec_driver_sql(text, values).all()) for text, values in queries)


@contextmanager
def watched(session: Session) -> Iterator[Work]:
    """Note each statement that goes to the database meanwhile."""
    work = Work()

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        work.asked.append((statement, values))

    event.listen(session, "before_cursor_execute", note)
    try:
        yield work
    finally:
        event.remove(session, "before_cursor_execute", note)
