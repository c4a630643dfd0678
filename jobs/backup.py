"""A copy of the database a day, on the same machine: seven of the last days, four of the weeks before."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from server.db import Database, copies

EVERY = timedelta(hours=24)
DAILY, WEEKLY = 7, 4
STAMP = "%Y%m%dT%H%M%SZ"


def back_up(database: Database, folder: Path, now: datetime) -> int:
    """Copy the database if the last copy is a day old, and let go of old ones; PostgreSQL is its operator's to copy."""
    newest = newest_at(folder)
    if not database.is_sqlite or (newest and timedelta(0) <= now - newest < EVERY):
        return 0
    target = named(folder, now)
    if target.exists():
        # The clock was set back to just this second.
        return 0
    copies.copy(database, target)
    for path in _spare(_copies(folder)):
        path.unlink()
    return 1


def named(folder: Path, at: datetime, what: str = "weft", suffix: str = ".sqlite3") -> Path:
    """Where a copy of this instant goes; makes the folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{what}-{at:{STAMP}}{suffix}"


def newest_at(folder: Path) -> datetime | None:
    """When the newest copy in the folder was made."""
    return max((_made_at(path) for path in _copies(folder)), default=None)


def _spare(found: Sequence[Path]) -> list[Path]:
    """All but the newest of seven days and of the four weeks before them; `found` is newest first."""
    days, weeks = _firsts(found, "%Y%m%d"), _firsts(found, "%G%V")
    kept = {*days[:DAILY], *[path for path in weeks if path not in days[:DAILY]][:WEEKLY]}
    return [path for path in found if path not in kept]


def _firsts(found: Sequence[Path], period: str) -> list[Path]:
    firsts: dict[str, Path] = {}
    for path in found:
        firsts.setdefault(_made_at(path).strftime(period), path)
    return list(firsts.values())


def _copies(folder: Path) -> list[Path]:
    """Our copies by their names, newest first; what else lies there is somebody's own."""
    return sorted((path for path in folder.glob("weft-*.sqlite3") if _is_ours(path)), reverse=True)


def _is_ours(path: Path) -> bool:
    try:
        return bool(_made_at(path))
    except ValueError:
        return False


def _made_at(path: Path) -> datetime:
    return datetime.strptime(path.stem.removeprefix("weft-"), STAMP).replace(tzinfo=UTC)
