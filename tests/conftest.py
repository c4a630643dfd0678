"""What tests stand on: a database of their own, a clock that they move, the desk, and the application over it."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from server import config
from server.clock import StandingClock
from server.db import Database, upgrade
from tests import make
from tests.files import Files, files
from tests.postgres import Cluster, cluster

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.testing import TestClient

    from server.routes.desk import Desk

Store = Files | Cluster
ON_POSTGRESQL = os.environ.get("WEFT_TEST_DATABASE", "sqlite") == "postgresql"


@pytest.fixture(scope="session")
def store() -> Iterator[Store]:
    """Where the databases of this process come from: SQLite, or PostgreSQL with WEFT_TEST_DATABASE=postgresql."""
    with ExitStack() as stack:
        opened = stack.enter_context(cluster() if ON_POSTGRESQL else files())
        template = opened.empty()
        database = Database(template)
        upgrade.upgrade(database)
        database.close()
        opened.keep(template)
        yield opened


@pytest.fixture
def database_url(store: Store) -> Iterator[str]:
    """A database of this test's own, with every table and nothing in them."""
    url = store.copy()
    yield url
    store.drop(url)


@pytest.fixture
def empty_url(store: Store) -> Iterator[str]:
    """A database without tables."""
    url = store.empty()
    yield url
    store.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> StandingClock:
    """A clock that stands at make.NOW; a test moves it by setting `clock.at`."""
    return StandingClock(make.NOW)


@pytest.fixture
def desk(database: Database, clock: StandingClock, tmp_path: Path) -> "Desk":
    from server.routes.desk import Desk

    return Desk(database, clock, config.from_environment({"WEFT_DATA": str(tmp_path)}), push_key="", build="test")


@pytest.fixture(scope="session")
def built() -> "list[Litestar]":
    """The application of this process, once somebody has asked for it: to build it takes longer than a test."""
    return []


@pytest.fixture
def app(desk: "Desk", built: "list[Litestar]") -> "Litestar":
    """The application over this test's own desk."""
    from server.app import create_app

    if not built:
        built.append(create_app(desk))
    built[0].state.desk = desk
    return built[0]


@pytest.fixture
def open_client(app: "Litestar") -> Iterator[Callable[[], "TestClient[Litestar]"]]:
    """Opens another browser that knows nobody yet, for tests with two people."""
    from litestar.testing import TestClient

    with ExitStack() as stack:

        def opened() -> "TestClient[Litestar]":
            browser = stack.enter_context(TestClient(app))
            browser.base_url = "http://localhost:8000"
            browser.headers["sec-fetch-site"] = "same-origin"
            return browser

        yield opened


@pytest.fixture
def client(open_client: Callable[[], "TestClient[Litestar]"]) -> "TestClient[Litestar]":
    """A browser that knows nobody yet."""
    return open_client()
