"""What tests stand on: a database of their own, a clock that they move, the desk, and the application over it."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, event

from server import config
from server.actions import recovery
from server.clock import StandingClock
from server.db import Database, upgrade
from tests import bound, make
from tests.files import Files, files
from tests.postgres import Cluster, cluster

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.testing import TestClient

    from server.routes.desk import Desk

Store = Files | Cluster
ON_POSTGRESQL = os.environ.get("WEFT_TEST_DATABASE", "sqlite") == "postgresql"
WITH_SPLIT_LOG = os.environ.get("WEFT_TEST_LOG") == "split"
"""On PostgreSQL the same tests over a log that is split as docs/splitting-the-log.md says."""

COLLECT_AFTER = (50_000, 20, 50)


def pytest_collection_finish() -> None:
    """What was loaded stays: the collector need not look at it again, nor so often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


@pytest.fixture(scope="session")
def store() -> Iterator[Store]:
    """Where the databases of this process come from: SQLite, or PostgreSQL with WEFT_TEST_DATABASE=postgresql."""
    with ExitStack() as stack:
        opened = stack.enter_context(cluster() if ON_POSTGRESQL else files())
        template = opened.empty()
        database = Database(template, make.SEALER)
        upgrade.upgrade(database)
        database.close()
        if ON_POSTGRESQL and WITH_SPLIT_LOG:
            from tests import splitting

            splitting.run(template, splitting.SPLITTING)
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


@pytest.fixture(autouse=True)
def own_keys() -> Iterator[None]:
    """Whatever keys a test gave to a database, the next one goes on with those of this process."""
    yield
    make.SEALER.use(make.KEYS)


@pytest.fixture(scope="session", autouse=True)
def bound_joins() -> Iterator[None]:
    """Every statement that any test lets run is held to join the rows of a bond by their bond."""
    event.listen(Engine, "before_cursor_execute", bound.hold)
    yield
    event.remove(Engine, "before_cursor_execute", bound.hold)


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> PasswordHasher:
    """What recovery codes are hashed with for people; here something fast takes its place, since to be slow is its purpose."""
    real = recovery.HASHER
    recovery.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return real


@pytest.fixture(scope="session")
def lent(store: Store) -> Iterator[Database]:
    """One open database of this process, lent to one test after the other: what was compiled for one serves the next."""
    opened = Database(store.copy(), make.SEALER)
    yield opened
    opened.close()


@pytest.fixture
def database(request: pytest.FixtureRequest, store: Store) -> Iterator[Database]:
    """A database with every table and nothing in them; a test that asks for `database_url` too has it to itself."""
    if isinstance(store, Files) and "database_url" not in request.fixturenames:
        lent = request.getfixturevalue("lent")
        store.put_back(lent)
        yield lent.everything()
        return
    opened = Database(request.getfixturevalue("database_url"), make.SEALER)
    yield opened.everything()
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
def build() -> Callable[["Desk"], "Litestar"]:
    """The application over a desk, built once for each kind of settings: to build it takes longer than a test."""
    from server.app import create_app

    built: dict[tuple[str, str], Litestar] = {}

    def build(desk: "Desk") -> "Litestar":
        kind = (desk.settings.origin, desk.settings.operator)
        if kind not in built:
            built[kind] = create_app(desk)
        built[kind].state.desk = desk.of(None)
        return built[kind]

    return build


@pytest.fixture
def app(desk: "Desk", build: Callable[["Desk"], "Litestar"]) -> "Litestar":
    """The application over this test's own desk."""
    return build(desk)


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
