"""What only one place may do: SQL, HTTP, the network, the clock, the environment (rules 2 and 10)."""

import re

import pytest

from tests.architecture import code

BUILD_TIME = ("web/hatch_build.py",)
LIBRARIES = {
    "sqlalchemy": ("server/store/", "server/db/"),
    "alembic": ("server/db/",),
    "litestar": ("server/app.py", "server/routes/"),
    "apscheduler": ("jobs/",),
    "aiohttp": ("server/push/",),
    "prometheus_client": ("server/watching/", "jobs/watching.py"),
    "opentelemetry": ("server/watching/traces.py",),
    "icalendar": ("server/routes/showing/",),
    "webpush": ("server/push/",),
    "procrastinate": ("jobs/worker.py", "server/db/calling.py"),
    "redis": ("server/routes/redis.py",),
    "PIL": ("web/drawing/",),
}
NETWORK = {"http.client", "httpx", "socket", "urllib.request"}
CLOCK = {"datetime.now", "datetime.today", "datetime.utcnow", "date.today", "time.time", "time.time_ns", "func.now"}
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv"}


def readers(names: set[str]) -> set[str]:
    """Files of ours that use one of the dotted names."""
    one = re.compile(rf"(^|\.)({'|'.join(map(re.escape, names))})($|\.)")
    return {path for path in code.paths(*code.OURS) if any(one.search(used) for used in code.names_used(path))} - {*BUILD_TIME}


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_is_imported_only_in_its_home(library: str) -> None:
    importers = {
        path for path in code.paths(*code.OURS) if any(f"{name}.".startswith(f"{library}.") for name in code.imports(path).values())
    }
    assert {path for path in importers if not path.startswith(LIBRARIES[library])} == set()


def test_only_push_reaches_the_network() -> None:
    assert {path for path in readers(NETWORK) if not path.startswith("server/push/")} == set()


def test_only_the_clock_reads_the_time() -> None:
    assert readers(CLOCK) == {"server/clock.py"}


def test_only_config_reads_the_environment() -> None:
    assert readers(ENVIRONMENT) == {"server/config.py"}


def test_every_promise_of_safety_stands_on_tests_that_are_there() -> None:
    named = re.findall(r"`([\w/]+\.py)`", (code.ROOT / "docs" / "safety.md").read_text())
    assert named
    assert [one for one in named if not (code.ROOT / "tests" / one).is_file()] == []
