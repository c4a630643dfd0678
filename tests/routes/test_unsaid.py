"""A gap that closed without a word: on the next page of the week, once (M31)."""

from datetime import UTC, datetime, timedelta

import pytest

from server.actions import settling, summaries
from tests import make

MONDAY = datetime(2026, 3, 16, 6, tzinfo=UTC)
SUNDAY = datetime(2026, 3, 22, 17, tzinfo=UTC)
DAY = timedelta(days=1)
SENTENCE = "Home for dinner, Tuesday: nothing was said."


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session, now=MONDAY)


@pytest.fixture
def dinner(database, couple):
    """Kept from Monday on for two weeks, but for the first Tuesday, of which nothing is said."""
    with database.write() as session:
        promise = make.promise(session, couple.noor, now=MONDAY)
        for n in range(14):
            settling.open_ahead(session, now=MONDAY + n * DAY, limit=100)
            if n != 1:
                make.check_in(session, promise, now=MONDAY + n * DAY)
    return promise


@pytest.fixture
def sunday(database, clock):
    """Lets a review moment come."""

    def comes(at):
        clock.at = at
        with database.write() as session:
            settling.settle(session, now=at, limit=1000)
            summaries.summarise(session, now=at, limit=10)

    return comes


def test_it_stands_on_one_page_and_not_again(database, client, desk, couple, dinner, sunday):
    sunday(SUNDAY)
    sam = make.sign_in(client, desk, couple.sam)
    assert SENTENCE in sam.get("/week").text
    sunday(SUNDAY + 7 * DAY)
    assert SENTENCE not in sam.get("/week").text
    assert SENTENCE in sam.get("/weeks/2026-03-22").text
