"""A disk that is full stops check-ins and nothing else, and nothing is lost when there is room again."""

import shutil
import subprocess
from random import Random
from time import monotonic

import pytest

from tests.faults import phones
from tests.served import served

SEED = 21
REFUSED = 40


def allow(server, size):
    """Let no file of the server grow beyond a size, which is what SQLite meets on a full disk."""
    subprocess.run(["prlimit", f"--pid={server.process.pid}", f"--fsize={size}:"], check=True)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("prlimit") is None, reason="prlimit is not here")
def test_a_full_disk_loses_nothing(place, kind, faults):
    if kind != "sqlite":
        pytest.skip("PostgreSQL's disk is its own")
    folder, url = place
    bodies, began = phones.prepare(folder, url, Random(SEED)), monotonic()
    with served(folder, url, WEFT_LOG="error", WEFT_JOBS="off") as server:
        with phones.sending(server, bodies) as sent:
            for _ in range(faults):
                sent.wait_for(sent.taken, phones.ALL // (faults + 1))
                allow(server, 4096)
                sent.wait_for(sent.refused, REFUSED)
                assert server.get("/healthz")[0] == 200
                allow(server, "unlimited")
        assert server.ended() == 0
    phones.check(folder, url, sent, f"{faults} times full", began)
