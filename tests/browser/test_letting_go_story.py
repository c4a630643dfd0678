"""Noor and Sam let an episode go: a walk through everything that either can come to, before and after."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import expect

from server.actions import calendars, reviews
from server.domain.reviews import Step
from server.store.promises import Promise
from tests import make
from tests.browser import crawl
from tests.browser.person import Person
from tests.browser.server import Running
from tests.browser.two import (
    DAY,
    HIS_EYES,
    MINUTE,
    MY_PART,
    PREVENTION,
    agrees_when_rebuilt,
    figures,
    keeps,
    owns,
    passes,
    promised,
    unfolds,
    writes,
)

DINNER, FRIDAY, SUNDAY = "Home for dinner", date(2026, 3, 20), date(2026, 3, 22)
LISTENS = """() => {
  window.heard = '';
  fetch('/live', { headers: { accept: 'text/event-stream' } }).then(async (answer) => {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      window.heard += value;
    }
  });
}"""


@pytest.fixture
def couple(weft: Running) -> make.Couple:
    with weft.desk.database.write() as session:
        return make.couple(session, now=weft.clock.at)


@pytest.fixture
def noor(meet: Callable[[str], Person], couple: make.Couple) -> Person:
    person = meet("Noor")
    person.is_signed_in(couple.noor)
    return person


@pytest.fixture
def sam(meet: Callable[[str], Person], couple: make.Couple) -> Person:
    person = meet("Sam")
    person.is_signed_in(couple.sam)
    return person


@pytest.fixture(autouse=True)
def without_trouble(noor: Person, sam: Person) -> Iterator[None]:
    """No console of theirs has complained by the end."""
    yield
    assert (noor.trouble, sam.trouble) == ([], [])


def test_what_both_let_go_is_told_nowhere_but_to_who_was_hurt(weft: Running, noor: Person, sam: Person, couple: make.Couple) -> None:
    """M30: every page, list, answer, feed and hint of both, before and after; the log and the figures stay, and his own file keeps it."""
    dinner = promised(weft, couple.noor, DINNER)
    repair = _a_mended_miss(noor, sam)
    _they_look_at_what_frayed(weft, couple)
    reads = Reads(weft, couple, dinner)
    before = reads.by(sam)
    assert [mark for mark, paths in before.items() if not paths] == []
    assert {"/", "/week", "/year", f"/weeks/{SUNDAY}/review", "/api/v1/milestones"} <= set(before["how it stood"])
    folded = figures(weft)
    _both_let_it_go(noor, sam, repair)
    weft.let_jobs_run(weft.clock.at + MINUTE)
    assert (figures(weft), agrees_when_rebuilt(weft)) == (folded, True)
    assert {mark: paths for mark, paths in reads.by(noor).items() if paths} == {}
    assert {path for paths in reads.by(sam).values() for path in paths} == {"/export/file", "/api/v1/export"}


class Reads:
    """Everything that they can read, and where in it the episode is to be seen."""

    def __init__(self, weft: Running, couple: make.Couple, dinner: Promise) -> None:
        self.weft, self.members = weft, {"Noor": couple.noor, "Sam": couple.sam}
        with weft.desk.database.write() as session:
            feeds = [
                calendars.make(session, one.id, has_theirs=True, has_personal=True, now=weft.clock.at) for one in self.members.values()
            ]
        self.known = crawl.addresses(weft, FRIDAY, names=[f"{secret}.ics" for secret in feeds])
        self.marks = {
            "what she wrote": re.compile("|".join(map(re.escape, (HIS_EYES, PREVENTION, MY_PART)))),
            "the way to it": re.compile(rf"/promises/{dinner.id}/repairs/{FRIDAY}"),
            "how it stood": re.compile(
                r'is-missed|is-mended|path class="s gold|came apart(?! in between)|\bowned\b|"missed": ?[1-9]|\bmend(ed)?\b(?!": ?0)'
            ),
            "the day itself": re.compile(rf'"(day|last_day)":\s*"{FRIDAY}"|{dinner.id}-{FRIDAY}'),
        }

    def by(self, person: Person) -> dict[str, list[str]]:
        """Where somebody reads each of the marks; they have shown their passkey a moment ago."""
        person.is_signed_in(self.members[person.name])
        found = crawl.everything(person, self.known, [DINNER, "laptop", "cold plate"])
        assert {path: status for path, (status, _) in found.items() if status not in (200, 403, 404)} == {}
        return crawl.told_in({path: one for path, one in found.items() if not path.startswith("/help")}, self.marks)


def _a_mended_miss(noor: Person, sam: Person) -> str:
    """Owned early, sent, accepted, and kept three times since."""
    owns(noor, DINNER)
    writes(noor, DINNER, "Send it to Sam")
    repair = noor.page.url
    sam.open("/")
    sam.follows("Read it")
    sam.taps("I accept it")
    sam.sees("You answered: “I accept it”.")
    for _ in range(3):
        passes(DAY, noor, sam)
        keeps(noor, DINNER)
    passes(MINUTE, noor, sam)
    return repair


def _they_look_at_what_frayed(weft: Running, couple: make.Couple) -> None:
    """Both have come to the step of their week's review that names it."""
    members = (couple.noor.id, couple.sam.id)
    with weft.desk.database.write() as session:
        for one in members:
            reviews.begin(session, couple.bond.id, SUNDAY, member_id=one, now=weft.clock.at)
        for step, one in product((Step.THANKS, Step.HELD), members):
            reviews.go_on(session, couple.bond.id, SUNDAY, step, member_id=one, now=weft.clock.at)


def _both_let_it_go(noor: Person, sam: Person, repair: str) -> None:
    """She proposes it, he says yes; what her open page hears of it is that something moved."""
    noor.page.goto(repair)
    unfolds(noor, "Let it go, both of us")
    noor.taps("Propose it")
    expect(noor.page).not_to_have_url(repair)
    noor.open("/help")
    noor.page.evaluate(LISTENS)
    noor.page.wait_for_function("() => window.heard.length > 0")
    sam.page.goto(repair)
    sam.sees("One of you has proposed to let this go.")
    unfolds(sam, "Let it go, both of us")
    sam.taps("Yes, let it go")
    expect(sam.page).not_to_have_url(repair)
    noor.page.wait_for_function("() => window.heard.includes('moved')")
    heard: Any = noor.page.evaluate("window.heard")
    assert re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}|2026|dinner|repair", heard) == []
