"""Noor takes along what is hers: a passkey, a page, a file, and no copy of it on her phone."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.server import Running

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  }
  return found;
}"""


def test_it_asks_for_the_passkey_again_and_then_comes_as_a_file(weft: Running, meet: Callable[[str], Person]) -> None:
    """SAFETY 10, and a fresh passkey for it: an old sign-in leads through the passkey back to the page, never to a blank one."""
    noor = _noor_begins(meet)
    weft.clock.at += timedelta(minutes=11)
    noor.now_is(weft.clock.at)
    noor.open("/me")
    noor.follows("Take it along")
    expect(noor.page).to_have_url(re.compile(r"/sign-in\?next=/export&again=1$"))
    noor.page.locator("[data-passkey=get]").tap()
    expect(noor.page).to_have_url(re.compile("/export$"))
    with noor.page.expect_download() as saving:
        noor.follows("Save the file")
    assert saving.value.suggested_filename == "weft-2026-03-20.json"
    export = json.loads(Path(saving.value.path()).read_text())
    assert (export["version"], export["profile"]["name"]) == (1, "Noor")
    expect(noor.page).to_have_url(re.compile("/export$"))
    assert [path for path in noor.page.evaluate(KEPT) if path.startswith(("/export", "/me"))] == []
    assert noor.trouble == []


def _noor_begins(meet: Callable[[str], Person]) -> Person:
    noor = meet("Noor")
    noor.open("/")
    noor.page.get_by_label("What are you called?").fill("Noor")
    noor.page.locator("[data-passkey=create]").tap()
    expect(noor.page).not_to_have_url(re.compile("/welcome$"))
    noor.open("/")
    noor.page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    return noor
