"""The keys in the folder of secrets, which is its owner's alone: how they are written, and those that seal words in the database."""

import fcntl
import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from server.config import SettingsError
from server.db import sealing
from server.db.sealing import Keys

FILE = "column.keys"
OPEN_TO_OTHERS = 0o077
KEY_BYTES = sealing.KEY_BITS // 8


def folder(secrets: Path) -> Path:
    """The folder itself, made where it is missing; SettingsError where others could read in it."""
    secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_open(secrets)
    return secrets


def refuse_open(path: Path) -> None:
    """SettingsError where others could read this file or folder."""
    if path.stat().st_mode & OPEN_TO_OTHERS:
        allowed = "700" if path.is_dir() else "600"
        raise SettingsError(f"{path} holds secrets and others may read it. Run: chmod {allowed} {path}")


def put_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet; of two processes that do so at once, both go on with that of whoever came first."""
    mine = _written(path, content)
    try:
        path.hardlink_to(mine)
    except FileExistsError:
        return
    finally:
        mine.unlink()
    _flush(path.parent)


def is_there(secrets: Path) -> bool:
    """Whether there are keys that seal words."""
    return (secrets / FILE).exists()


def load(secrets: Path) -> Keys:
    """The keys that seal words, the newest last and one made where there is none; SettingsError where others could read them."""
    path = folder(secrets) / FILE
    if not path.exists():
        put_new(path, _lines(dict([sealing.new_key()])))
    refuse_open(path)
    return _read(path)


def changes(secrets: Path) -> Callable[[], Keys | None]:
    """Gives the keys whenever their file is another than when it was asked last, else None."""
    path, seen = secrets / FILE, _stamp(secrets / FILE)

    def changed() -> Keys | None:
        nonlocal seen
        if (stamp := _stamp(path)) == seen or stamp is None:
            return None
        found, seen = _read(path), stamp
        return found

    return changed


@contextmanager
def held(secrets: Path) -> Iterator[None]:
    """Hold the keys so that nobody else changes them; SettingsError where somebody does."""
    descriptor = os.open(folder(secrets), os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise SettingsError(f"The keys in {secrets} are being changed already.") from None
    finally:
        os.close(descriptor)


def add(secrets: Path) -> str:
    """Make another key, which seals from now on, and return its id."""
    key_id, key = sealing.new_key()
    _replace(secrets / FILE, {**load(secrets), key_id: key})
    return key_id


def keep_newest(secrets: Path, *, aside: str) -> Path:
    """Leave the newest key alone in the file, and return the copy of what was there, named by `aside`."""
    path, keys = secrets / FILE, load(secrets)
    former = path.with_name(f"{FILE}.{aside}")
    put_new(former, path.read_bytes())
    newest = list(keys)[-1]
    _replace(path, {newest: keys[newest]})
    return former


def _read(path: Path) -> Keys:
    try:
        pairs = [line.split() for line in path.read_text("ascii").splitlines()]
        found = {key_id: b64decode(key, validate=True) for key_id, key in pairs}
    except ValueError:
        found = {}
    if not found or any(len(key) != KEY_BYTES for key in found.values()):
        raise SettingsError(f"{path} is not a file of keys that can be read. Put it back from the backup.")
    return found


def _lines(keys: Keys) -> bytes:
    return "".join(f"{key_id} {b64encode(key).decode()}\n" for key_id, key in keys.items()).encode()


def _replace(path: Path, keys: Keys) -> None:
    """What is there is the old file or the new one, whole, whenever this ends."""
    _written(path, _lines(keys)).replace(path)
    _flush(path.parent)


def _written(path: Path, content: bytes) -> Path:
    mine = path.with_name(f"{path.name}.{uuid4().hex}")
    with open(mine, "xb", opener=_private_opener) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return mine


def _private_opener(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
