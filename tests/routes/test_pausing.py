"""Pausing is as easy as leaving: two taps, no reason, no fresh sign-in; and it stops what streaks and phones do (SAFETY 1)."""

import re
from datetime import date, timedelta

import pytest

from server.actions import settling
from server.routes.access import Access
from server.store import folds
from tests import make
from tests.make import NOW
from tests.phone import Phone

DAY = timedelta(days=1)
TODAY = date(2026, 3, 20)


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session, now=NOW - 5 * DAY)


@pytest.fixture
def noors(client, desk, couple):
    return Phone(make.sign_in(client, desk, couple.noor))


def fields(page, action):
    """What a form sends as it stands."""
    form = re.findall(rf'(?s)<form[^>]*action="{action}".*?</form>', page.text)[0]
    return dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', form))


def folded(page, action):
    """What stands unseen until the one tap that unfolds it."""
    return next(one for one in re.findall(r"(?s)<details.*?</details>", page.text) if f'action="{action}"' in one)


@pytest.mark.parametrize(("path", "action"), [("/us", "/us/pauses"), ("/me", "/me/pauses")])
def test_two_taps_pause_a_week_from_today(noors, path, action):
    page = noors.get(path)
    assert folded(page, action).count("<button") == 1
    assert fields(page, action) == {"from": "2026-03-20", "until": "2026-03-26"}
    assert noors.post(action, **fields(page, action)).status_code == 303
    assert "Resting from 20 March to 26 March." in noors.get(path).text


def test_leaving_is_two_taps_and_sends_nothing_else(noors):
    page = noors.get("/us")
    assert folded(page, "/us/leave").count("<button") == 1
    assert fields(page, "/us/leave") == {}


def test_neither_asks_for_a_passkey_again(app):
    asked = {
        route.path: handler.opt["access"]
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if route.path in ("/us/leave", "/us/pauses", "/me/pauses") and "POST" in handler.http_methods
    }
    assert asked == dict.fromkeys(("/us/leave", "/us/pauses", "/me/pauses"), Access.SIGNED_IN)


@pytest.mark.parametrize(("action", "current"), [("/us/pauses", 3), ("/me/pauses", 3), (None, 0)])
def test_a_pause_freezes_the_streak(noors, database, couple, clock, action, current):
    with database.write() as session:
        promise = make.promise(session, couple.noor, starts_on=TODAY - 3 * DAY, now=NOW - 4 * DAY)
        for back in (3, 2, 1):
            make.check_in(session, promise, now=NOW - back * DAY)
    if action:
        noors.post(action, **{"from": f"{TODAY}", "until": f"{TODAY + 16 * DAY}"})
    clock.at = NOW + 6 * DAY
    with database.write() as session:
        settling.open_ahead(session, now=clock.at, limit=100)
        settling.settle(session, now=clock.at + 4 * DAY, limit=1000)
        assert folds.streaks_of(session, [promise.id])[promise.id].current == current
