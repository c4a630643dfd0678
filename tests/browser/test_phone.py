"""What happens between the tap and the server: in a tunnel, on a lock screen, on a phone that somebody else takes up."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from server.store import events
from tests import make
from tests.browser.person import Person
from tests.browser.server import Running, running

KEPT = "Mark ‘Home for dinner’ kept"


@pytest.fixture
def weft(tmp_path: Path) -> Iterator[Running]:
    """A Weft of today: a service worker's clock cannot be moved."""
    with running(tmp_path / "data", datetime.now(UTC)) as server:
        yield server


@pytest.fixture
def couple(weft: Running) -> make.Couple:
    with weft.desk.database.write() as session:
        return make.couple(session, now=weft.clock.at)


@pytest.fixture
def dinner(weft: Running, couple: make.Couple) -> Any:
    with weft.desk.database.write() as session:
        return make.promise(session, couple.noor, now=weft.clock.at)


@pytest.fixture
def noor(meet: Callable[[str], Person], couple: make.Couple, dinner: Any) -> Person:
    person = meet("Noor")
    person.is_signed_in(couple.noor)
    person.open("/")
    person.page.evaluate("navigator.serviceWorker.ready")
    person.open("/")
    return person


def kept(weft: Running, dinner: Any) -> int:
    with weft.desk.database.read() as session:
        return sum(len(said) for said in events.said_of(session, dinner.id, dinner.member_id).values())


def test_a_tap_in_a_tunnel_waits_and_counts_once(weft: Running, noor: Person, dinner: Any) -> None:
    noor.context.set_offline(True)
    noor.taps(KEPT)
    noor.sees("Saved on this phone.")
    assert kept(weft, dinner) == 0
    noor.context.set_offline(False)
    noor.page.evaluate("dispatchEvent(new Event('online'))")
    noor.sees("1 of 1 kept")
    assert kept(weft, dinner) == 1


def test_today_opens_without_a_network(noor: Person) -> None:
    noor.context.set_offline(True)
    noor.page.reload()
    noor.sees("Home for dinner")
    noor.page.goto(noor.weft.url + "/promises/new?template=walk")
    noor.sees("No signal")


def test_kept_on_the_lock_screen_counts(weft: Running, noor: Person, dinner: Any) -> None:
    worker = noor.context.service_workers[0]
    worker.evaluate("data => kept(data)", {"url": f"/promises/{dinner.id}/check-ins"})
    noor.open("/")
    noor.sees("1 of 1 kept")
    assert kept(weft, dinner) == 1


def test_what_waits_is_never_sent_as_somebody_elses(weft: Running, noor: Person, couple: make.Couple, dinner: Any) -> None:
    noor.context.set_offline(True)
    noor.taps(KEPT)
    noor.sees("Saved on this phone.")
    noor.is_signed_in(couple.sam)
    noor.context.set_offline(False)
    assert noor.context.service_workers[0].evaluate("() => flush().then(() => 'sent', String)") == "Error: 401"
    assert kept(weft, dinner) == 0
    noor.is_signed_in(couple.noor)
    noor.open("/")
    noor.page.evaluate("dispatchEvent(new Event('online'))")
    noor.sees("1 of 1 kept")
    assert kept(weft, dinner) == 1


def test_a_refused_tap_says_why_on_its_card(weft: Running, noor: Person, dinner: Any) -> None:
    noor.page.evaluate("document.querySelector('form.tap [name=kind]').value = 'vouch'")
    noor.taps(KEPT)
    noor.sees("Only the one to whom it was promised can say that.")
    expect(noor.page).to_have_url(re.compile(r"/$"))
    assert kept(weft, dinner) == 0
