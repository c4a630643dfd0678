"""What can be wrong with a database itself, whatever is in it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from server.db import Database, Session, belts, passing

WANTED = {"fsync": ("on",), "full_page_writes": ("on",), "synchronous_commit": ("on", "local", "remote_write", "remote_apply")}
"""Settings of PostgreSQL without which a check-in may be answered and lost."""
OLDEST = 13
UTF8 = "UTF8"


def is_whole(database: Database) -> bool:
    """Whether SQLite's pages and indexes agree; PostgreSQL looks after its own."""
    if not database.is_sqlite:
        return True
    try:
        with database.read() as session:
            return bool(session.scalar(text("PRAGMA quick_check(1)")) == "ok")
    except DatabaseError as error:
        # One that is only away, or busy, is none the worse for it.
        return passing.refusal(error) is not None


def version(session: Session) -> int:
    """PostgreSQL's major version."""
    return int(session.scalar(text("SHOW server_version_num")) or 0) // 10_000


def losing(session: Session) -> Mapping[str, str]:
    """Those of PostgreSQL's settings that would lose what was answered, with what they are."""
    found = {name: str(session.scalar(text(f"SHOW {name}"))) for name in WANTED}
    return {name: value for name, value in found.items() if value not in WANTED[name]}


def encoding(session: Session) -> str:
    """How PostgreSQL keeps text."""
    return str(session.scalar(text("SHOW server_encoding")))


def zone(session: Session) -> str:
    """The time zone of our own connections."""
    return str(session.scalar(text("SHOW TimeZone")))


def now(session: Session) -> datetime | None:
    """PostgreSQL's own clock."""
    found: datetime | None = session.scalar(text("SELECT clock_timestamp()"))
    return found


def loose(session: Session) -> str:
    """What keeps PostgreSQL from holding each transaction to those for whom it acts, with what to do; empty where it does."""
    return belts.loose(session)
