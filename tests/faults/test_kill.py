"""A server that is killed again and again loses nothing that it acknowledged and doubles nothing that is sent again."""

from random import Random
from time import monotonic

import pytest

from tests.faults import phones
from tests.served import served

SEED = 20


def kill(server, sent, times, chance):
    """Kill the server at moments spread over all that there is to send, while it is being sent, and start it again."""
    spread = phones.ALL // (times + 1)
    for _ in range(times):
        sent.wait_for(sent.taken, spread - 10 + chance.randrange(20))
        server.killed()
        sent.may_send.clear()
        server.started()
        sent.may_send.set()


@pytest.mark.slow
def test_what_was_acknowledged_is_in_the_log_once_however_often_the_server_is_killed(place, faults):
    folder, url = place
    chance, began = Random(SEED), monotonic()
    bodies = phones.prepare(folder, url, chance)
    with served(folder, url, WEFT_LOG="warning") as server:
        with phones.sending(server, bodies) as sent:
            kill(server, sent, faults, chance)
        assert server.ended() == 0
    phones.check(folder, url, sent, f"{faults} kills", began)
