"""Databases whose log is split, to be had again and again."""

import pytest
from sqlalchemy import select

from server.db.tables import events
from tests import splitting
from tests.splitting import SPLITTING, live, opened


@pytest.fixture(scope="session")
def empty_split(store):
    """To be copied: a database with nothing in it whose log is split."""
    url = store.copy()
    splitting.run(url, SPLITTING)
    yield url
    store.drop(url)


@pytest.fixture(scope="session")
def lived_split(store):
    """To be copied: Noor and Sam over a turn of the year, in a log that was split afterwards, with its lines as they were before."""
    url = store.copy()
    with opened(url) as before:
        couple = live(before)
        with before.read() as session:
            lines = session.execute(select(events).order_by(events.c.seq)).all()
    splitting.run(url, SPLITTING)
    yield url, couple, lines
    store.drop(url)


@pytest.fixture
def split_url(store, empty_split):
    url = store.copy(empty_split)
    yield url
    store.drop(url)


@pytest.fixture
def split(split_url):
    with opened(split_url) as database:
        yield database


@pytest.fixture
def lived_url(store, lived_split):
    url = store.copy(lived_split[0])
    yield url
    store.drop(url)


@pytest.fixture
def lived(lived_url, lived_split):
    with opened(lived_url) as database:
        yield database, *lived_split[1:]
