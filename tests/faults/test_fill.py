"""A disk that is full stops what would be written and nothing else, and nothing is lost when there is room again."""

import os
import shutil
import subprocess
from contextlib import contextmanager, suppress

import pytest

from server.db import room
from tests.faults import phones
from tests.served import served, weft

REFUSED, BETWEEN = 40, 100
TRIES = 20
SIZE = 64 * 2**20
SENTENCE = "This server has no room left just now. Nothing was taken; please send it again later."


@contextmanager
def small_disk(place):
    """A disk of 64 MB in memory; skipped where nobody may mount one."""
    place.mkdir(mode=0o700)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "none", place], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("no disk may be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def _take(file, place, but):
    """Take all room but so much; a server that writes meanwhile may have taken some of it first."""
    for _ in range(TRIES):
        with suppress(OSError):
            return os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(place).free - but)
    raise AssertionError("The room could not be taken.")


@contextmanager
def filled(place, but):
    """Somebody else takes all room on a disk but so much, until the block ends."""
    ballast = place / "ballast"
    with ballast.open("wb") as file:
        _take(file, place, but)
    yield
    ballast.unlink()


def allow(server, size):
    """Let no file of the server grow beyond a size, which is what SQLite meets on a full disk."""
    subprocess.run(["prlimit", f"--pid={server.process.pid}", f"--fsize={size}:"], check=True)


def reads(server, cast):
    """What reading answers meanwhile."""
    asked = {"Authorization": f"Bearer {next(iter(cast))}"}
    return {server.get(path, **asked)[0] for path in ("/healthz", "/readyz", "/api/v1/me", "/api/v1/today")}


@pytest.mark.slow
def test_before_a_disk_is_full_taps_are_refused_and_later_taken_without_a_new_start(tmp_path, faults, report):
    """Half of the times somebody leaves a little room, half of the times none at all; then the database itself says that it is full."""
    told, folder = report(f"{faults} times no room"), tmp_path / "disk"
    url, least = f"sqlite:///{folder}/weft.sqlite3", SIZE
    with small_disk(folder):
        cast = phones.prepare(folder, url)
        with served(folder, url, WEFT_LOG="error") as server:
            with phones.sending(server, cast, told.chance) as sent:
                for n in range(faults):
                    sent.wait_for_taken(BETWEEN)
                    with filled(folder, but=0 if n % 2 else room.KEPT_FREE - 2**20):
                        sent.wait_for_refused(REFUSED)
                        assert reads(server, cast) == {200}
                        least = least if n % 2 else min(least, shutil.disk_usage(folder).free)
                        copied = weft(folder, url, "backup", str(folder / "copy.sqlite3"))
                        assert (copied.returncode, "There is no room for a copy" in copied.stderr) == (1, True)
                sent.wait_for_taken(BETWEEN)
            assert server.ended() == 0
        phones.check(folder, url, sent, told, room_never_below=f"{least >> 20} MB")
    assert {SENTENCE in one for one in sent.said} == {True}
    assert least > room.KEPT_FREE // 2


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("prlimit") is None, reason="prlimit is not here")
def test_a_full_disk_loses_nothing(place, kind, faults, report):
    if kind != "sqlite":
        pytest.skip("PostgreSQL's disk is its own")
    folder, url = place
    told = report(f"{faults} times full")
    cast = phones.prepare(folder, url)
    with served(folder, url, WEFT_LOG="error", WEFT_JOBS="off") as server:
        with phones.sending(server, cast, told.chance) as sent:
            for _ in range(faults):
                sent.wait_for_taken(BETWEEN)
                allow(server, 4096)
                sent.wait_for_refused(REFUSED)
                assert server.get("/healthz")[0] == 200
                allow(server, "unlimited")
            sent.wait_for_taken(BETWEEN)
        assert server.ended() == 0
    phones.check(folder, url, sent, told)
    assert {SENTENCE in one for one in sent.said} == {True}
