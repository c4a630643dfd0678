"""A database that hangs up on everybody, or is gone for a moment, is called again, and nothing that was acknowledged is lost."""

import threading
from collections import Counter
from time import monotonic

import psycopg
import pytest

from tests.faults import phones
from tests.faults.report import crowding, middle_and_most
from tests.served import served

HANG_UP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
BETWEEN = 100
FIRST_ANSWER = 5.0


@pytest.mark.slow
def test_a_database_that_hangs_up_loses_nothing(place, kind, faults, report):
    if kind == "sqlite":
        pytest.skip("SQLite cannot hang up")
    folder, url = place
    told = report(f"{faults} times cut off")
    cast = phones.prepare(folder, url)
    with served(folder, url, WEFT_LOG="error") as server, psycopg.connect(url, autocommit=True) as operator:
        with phones.sending(server, cast, told.chance) as sent:
            for _ in range(faults):
                sent.wait_for_taken(BETWEEN)
                operator.execute(HANG_UP)
            sent.wait_for_taken(BETWEEN)
        assert server.ended() == 0
    phones.check(folder, url, sent, told)


@pytest.mark.slow
def test_a_database_that_is_killed_and_comes_back_loses_nothing(place, kind, faults, report, request):
    """Meanwhile nobody is told that something broke, only to come again; and what is read comes back by itself."""
    if kind == "sqlite":
        pytest.skip("SQLite is killed with its server")
    folder, url = place
    lasting, told = request.getfixturevalue("lasting"), report(f"{faults} restarts of PostgreSQL")
    cast, silences, answers = phones.prepare(folder, url), [], Counter()
    with served(folder, url, WEFT_LOG="error") as server:
        with phones.sending(server, cast, told.chance) as sent:
            for _ in range(faults):
                sent.wait_for_taken(BETWEEN)
                restarting = threading.Thread(target=lasting.restart)
                restarting.start()
                while restarting.is_alive():
                    answers[server.get("/api/v1/me", Authorization=f"Bearer {next(iter(cast))}")[0]] += 1
                began = monotonic()
                silences.append(sent.first_after(began))
            sent.wait_for_taken(BETWEEN)
            assert server.get("/readyz")[0] == 200
        assert server.ended() == 0
    phones.check(folder, url, sent, told, first_answer=middle_and_most(silences), reading=dict(answers))
    assert set(answers) <= {200, 503}
    assert max(silences) < FIRST_ANSWER * crowding()
