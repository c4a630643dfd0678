"""Within the suite a few faults each, on its own database; `make faults` asks for the long form, by the score and on both."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ON_POSTGRESQL
from tests.faults.report import Report
from tests.postgres import Cluster, cluster, is_here

LONG = os.environ.get("WEFT_TEST_FAULTS") == "long"
SCORE, FEW = 20, 2
SEED = 20


def pytest_generate_tests(metafunc):
    if "kind" in metafunc.fixturenames:
        both = LONG and is_here()
        metafunc.parametrize("kind", ["sqlite", "postgresql"] if both else ["postgresql" if ON_POSTGRESQL else "sqlite"])


@pytest.fixture
def faults() -> int:
    """How often it happens."""
    return SCORE if LONG else FEW


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[..., Report]:
    """Says what was measured, and by which seed it can be had again; WEFT_TEST_SEED chooses another."""

    def begin(what: str) -> Report:
        place = request.node.callspec.id if hasattr(request.node, "callspec") else "postgresql" if ON_POSTGRESQL else "sqlite"
        return Report(f"{what} ({place})", int(os.environ.get("WEFT_TEST_SEED", SEED)))

    return begin


@pytest.fixture
def lasting() -> Iterator[Cluster]:
    """A PostgreSQL of this test's own, which remembers what it has acknowledged however it is stopped."""
    if not is_here():
        pytest.skip("PostgreSQL is not here")
    with cluster(forgets=False) as opened:
        yield opened


@pytest.fixture
def place(kind: str, tmp_path: Path, request: Any) -> tuple[Path, str]:
    """A data folder, and the URL of a database without tables."""
    folder = tmp_path / "data"
    return folder, f"sqlite:///{folder}/weft.sqlite3" if kind == "sqlite" else request.getfixturevalue("lasting").empty()
