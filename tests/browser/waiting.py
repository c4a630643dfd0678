"""Somebody with a phone on which taps wait, and what lies between it and the server."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from server.domain import schedule
from server.domain.milestones import MilestoneKind
from server.store import events, milestones
from server.store.milestones import Milestone
from server.store.promises import Promise
from tests import make
from tests.browser.faults import Fault, FaultyLine
from tests.browser.server import Running

if TYPE_CHECKING:
    from playwright.sync_api import Page, Worker

    from tests.browser.person import Person

SAVED = "Saved on this phone."
DINNER, WALK = "Home for dinner", "A walk"
DAWN, LONG_AGO = date(2026, 1, 1), timedelta(days=3)
A_MOMENT = timedelta(minutes=1)
"""By how much the clocks of a page and of a test may differ."""

ALL = """(name) => new Promise((done) => {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore("taps", { keyPath: "id" });
  request.onsuccess = () => {
    const all = request.result.transaction("taps").objectStore("taps").getAll();
    all.onsuccess = () => { request.result.close(); done(all.result); };
  };
})"""
UNTIL = f"""async (count) => {{
  for (let turn = 0; turn < 400; turn += 1) {{
    if ((await ({ALL})("outbox")).length === count) return;
    await new Promise((next) => setTimeout(next, 25));
  }}
  throw new Error("the outbox holds another number");
}}"""
READY = """() => navigator.serviceWorker.controller?.state === "activated" && document.readyState === "complete" """

PUT = """(tap) => new Promise((done) => {
  const request = indexedDB.open("outbox", 1);
  request.onsuccess = () => {
    const change = request.result.transaction("taps", "readwrite");
    change.objectStore("taps").put(tap);
    change.oncomplete = () => { request.result.close(); done(); };
  };
})"""
CHANGE = f"""async (fields) => {{
  const [tap] = await ({ALL})("outbox");
  const body = new URLSearchParams(tap.body);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  await ({PUT})({{ ...tap, body: body.toString() }});
}}"""
CLEAR = """() => Promise.all(["outbox", "refused"].map((name) => new Promise((done) => {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore("taps", { keyPath: "id" });
  request.onsuccess = () => {
    const base = request.result.transaction("taps", "readwrite");
    base.objectStore("taps").clear();
    base.oncomplete = () => { request.result.close(); done(); };
  };
})))"""


@dataclass
class Story:
    """Noor with her phone, what she and Sam promised, and the line between her and the server."""

    weft: Running
    line: FaultyLine
    phone: "Person"
    couple: make.Couple
    dinner: Promise
    walk: Promise

    @property
    def page(self) -> "Page":
        return self.phone.page

    def log(self, *promises: Promise) -> list[tuple[str, datetime]]:
        """What the server has, in order of arrival."""
        with self.weft.desk.database.read() as session:
            days = [events.said_of(session, one.id, one.member_id) for one in promises or (self.dinner, self.walk)]
        found = [one for said in days for day in said.values() for one in day]
        return [(one.kind.value, one.at) for one in sorted(found, key=lambda one: one.seq)]

    def kinds(self, *promises: Promise) -> list[str]:
        return [kind for kind, _ in self.log(*promises)]

    def is_celebrated(self) -> Milestone:
        """Sam's walk came to thirty in a row."""
        of = {"bond_id": self.couple.bond.id, "member_id": self.couple.sam.id, "promise_id": self.walk.id}
        reached = Milestone(MilestoneKind.IN_A_ROW, self.walk.id, 30, "", self.weft.clock.at, **of)
        with self.weft.desk.database.write() as session:
            milestones.insert_new(session, [reached])
        return reached

    def outbox(self, name: str = "outbox") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate(ALL, name)
        return found

    def goes_offline(self) -> None:
        self.phone.goes_offline()

    def comes_back(self) -> None:
        self.phone.comes_back()

    def bodies(self) -> list[dict[str, str]]:
        return [dict(parse_qsl(one["body"])) for one in self.outbox()]

    def history(self) -> list[events.Event]:
        with self.weft.desk.database.read() as session:
            return events.history(session, self.dinner.id, since=DAWN)

    def worker(self) -> "Worker":
        return self.phone.context.service_workers[-1]

    def tries_again(self) -> None:
        """What waits is sent, as when Weft is looked at."""
        self.phone.tries_again()

    def clears_up(self) -> None:
        """One page, one signal, nothing that waits, and a line without faults."""
        self.line.fault, self.line.choose = Fault.NONE, lambda body: self.line.fault
        for page in self.phone.context.pages[1:]:
            page.close()
        self.phone.context.set_offline(False)
        self.phone.is_signed_in(self.couple.noor)
        if not self.page.url.startswith(self.weft.url):
            self.phone.open("/offline")
        self.page.evaluate(CLEAR)

    def is_empty(self) -> None:
        self.holds(0)

    def waits(self, words: str) -> None:
        """See what was tapped, and that it is on this phone."""
        self.phone.sees(f"{words} {SAVED}")

    def today(self, promise: Promise) -> date:
        """The promise's running day."""
        return schedule.day_of(promise.plan, self.weft.clock.at)

    def holds(self, count: int) -> None:
        """Wait until so many taps are in the outbox."""
        self.page.evaluate(UNTIL, count)


def begin(weft: Running, line: FaultyLine, phone: "Person") -> Story:
    """Noor promised dinner, Sam a walk; she has Today open and a worker that is at work."""
    weft.clock.at = datetime.now(UTC)
    with weft.desk.database.write() as session:
        couple = make.couple(session, now=weft.clock.at - LONG_AGO)
        parts: Any = {"due_time": None, "now": weft.clock.at - LONG_AGO}
        dinner, walk = make.promise(session, couple.noor, DINNER, **parts), make.promise(session, couple.sam, WALK, **parts)
    story = Story(weft, line, phone, couple, dinner, walk)
    story.clears_up()
    phone.open("/")
    phone.page.wait_for_function(READY)
    return story
