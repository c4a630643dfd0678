"""What Weft is measured against: the bare framework, and bare inserts with the same durability."""

import sqlite3
import sys
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import psycopg
import uvicorn
from litestar import Litestar, post

EVENT = "id BLOB PRIMARY KEY, promise_id BLOB NOT NULL, member_id BLOB NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL"


@post("/")
async def empty() -> None:
    """Take nothing, answer nothing."""


def serve(port: int) -> None:
    """The bare framework, served as Weft is."""
    uvicorn.run(Litestar([empty], openapi_config=None), port=port, log_level="error", access_log=False)


def inserts_on_sqlite(folder: Path, count: int, at_once: int) -> float:
    """Rows a second, `at_once` a commit, on a disk that has them at each commit."""
    with sqlite3.connect(folder / "bare.sqlite3", isolation_level=None) as session:
        session.execute("PRAGMA journal_mode=WAL")
        session.execute("PRAGMA synchronous=FULL")
        session.execute(f"CREATE TABLE IF NOT EXISTS events ({EVENT}) WITHOUT ROWID")
        begun = perf_counter()
        for _ in range(0, count, at_once):
            session.execute("BEGIN IMMEDIATE")
            session.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", [_row() for _ in range(at_once)])
            session.execute("COMMIT")
        return count / (perf_counter() - begun)


def inserts_on_postgresql(url: str, count: int, at_once: int) -> float:
    """The same on PostgreSQL."""
    with psycopg.connect(url) as session:
        session.execute(f"CREATE TABLE IF NOT EXISTS bare_events ({EVENT.replace('BLOB', 'bytea')})".encode())
        session.commit()
        begun = perf_counter()
        for _ in range(0, count, at_once):
            session.cursor().executemany("INSERT INTO bare_events VALUES (%s, %s, %s, %s, %s)", [_row() for _ in range(at_once)])
            session.commit()
        return count / (perf_counter() - begun)


def _row() -> tuple[bytes, bytes, bytes, str, str]:
    return uuid4().bytes, uuid4().bytes, uuid4().bytes, "kept", "2026-01-01T00:00:00+00:00"


if __name__ == "__main__":
    serve(int(sys.argv[1]))
