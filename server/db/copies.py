"""Whole copies of a database, made while it is in use, and put back."""

import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import inspect, make_url

from server.db import belts, room, scope
from server.db.database import Database

PRIVATE = 0o600
SIDES = ("", "-wal", "-shm")
TRICKLE = 0.02
"""Seconds between two flushes of a copy that is being written."""
POOLED = "unsupported startup parameter"
WITHOUT_CALLS = "--exclude-schema=procrastinate"


class CopyError(Exception):
    """A copy that cannot be made or put back; the message says why."""


def copy(database: Database, target: Path) -> None:
    """Copy everything into a new file of mode 0600, which is there whole or not at all."""
    if target.exists():
        raise CopyError(f"{target} is there already.")
    if database.is_sqlite:
        _find_room(Path(database.url.database or ""), target)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    unfinished.touch(mode=PRIVATE)
    try:
        if database.is_sqlite:
            _vacuum(database, unfinished)
        else:
            _run(database, "pg_dump", "--format=custom", "--enable-row-security", WITHOUT_CALLS, f"--file={unfinished}")
        _flush(unfinished)
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)


def can_copy(database: Database) -> bool:
    """Whether a copy can be made: PostgreSQL needs its own pg_dump."""
    return database.is_sqlite or shutil.which("pg_dump") is not None


def put_back(url: str, source: Path, *, aside: str) -> Path | None:
    """Make a copy the database again; on SQLite what was there stays beside it, named by `aside`, and is returned."""
    if not source.is_file():
        raise CopyError(f"There is no file {source}.")
    found = make_url(url)
    if found.get_backend_name() != "sqlite":
        _restore(url, source)
        return None
    check(source)
    _find_room(source, Path(found.database or ""))
    return _swap(Path(found.database or ""), source, aside)


def check(source: Path) -> None:
    """CopyError where a file is not a whole SQLite database of ours."""
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro&immutable=1", uri=True)) as connection:
            (found,) = connection.execute("PRAGMA integrity_check").fetchone()
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError:
        raise CopyError(f"{source} is not a copy that Weft made.") from None
    if found != "ok":
        raise CopyError(f"{source} is damaged: {found}")


def _find_room(source: Path, target: Path) -> None:
    """A copy may not take the room that the database itself needs."""
    size = sum(one.stat().st_size for side in SIDES if (one := source.with_name(source.name + side)).exists())
    if (free := room.free(target)) < size + room.KEPT_FREE:
        raise CopyError(f"There is no room for a copy in {target.parent}: it may take {_mb(size)}, and {_mb(free)} are free.")


def _mb(size: int) -> str:
    return f"{size / 2**20:.0f} MB"


def _vacuum(database: Database, target: Path) -> None:
    """VACUUM reads as of one instant and stands in nobody's way, but not in a transaction of ours."""
    with closing(sqlite3.connect(database.url.database or "", isolation_level=None)) as connection, _trickling(target):
        connection.execute("VACUUM INTO ?", (str(target),))


@contextmanager
def _trickling(path: Path) -> Iterator[None]:
    """Let a file reach the disk little by little while it is written: all of it at once at the end would hold up everybody's commits."""
    done = threading.Event()

    def trickle(descriptor: int) -> None:
        while not done.wait(TRICKLE):
            os.fsync(descriptor)

    with path.open("rb") as file, ThreadPoolExecutor(1) as beside:
        trickled = beside.submit(trickle, file.fileno())
        try:
            yield
        finally:
            done.set()
        trickled.result()


def _restore(url: str, source: Path) -> None:
    database = Database(url)
    try:
        # The role of whom requests act for may not be here yet.
        with database.everything().read() as session:
            if inspect(session).get_table_names():
                raise CopyError("The database holds tables. Restore into an empty one and point WEFT_DATABASE at it.")
        _run(database, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(source))
        with database.everything().write() as session:
            belts.fasten(session)
    finally:
        database.close()


def _run(database: Database, program: str, *words: str) -> None:
    """The password goes by a file: everybody may read a command line."""
    found = shutil.which(program)
    if found is None:
        raise CopyError(f"{program} is not here. Install PostgreSQL's client programs, of the server's version or newer.")
    plain = database.url.set(drivername="postgresql", password=None).update_query_dict({"options": f"-c{scope.EVERYTHING_SETTING}=on"})
    with NamedTemporaryFile("w", prefix="weft-") as passfile:
        if database.url.password:
            passfile.write(f"*:*:*:*:{_escaped(str(database.url.password))}\n")
            passfile.flush()
            plain = plain.update_query_dict({"passfile": passfile.name})
        done = subprocess.run([found, f"--dbname={plain.render_as_string()}", *words], capture_output=True, text=True, check=False)
    if POOLED in done.stderr:
        raise CopyError(f"{program} cannot go through a pooler. Run this once with WEFT_DATABASE at the database's own address.")
    if done.returncode:
        raise CopyError(f"{program} failed. {done.stderr.strip()}")


def _escaped(password: str) -> str:
    return password.replace("\\", "\\\\").replace(":", "\\:")


def _swap(place: Path, source: Path, aside: str) -> Path | None:
    """The new file is whole on disk before the old one moves; a write-ahead log belongs to its own file."""
    unfinished = place.with_name(f".{place.name}.{os.getpid()}")
    unfinished.touch(mode=PRIVATE)
    shutil.copyfile(source, unfinished)
    _flush(unfinished)
    kept = place.with_name(f"{place.stem}-{aside}{place.suffix}") if place.exists() else None
    for side in SIDES if kept else ():
        if (old := place.with_name(place.name + side)).exists():
            old.rename(f"{kept}{side}")
    unfinished.rename(place)
    return kept


def _flush(path: Path) -> None:
    """Let the file's bytes reach the disk, and its folder's entry too."""
    for one in (path, path.parent):
        descriptor = os.open(one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
