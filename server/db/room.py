"""A disk that is nearly full: nothing more is written while what is there still works."""

import shutil
from pathlib import Path

from server.domain.errors import NoRoomError

KEPT_FREE = 16 * 2**20


def check(place: Path) -> None:
    """NoRoomError where the disk of a file has less than KEPT_FREE left; a full one would stop a write in its middle."""
    if free(place) < KEPT_FREE:
        raise NoRoomError


def free(place: Path) -> int:
    """How many bytes the disk of a file that is to be made has left for us."""
    return shutil.disk_usage(next((one for one in place.absolute().parents if one.exists()), "/")).free
