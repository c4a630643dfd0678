from collections.abc import Iterator

import pytest

from server.db import Database, Session


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One transaction for the whole test."""
    with database.write() as session:
        yield session
