"""Real browsers, one profile a person, and the server that they use."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.server import Running, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Playwright

    from tests.browser.person import Person

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FRIDAY = datetime(2026, 3, 20, 16, tzinfo=UTC)
"""17:00 in Berlin."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def weft(tmp_path: Path) -> Iterator[Running]:
    """A Weft of its own, on a Friday at five."""
    with running(tmp_path / "data", FRIDAY) as server:
        yield server


@pytest.fixture(scope="module")
def playwright() -> Iterator["Playwright"]:
    """Started for one module only: as long as it runs, nothing else in this process can have an event loop of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def chromium(playwright: "Playwright") -> Iterator["Browser"]:
    """A browser for pages that need no phone of their own."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def open_person(playwright: "Playwright", tmp_path: Path) -> Iterator[Callable[[Running], "BrowserContext"]]:
    """Opens a profile on disk: what installs an app is no private window."""
    with ExitStack() as stack:
        yield lambda weft: stack.enter_context(
            playwright.chromium.launch_persistent_context(tmp_path / "profile", executable_path=CHROMIUM, args=FLAGS, headless=True)
        )


@pytest.fixture
def meet(weft: Running, playwright: "Playwright", tmp_path: Path) -> Iterator[Callable[[str], "Person"]]:
    """Gives somebody a phone: a browser profile of their own with a passkey in it."""
    from tests.browser.person import Person

    with ExitStack() as stack:
        yield lambda name: stack.enter_context(Person.with_phone(playwright, name, weft, tmp_path / name, CHROMIUM))
