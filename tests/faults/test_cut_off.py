"""A database that hangs up on everybody is called again, and nothing that was acknowledged is lost."""

from random import Random
from time import monotonic

import psycopg
import pytest

from tests.faults import phones
from tests.served import served

SEED = 22
HANG_UP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.mark.slow
def test_a_database_that_hangs_up_loses_nothing(place, kind, faults):
    if kind == "sqlite":
        pytest.skip("SQLite cannot hang up")
    folder, url = place
    bodies, began = phones.prepare(folder, url, Random(SEED)), monotonic()
    with served(folder, url, WEFT_LOG="error") as server, psycopg.connect(url, autocommit=True) as operator:
        with phones.sending(server, bodies) as sent:
            for _ in range(faults):
                sent.wait_for(sent.taken, phones.ALL // (faults + 1))
                operator.execute(HANG_UP)
        assert server.ended() == 0
    phones.check(folder, url, sent, f"{faults} times cut off", began)
