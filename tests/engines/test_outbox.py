"""Taps without a network where no engine keeps them moving: neither Firefox nor WebKit, which is an iPhone's, has Background Sync."""

from collections.abc import Callable
from typing import Any

import pytest

from tests import make
from tests.browser.server import Running
from tests.engines.conftest import promised
from tests.engines.handset import Handset, said_of
from tests.engines.lock_screen import LockScreen

KEPT, WALK_KEPT = "Mark ‘Home for dinner’ kept", "Mark ‘A walk’ kept"
SAVED = "Saved on this phone."
LISTENS_NO_MORE = "document.querySelector('main').removeAttribute('data-live')"
"""The line on which the server tells of news would send what waits too."""
HANDSETS = {"firefox": LockScreen, "webkit": Handset}


@pytest.fixture(params=HANDSETS)
def noor(request: pytest.FixtureRequest, weft: Running, couple: make.Couple, dinner: Any) -> Handset:
    handset = HANDSETS[request.param](request.getfixturevalue(request.param), weft)
    handset.is_signed_in(couple.noor)
    handset.open("/")
    return handset


def looks_elsewhere_and_back(noor: Handset) -> None:
    noor.browser.look_elsewhere()


def opens_weft_again(noor: Handset) -> None:
    noor.browser.open("about:blank")
    noor.open("/")


def test_a_tap_without_a_network_waits_for_it_and_counts_once(weft: Running, noor: Handset, dinner: Any) -> None:
    with noor.without_a_network():
        noor.taps(KEPT)
        noor.sees(SAVED)
        noor.browser.run(LISTENS_NO_MORE)
        assert said_of(weft, dinner) == []
    noor.sees("1 of 1 kept")
    noor.does_not_see(SAVED)
    opens_weft_again(noor)
    noor.sees("1 of 1 kept")
    assert said_of(weft, dinner) == ["kept"]


@pytest.mark.parametrize("moment", [looks_elsewhere_and_back, opens_weft_again])
def test_a_tap_that_nobody_answers_waits_until_weft_is_looked_at_and_counts_once(
    weft: Running, noor: Handset, dinner: Any, moment: Callable[[Handset], None]
) -> None:
    assert noor.browser.run("'sync' in ServiceWorkerRegistration.prototype") is False
    with weft.out_of_reach():
        noor.taps(KEPT)
        noor.sees(SAVED)
        noor.browser.run(LISTENS_NO_MORE)
    assert said_of(weft, dinner) == []
    moment(noor)
    noor.sees("1 of 1 kept")
    noor.does_not_see(SAVED)
    opens_weft_again(noor)
    noor.sees("1 of 1 kept")
    assert said_of(weft, dinner) == ["kept"]


def test_today_opens_without_a_network_and_still_takes_a_tap(weft: Running, noor: Handset, dinner: Any) -> None:
    with noor.without_a_network():
        opens_weft_again(noor)
        noor.sees("Home for dinner")
        noor.taps(KEPT)
        noor.sees(SAVED)
        noor.open("/promises/new?template=walk")
        noor.sees("No signal")
    noor.open("/")
    noor.sees("1 of 1 kept")
    assert said_of(weft, dinner) == ["kept"]


def test_a_waiting_tap_that_is_taken_back_was_never_made(weft: Running, couple: make.Couple, noor: Handset, dinner: Any) -> None:
    walk = promised(weft, couple.noor, "A walk")
    noor.open("/")
    with noor.without_a_network():
        noor.taps(KEPT)
        noor.sees(SAVED)
        noor.browser.tap("[data-forget]")
        noor.does_not_see(SAVED)
        noor.taps(WALK_KEPT)
        noor.sees(SAVED)
    noor.sees("1 of 2 kept")
    assert (said_of(weft, dinner), said_of(weft, walk)) == ([], ["kept"])
