"""What two people do on their phones about a miss, and what is folded from it."""

import json
import re
from datetime import timedelta
from typing import Any

from playwright.sync_api import Locator, expect

from jobs.rebuild import rebuild
from server.store.promises import Promise
from tests import make, standing
from tests.browser.person import Person
from tests.browser.server import Running

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
HIS_EYES = "You sat there with a cold plate."
PREVENTION = "The lid of the laptop closes at five."
MY_PART = "Nobody kept me; I stayed."


def promised(weft: Running, member: Any, title: str, **parts: Any) -> Promise:
    with weft.desk.database.write() as session:
        return make.promise(session, member, title, now=weft.clock.at, **parts)


def passes(time: timedelta, *people: Person) -> None:
    """Let time pass for everybody, and the jobs do what they do by themselves."""
    weft = people[0].weft
    weft.let_jobs_run(weft.clock.at + time)
    for person in people:
        person.now_is(weft.clock.at)


def unfolds(person: Person, label: str) -> None:
    person.page.locator("summary").filter(has_text=label).first.tap()


def card(person: Person, title: str) -> Locator:
    return person.page.locator(".card").filter(has_text=title)


def keeps(person: Person, title: str) -> None:
    person.open("/")
    person.taps(f"Mark ‘{title}’ kept")
    expect(person.page.get_by_role("button", name=f"Mark ‘{title}’ kept")).to_have_count(0)


def owns(person: Person, title: str) -> None:
    """Say of today's that it will not happen."""
    person.open("/")
    card(person, title).locator("summary").filter(has_text="More").tap()
    person.taps("It won’t happen, I own it")
    expect(card(person, title)).to_contain_text("you owned it")


def writes(person: Person, title: str, way: str) -> None:
    """Own it in words, and choose how they are given."""
    card(person, title).get_by_role("link", name="Put it right in words").tap()
    person.page.get_by_label(re.compile("^What it was like for")).fill(HIS_EYES)
    person.page.get_by_label("That it was on me").fill(MY_PART)
    person.page.get_by_label("What I will do differently").fill(PREVENTION)
    person.taps(way)
    expect(person.page.get_by_role("heading", name="You owned it")).to_be_visible()


def figures(weft: Running) -> bytes:
    """All that was folded from what was said and kept, byte for byte."""
    with weft.desk.database.read() as session:
        return json.dumps(standing.every_fold(session)).encode()


def agrees_when_rebuilt(weft: Running) -> bool:
    return rebuild(weft.desk.database, weft.clock, lambda *_: None, only_compare=True) == (0, [])
