from datetime import timedelta

import pytest

from server.domain import limits
from server.domain.limits import Limit, Taken

FIVE = Limit(5, timedelta(minutes=15))
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("tokens", "since", "taken"),
    [
        (5, timedelta(0), Taken(4)),
        (1, timedelta(0), Taken(0)),
        (0, 3 * MINUTE, Taken(0)),
        (0, 6 * MINUTE, Taken(1)),
        (5, timedelta(days=400), Taken(4)),
        (0, timedelta(days=400), Taken(4)),
        (1, -MINUTE, Taken(0)),
        (0, timedelta(0), Taken(0, 3 * MINUTE)),
        (0.5, timedelta(0), Taken(0.5, 1.5 * MINUTE)),
        (0, -MINUTE, Taken(0, 3 * MINUTE)),
    ],
)
def test_a_bucket_gives_what_it_holds_and_says_how_long_to_wait(tokens, since, taken):
    assert limits.take(FIVE, tokens, since) == taken


@pytest.mark.parametrize(
    ("address", "known_as"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_who_holds_a_whole_network_counts_as_one(address, known_as):
    assert limits.neighbourhood(address) == known_as
