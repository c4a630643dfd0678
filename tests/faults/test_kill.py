"""A server that is killed again and again loses nothing that it acknowledged and doubles nothing that is sent again."""

from time import monotonic, sleep

import pytest

from tests.faults import phones
from tests.faults.conftest import LONG
from tests.faults.report import crowding, middle_and_most
from tests.served import served

KILLS = {"sqlite": 200, "postgresql": 20} if LONG else {"sqlite": 3, "postgresql": 3}
AT_LEAST = 20
LONGEST_LOAD, LONGEST_START = 0.8, 1.0
KILLED_STARTING = 0.15
FIRST_ANSWER = 5.0


def kill(server, sent, times, chance):
    """Kill the server at any moment, now and then also while it starts; return how long nothing was taken, and how busy others were."""
    silences, crowded = [], []
    for _ in range(times):
        sent.wait_for_taken(AT_LEAST)
        sleep(chance.random() * LONGEST_LOAD)
        server.killed()
        began = monotonic()
        if chance.random() < KILLED_STARTING:
            server.begun()
            sleep(chance.random() * LONGEST_START)
            server.killed()
            began = monotonic()
        server.started()
        silences.append(sent.first_after(began))
        crowded.append(crowding())
    return silences, crowded


@pytest.mark.slow
def test_what_was_acknowledged_is_in_the_log_once_however_often_the_server_is_killed(place, kind, report):
    folder, url = place
    told = report(f"{KILLS[kind]} kills")
    cast = phones.prepare(folder, url)
    with served(folder, url, WEFT_LOG="warning") as server:
        with phones.sending(server, cast, told.chance) as sent:
            silences, crowded = kill(server, sent, KILLS[kind], told.chance)
        assert server.ended() == 0
    phones.check(folder, url, sent, told, first_answer=middle_and_most(silences), crowded=f"{max(crowded):.1f}")
    assert [one for one, others in zip(silences, crowded, strict=True) if one > FIRST_ANSWER * others] == []
