"""Stock browsers over a real Weft of today: a service worker's clock cannot be moved."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.store.members import Member
from tests import make
from tests.browser.conftest import is_not_here
from tests.browser.server import Running, running
from tests.engines import firefox as fox
from tests.engines import webkit as kit
from tests.engines.autopush import Autopush

HOUR, SOON = timedelta(hours=1), timedelta(minutes=10)
TWO_O_CLOCK = 14


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.engines)


@pytest.fixture(scope="session")
def push_service() -> Iterator[Autopush]:
    with Autopush() as service:
        yield service


@pytest.fixture(scope="session")
def firefox(push_service: Autopush, tmp_path_factory: pytest.TempPathFactory) -> Iterator[fox.Firefox]:
    """One for all tests: each has a Weft at an address of its own, which to a browser is another app."""
    if not fox.PROGRAM:
        is_not_here("Firefox is not here; tools/ensure-engines installs it.")
    with fox.firefox(tmp_path_factory.mktemp("firefox"), push_service.line) as browser:
        yield browser


@pytest.fixture
def webkit(tmp_path: Path) -> Iterator[kit.WebKit]:
    """One a test: on a busy machine its driver now and then answers no more, and the next test has another."""
    if not (kit.BROWSER and kit.DRIVER and kit.DISPLAY):
        is_not_here("WebKit or a display for it is not here; tools/ensure-engines installs them.")
    with kit.webkit(tmp_path / "webkit") as browser:
        yield browser


@pytest.fixture
def weft(tmp_path: Path, push_service: Autopush) -> Iterator[Running]:
    with running(tmp_path / "data", datetime.now(UTC), push_service) as server:
        yield server


@pytest.fixture
def couple(weft: Running) -> make.Couple:
    """Noor and Sam, who live where it is about two now: neither the day nor the week has an edge near."""
    ahead = (TWO_O_CLOCK - weft.clock.at.hour + 12) % 24 - 12
    zone, before = f"Etc/GMT{-ahead:+d}", weft.clock.at - HOUR
    with weft.desk.database.write() as session:
        noor, sam = (make.member(session, name, zone=zone, now=before) for name in ("Noor", "Sam"))
        return make.Couple(noor, sam, make.bond(session, noor, sam, zone=zone, now=before))


@pytest.fixture
def dinner(weft: Running, couple: make.Couple) -> Any:
    """What Noor promised an hour ago for ten minutes from now."""
    return promised(weft, couple.noor, "Home for dinner")


def promised(weft: Running, by: Member, title: str) -> Any:
    due = (weft.clock.at + SOON).astimezone(ZoneInfo(by.zone))
    with weft.desk.database.write() as session:
        return make.promise(session, by, title, due_time=time(due.hour, due.minute), starts_on=due.date(), now=weft.clock.at - HOUR)
