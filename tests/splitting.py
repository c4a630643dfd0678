"""The statements of the page on splitting the log, run as an operator runs them, far from UTC."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text

from jobs import settle, summaries
from server.db import Database, upgrade
from tests import make

PAGE = Path(__file__).parents[1] / "docs" / "splitting-the-log.md"
DAY = timedelta(days=1)
EVE = datetime(2025, 12, 24, 16, tzinfo=UTC)
LATER = EVE + 21 * DAY
OWN = "SELECT seq, id, tableoid::regclass::text FROM events"
SPLITTING, NEW_YEAR, OLD_YEARS = "Splitting it", "A new year", "Old years on a slower disk"


def run(url: str, chapter: str) -> None:
    """Run the statements of one chapter in one transaction, and then what gives new tables their security and rights."""
    (statements,) = re.findall(r"```sql\n(.*?)```", _chapters()[chapter], re.DOTALL)
    with psycopg.connect(url) as connection:
        connection.execute("SET TIME ZONE 'America/New_York'")
        connection.execute(statements.encode())
    database = Database(url, make.SEALER)
    upgrade.upgrade(database)
    database.close()


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """A database by URL, for everything."""
    database = Database(url, make.SEALER)
    try:
        yield database.everything()
    finally:
        database.close()


def live(database: Database) -> make.Couple:
    """Three weeks in which both promise, keep, miss, take back and fall silent, and what happens by itself."""
    with database.write() as session:
        couple = make.couple(session, now=EVE)
        promises = [
            make.promise(session, one, personal=personal, now=EVE) for one in (couple.noor, couple.sam) for personal in (False, True)
        ]
    for day in range(14):
        now = EVE + day * DAY
        with database.write() as session:
            said = [make.check_in(session, one, "missed" if day == 9 else "kept", now=now) for one in promises[day % 3 :]]
            if day % 5 == 0:
                make.check_in(session, promises[-1], "undo", target=said[-1], now=now)
        settle.open_ahead(database, now)
        settle.settle(database, now)
    settle.settle(database, LATER)
    summaries.summarise(database, LATER)
    return couple


def parts(session: Any) -> dict[str, str]:
    """In which part each line of the log lies, by its id, without the year."""
    return {row.id: row.tableoid.rpartition("_")[0] for row in session.execute(text(OWN))}


def _chapters() -> dict[str, str]:
    parts = re.split(r"^## (.*)$", PAGE.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
