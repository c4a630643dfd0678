"""Asked for by themselves the faults come by the score and on both databases; within the suite a few, on its own."""

from pathlib import Path

import pytest

from tests.conftest import ON_POSTGRESQL
from tests.postgres import cluster, is_here

SCORE, FEW = 20, 2


def is_asked_for(config):
    return any("faults" in one for one in config.args)


def pytest_generate_tests(metafunc):
    if "kind" in metafunc.fixturenames:
        both = is_asked_for(metafunc.config) and is_here()
        metafunc.parametrize("kind", ["sqlite", "postgresql"] if both else ["postgresql" if ON_POSTGRESQL else "sqlite"])


@pytest.fixture
def faults(request):
    """How often it happens."""
    return SCORE if is_asked_for(request.config) else FEW


@pytest.fixture
def place(kind, tmp_path: Path):
    """A data folder, and the URL of a database without tables."""
    folder = tmp_path / "data"
    if kind == "sqlite":
        yield folder, f"sqlite:///{folder}/weft.sqlite3"
        return
    with cluster() as opened:
        yield folder, opened.empty()
