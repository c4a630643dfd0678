"""What is around the database: the folder, the disk, the address that people type, and who else is at work here."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

from jobs.findings import Finding
from server.config import LOOPBACK, Settings, SettingsError
from server.db import Database
from server.push.vapid import subject_of

OPEN_TO_OTHERS = 0o077
ENOUGH_SPACE, LITTLE_SPACE = 500 * 2**20, 100 * 2**20
PROCESSES = Path("/proc")
STAYS = frozenset({b"serve", b"jobs", b"demo"})


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at what needs no database."""
    yield folder(settings.data)
    yield space(settings.data)
    yield origin(settings)
    yield subject(settings)


def folder(place: Path) -> Finding:
    if not place.exists():
        return Finding(f"There is no folder {place}.", "Start Weft: weft serve")
    if place.stat().st_mode & OPEN_TO_OTHERS:
        return Finding(f"{place} can be read by others.", f"Run: chmod 700 {place}")
    return Finding(f"{place} is its owner's alone.")


def space(place: Path) -> Finding:
    there = next(one for one in (place, *place.parents) if one.exists())
    free = shutil.disk_usage(there).free
    what = f"{free // 2**20} MB are free on the disk of {place}."
    return Finding(what, "" if free >= ENOUGH_SPACE else "Make room.", harms=free < LITTLE_SPACE)


def origin(settings: Settings) -> Finding:
    """Passkeys belong to a name, and phones take them only from there."""
    people = f"People come in by {settings.origin}"
    if settings.rp_id not in LOOPBACK and _is_address(settings.rp_id):
        return Finding(f"{people}: passkeys need a name, and this is a number.", "Give the machine a name and set WEFT_ORIGIN to it.")
    if settings.rp_id in LOOPBACK and settings.host not in LOOPBACK:
        what = f"Weft listens on {settings.host} for other machines, but {people[0].lower()}{people[1:]}, which is each machine itself."
        return Finding(what, "Set WEFT_ORIGIN to the address that people type.")
    if settings.is_secure or settings.rp_id in LOOPBACK:
        return Finding(f"{people}.")
    what = f"{people}, without HTTPS: phones take no passkeys, notices or installed apps there."
    return Finding(what, "Put a proxy with HTTPS before it and set WEFT_ORIGIN.")


def subject(settings: Settings) -> Finding:
    """Push services want to know whom to write to."""
    try:
        return Finding(f"Push services reach whoever runs this by {subject_of(settings)}.")
    except SettingsError as error:
        return Finding("Push services cannot reach whoever runs this.", str(error))


def others(database: Database) -> Finding:
    """SQLite has one writer: a second server on its file would not know what the first has gathered."""
    at_work = _at_work(Path(database.url.database or "")) if database.is_sqlite else []
    if len(at_work) > 1:
        what = f"{len(at_work)} servers are at work on this one SQLite file (processes {', '.join(map(str, at_work))})."
        return Finding(what, "Stop all but one; for more than one use PostgreSQL.")
    return Finding("No two servers are at work on one SQLite file.")


def _is_address(host: str) -> bool:
    with suppress(ValueError):
        return bool(ip_address(host))
    return False


def _at_work(file: Path) -> list[int]:
    """Processes that stay and have the file open, of those that may be looked at."""
    found = [int(one.name) for one in PROCESSES.glob("[0-9]*") if _has_open(one, file)]
    return sorted(one for one in found if one != os.getpid())


def _has_open(process: Path, file: Path) -> bool:
    with suppress(OSError):
        if STAYS & {*(process / "cmdline").read_bytes().split(b"\0")}:
            return any(one.exists() and one.samefile(file) for one in (process / "fd").iterdir())
    return False
