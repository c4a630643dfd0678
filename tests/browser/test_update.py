"""A new version comes in under nobody's finger; what an older one left open or kept goes on as it was."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from server.routes import assets as served
from server.routes import pages, shipped
from tests import make
from tests.browser.conftest import PATIENCE
from tests.browser.moments import a_moment_later
from tests.browser.person import Person
from tests.browser.server import Running, running
from web import assets

MARK = "getComputedStyle(document.documentElement).getPropertyValue('--version').replaceAll('\"', '') + ' ' + document.body.dataset.mark"
IN_CHARGE = """() => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => resolve(data);
  navigator.serviceWorker.controller.postMessage({ type: 'build' }, [port2]);
})"""
SHOWN_AS = """(state) => {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}"""
Ship = Callable[[str], str]


@pytest.fixture
def weft(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path / "data", datetime.now(UTC)) as server:
        yield server


@pytest.fixture
def ship(weft: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ship:
    """Puts another version in the place of the one that runs, and says the name of its build."""

    def put(mark: str) -> str:
        static = tmp_path / mark
        if not static.exists():
            copytree(assets.STATIC, static)
            (static / "css" / "pages" / "version.css").write_text(f'@layer pages {{\n  :root {{\n    --version: "{mark}";\n  }}\n}}\n')
            (static / "js" / "behaviours" / "version.js").write_text(f'document.body.dataset.mark = "{mark}";\n')
        found = assets.load(static)
        build = assets.build(found)
        for module in (shipped, served):
            monkeypatch.setattr(module, "loaded", lambda: found)
            monkeypatch.setattr(module, "build", lambda: build)
        for desk in (weft.desk, weft.serving.app.state.desk):
            object.__setattr__(desk, "build", build)
        served._packed.cache_clear()
        pages.templates.cache_clear()
        return build

    return put


@pytest.fixture
def noor(weft: Running, ship: Ship, meet: Callable[[str], Person]) -> Person:
    """Noor, with the version `one` on her phone."""
    with weft.desk.database.write() as session:
        couple = make.couple(session, now=weft.clock.at)
        make.promise(session, couple.noor, now=weft.clock.at)
    ship("one")
    person = meet("Noor")
    person.is_signed_in(couple.noor)
    for _ in range(2):
        person.open("/")
        person.page.evaluate("navigator.serviceWorker.ready")
    return person


def looks_for_news(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")


def becomes(page: Page, script: str, value: Any, *, every: int = 50) -> None:
    """Wait until a script says so; the page's own policy keeps Playwright from waiting inside it."""
    found = None
    for _ in range(PATIENCE // every):
        with suppress(Error):
            found = page.evaluate(script)
        if found == value:
            return
        page.wait_for_timeout(every)
    raise AssertionError(f"{found} is not {value}")


def shown(page: Page, mark: str) -> None:
    becomes(page, MARK, f"{mark} {mark}")


def in_charge(page: Page, build: str) -> None:
    # A worker that is asked all the time is never at rest, and its successor waits for that.
    becomes(page, IN_CHARGE, build, every=500)


def stays(page: Page) -> bool:
    """Whether the page that was marked by `is_marked` is still the same one."""
    # A version that is let in takes over within milliseconds; that none was let in, only time can show.
    page.wait_for_timeout(300)
    return bool(page.evaluate("window.stays === true"))


def is_marked(page: Page) -> None:
    page.evaluate("window.stays = true")


def test_a_tap_on_the_bar_brings_the_new_version_and_a_way_back_the_old(noor: Person, ship: Ship) -> None:
    for mark in ("two", "one"):
        build = ship(mark)
        looks_for_news(noor.page)
        noor.sees("A new version is ready.")
        a_moment_later(noor.page)
        noor.taps("Use it now")
        shown(noor.page, mark)
        in_charge(noor.page, build)
        expect(noor.page.locator("[data-update]")).to_be_hidden()
    assert noor.trouble == []


def test_what_is_typed_is_never_lost_and_the_version_comes_when_the_page_is_at_rest(noor: Person, ship: Ship) -> None:
    noor.open("/promises/new?template=walk")
    noor.page.locator("#title").fill("Walk, all of us")
    ship("two")
    looks_for_news(noor.page)
    noor.sees("A new version is ready.")
    is_marked(noor.page)
    noor.page.evaluate(SHOWN_AS, "hidden")
    assert stays(noor.page)
    noor.page.evaluate("document.querySelector('main form').reset(); document.activeElement.blur()")
    noor.page.evaluate(SHOWN_AS, "hidden")
    shown(noor.page, "two")


def test_the_next_page_brings_it_in_unseen_and_another_tab_keeps_its_form(noor: Person, ship: Ship) -> None:
    other = noor.context.new_page()
    other.goto(noor.weft.url + "/promises/new?template=walk")
    other.locator("#title").fill("Walk, all of us")
    is_marked(other)
    noor.page.bring_to_front()
    build = ship("two")
    noor.open("/promises")
    is_marked(noor.page)
    looks_for_news(noor.page)
    in_charge(noor.page, build)
    shown(noor.page, "two")
    assert stays(noor.page)
    expect(noor.page.locator("[data-update]")).to_be_hidden()
    expect(other.get_by_text("A new version is ready.")).to_be_visible()
    assert stays(other)
    assert other.evaluate(MARK) == "one one"
    other.locator("#title").press("Enter")
    expect(other.get_by_text("Walk, all of us")).to_be_visible()
    shown(other, "two")


def test_a_page_that_was_kept_by_the_version_before_still_has_its_style_and_script(noor: Person, ship: Ship) -> None:
    noor.open("/promises")
    first = str(noor.page.evaluate("document.body.dataset.build"))
    noor.open("/us")
    builds = []
    for mark in ("two", "three", "four"):
        builds.append(ship(mark))
        noor.open("/us")
        looks_for_news(noor.page)
        in_charge(noor.page, builds[-1])
    noor.devtools.send("Network.clearBrowserCache")
    noor.context.set_offline(True)
    noor.page.goto(noor.weft.url + "/promises")
    noor.sees("Home for dinner")
    shown(noor.page, "one")
    noor.page.goto(noor.weft.url + "/nowhere")
    shown(noor.page, "four")
    becomes(
        noor.page,
        "caches.keys().then((names) => names.filter((name) => name.startsWith('shell-')))",
        [f"shell-{first}", f"shell-{builds[1]}", f"shell-{builds[2]}"],
    )


def test_a_page_is_loaded_anew_once_until_somebody_has_looked_again(noor: Person, ship: Ship) -> None:
    noor.page.add_init_script(f"({SHOWN_AS})('hidden')")
    ship("two")
    looks_for_news(noor.page)
    noor.page.evaluate(SHOWN_AS, "hidden")
    shown(noor.page, "two")
    is_marked(noor.page)
    ship("three")
    looks_for_news(noor.page)
    noor.sees("A new version is ready.")
    noor.page.evaluate(SHOWN_AS, "hidden")
    assert stays(noor.page)
    for state in ("visible", "hidden"):
        noor.page.evaluate(SHOWN_AS, state)
    shown(noor.page, "three")
