"""Noor and Sam, from the first visit to the first week."""

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.server import Running

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def test_two_people_from_the_first_visit_to_the_first_week(weft: Running, meet: Callable[[str], Person]) -> None:
    noor, sam = meet("Noor"), meet("Sam")
    invitation = _noor_begins(noor)
    _sam_joins(sam, invitation)
    _noor_promises(noor)
    phone = sam.subscribes_to_push()
    for days in range(3):
        _time_passes(weft, DAY if days else MINUTE, noor, sam)
        _noor_taps_and_sam_sees_it(noor, sam)
        _time_passes(weft, MINUTE, noor, sam)
    told = [message for message in phone.received if message.notification["data"]["kind"] == "milestone"]
    assert [message.notification["data"]["kind"] for message in phone.received].count("kept") == 3
    (shown, *_) = sam.is_pushed(told[-1].plaintext)
    assert shown["title"]
    assert sorted(_celebrated(sam, message.notification["navigate"]) for message in told) == ["1 kept", "3 days woven", "3 in a row"]
    _the_week_shows_both(weft, noor, sam)
    assert (noor.trouble, sam.trouble) == ([], [])
    assert weft.push.refused == []


def _noor_begins(noor: Person) -> str:
    """The first visit makes the first member; she asks Sam in."""
    noor.open("/")
    expect(noor.page).to_have_url(re.compile("/welcome$"))
    noor.page.get_by_label("What are you called?").fill("Noor")
    noor.page.locator("[data-passkey=create]").tap()
    expect(noor.page).not_to_have_url(re.compile("/welcome$"))
    noor.open("/us")
    noor.page.locator("form[action='/us/invitations'] button").last.tap()
    link = noor.page.get_by_label("Share this link. It is shown only now.")
    expect(link).to_have_value(re.compile("/invitation#.{40,}"))
    return link.input_value()


def _sam_joins(sam: Person, invitation: str) -> None:
    sam.page.goto(invitation)
    sam.sees("Noor")
    sam.page.get_by_label("What are you called?").fill("Sam")
    sam.page.locator("[data-passkey=create]").tap()
    expect(sam.page).not_to_have_url(re.compile("/invitation"))
    sam.open("/us")
    sam.sees("Noor and Sam")


def _noor_promises(noor: Person) -> None:
    noor.open("/promises/new")
    noor.follows("Home for dinner")
    noor.page.get_by_text("every day", exact=True).first.tap()
    noor.taps("Promise it")
    noor.sees("Home for dinner")


def _noor_taps_and_sam_sees_it(noor: Person, sam: Person) -> None:
    noor.open("/")
    noor.sees("0 of 1 kept")
    noor.taps("Mark ‘Home for dinner’ kept")
    noor.sees("1 of 1 kept")
    noor.sees("Undo")
    sam.open("/")
    sam.sees("on time")


def _celebrated(person: Person, address: str) -> str:
    """What the page of a milestone shows in its middle."""
    person.page.goto(address)
    return " ".join(person.page.locator(".burst text").all_text_contents())


def _time_passes(weft: Running, time: timedelta, *people: Person) -> None:
    weft.let_jobs_run(weft.clock.at + time)
    for person in people:
        person.now_is(weft.clock.at)


def _the_week_shows_both(weft: Running, *people: Person) -> None:
    _time_passes(weft, timedelta(hours=2), *people)
    for person in people:
        person.open("/week")
        person.sees("16 – 22 March")
        for name in ("Noor", "Sam"):
            expect(person.page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        person.sees("3 of 3 kept.")
