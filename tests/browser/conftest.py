"""Real browsers, one profile a person, and the server that they use."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from tests.browser.faults import FaultyLine
from tests.browser.server import Running, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

    from tests.browser.person import Person
    from tests.browser.waiting import Story
    from tests.browser.walk import Told

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
PATIENCE = 15_000
"""Milliseconds for which what should come is waited for: a machine may be busy."""
FRIDAY = datetime(2026, 3, 20, 16, tzinfo=UTC)
"""17:00 in Berlin."""


MAIN_FLOWS = ("test_story.py", "test_phone.py", "test_outbox.py", "test_live.py")
"""What `make test` goes through; the others take longer, and `make engines` runs them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            if Path(item.fspath).name not in MAIN_FLOWS:
                item.add_marker(pytest.mark.engines)


def is_not_here(sentence: str) -> NoReturn:
    """Skip with a sentence; where every engine has to be there (WEFT_TEST_ENGINES=all), fail."""
    if os.environ.get("WEFT_TEST_ENGINES") == "all":
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture
def weft(tmp_path: Path) -> Iterator[Running]:
    """A Weft of its own, on a Friday at five."""
    with running(tmp_path / "data", FRIDAY) as server:
        yield server


@pytest.fixture(scope="module")
def playwright() -> Iterator["Playwright"]:
    """Started for one module only: as long as it runs, nothing else in this process can have an event loop of its own."""
    if not CHROMIUM:
        is_not_here("Chromium is not here; tools/ensure-chromium installs it.")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def chromium(playwright: "Playwright") -> Iterator["Browser"]:
    """A browser for pages that need no phone of their own."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def line() -> FaultyLine:
    """What lies between the phone and the Weft of a story."""
    return FaultyLine()


@pytest.fixture(scope="module")
def phone(line: FaultyLine, playwright: "Playwright", tmp_path_factory: pytest.TempPathFactory) -> Iterator["Person"]:
    """One phone for all stories of a module, on a Weft of today: a service worker's clock cannot be moved."""
    from tests.browser.person import Person

    folder = tmp_path_factory.mktemp("waiting")
    with (
        running(folder / "data", datetime.now(UTC), line=line) as weft,
        Person.with_phone(playwright, "Noor", weft, folder / "phone", CHROMIUM) as person,
    ):
        person.open("/offline")
        person.page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        yield person


@pytest.fixture
def story(line: FaultyLine, phone: "Person") -> Iterator["Story"]:
    """Noor with a phone on which taps wait; each test has a couple of its own."""
    from tests.browser.waiting import begin

    told = begin(phone.weft, line, phone)
    yield told
    told.clears_up()


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


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Told"]:
    """A Weft with the whole story in it."""
    from tests.browser import walk

    with walk.told(tmp_path_factory.mktemp("told") / "data") as weft:
        yield weft


@pytest.fixture
def open_as(told: "Told", chromium: "Browser") -> Iterator[Callable[..., "Page"]]:
    """Opens a page as somebody of the story who is signed in, or as nobody; without `at` the browser keeps the time of today."""
    opened: list[BrowserContext] = []

    def somebody(name: str = "", *, at: datetime | None = told.weft.clock.at, **options: Any) -> "Page":
        context = chromium.new_context(base_url=told.weft.url, **({"viewport": {"width": 390, "height": 844}} | options))
        opened.append(context)
        if at:
            context.clock.set_system_time(at)
        if name:
            context.add_cookies([told.cookie(name)])
        return context.new_page()

    yield somebody
    for context in opened:
        context.close()
