"""What a person tapped is in the log, each tap once and at its own time, whatever happened to the network, the phone and the server."""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from server.store import events, ids
from tests.browser.conftest import CHROMIUM, is_not_here
from tests.browser.faults import Fault, FaultyLine
from tests.browser.server import running
from tests.browser.waiting import ALL, DAWN, Story, begin

if TYPE_CHECKING:
    from playwright.sync_api import Page, Worker

    from tests.browser.person import Person

pytestmark = pytest.mark.engines

RUNS = int(os.environ.get("WEFT_TEST_RUNS", "200"))
SEED = int(os.environ.get("WEFT_TEST_SEED", "20261122"))
PARTS = 4
STEPS = (3, 7)
TURNS = 6
WEIGHTS = {
    Fault.NONE: 4,
    Fault.BROKEN: 2,
    Fault.NO_ANSWER: 2,
    Fault.TWICE: 1,
    Fault.SLOW: 1,
}

IS_KEPT = f"""async (id) => {{
  while (!(await ({ALL})("outbox")).some((tap) => tap.id === id)) await new Promise((next) => setTimeout(next, 5));
}}"""
TAP = """async (place) => {
  for (let turn = 0; turn < 300 && !window.htmx; turn += 1) await new Promise((next) => setTimeout(next, 10));
  await new Promise((next) => setTimeout(next));
  const forms = [...document.querySelectorAll("form[data-tap]")].filter((form) =>
    form.matches(".tap") || form.elements.kind.value === "undo");
  const form = forms[place % forms.length];
  if (!form || !window.htmx) return null;
  const before = form.elements.id.value;
  const answered = new Promise((done) => {
    document.addEventListener("htmx:finally:request", done, { once: true });
    setTimeout(done, 3000);
  });
  form.requestSubmit();
  const { id, at, kind, target } = form.elements;
  if (id.value === before) return null;
  const made = { id: id.value, at: at.value, kind: kind.value, target: target?.value };
  await Promise.race([answered, (IS_KEPT)(made.id)]);
  return made;
}""".replace("IS_KEPT", IS_KEPT)
TAKE_BACK = """async (place) => {
  const notes = [...document.querySelectorAll("[data-queued-note] [data-forget]")];
  const { forget } = notes[place % notes.length]?.dataset ?? {};
  if (!forget) return null;
  const isThere = () => document.querySelector(`[data-forget="${forget}"]`);
  isThere().click();
  for (let turn = 0; turn < 200 && isThere(); turn += 1) await new Promise((next) => setTimeout(next, 10));
  return forget;
}"""
WAKE = """() => navigator.serviceWorker.ready.then(({ active }) => active.postMessage({ type: "flush" }))"""
LET_THROUGH = f"""async () => {{
  for (let turn = 0; turn < 60; turn += 1) {{
    if (turn % 30 === 0) await ({WAKE})();
    if (!(await ({ALL})("outbox")).length) return true;
    await new Promise((next) => setTimeout(next, 50));
  }}
  return false;
}}"""
SPEAK = """async ([url, form]) => {
  await keep(asTap(url, new URLSearchParams(form)));
  flush().catch(() => {});
}"""


@dataclass
class Run:
    """One story in which anything may happen, and the taps that were made in it and taken back."""

    story: Story
    chance: random.Random
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    steps: list[str] = field(default_factory=list)
    is_offline: bool = False

    def goes(self) -> None:
        """Some steps, then everything is let through."""
        for _ in range(self.chance.randint(*STEPS)):
            step = self.chance.choice(self._possible())
            self.steps.append(step.__name__.strip("_"))
            step()
        self._let_through()

    def is_true(self) -> None:
        """The log has what was made, each once and at its own time; what was taken back is not there or is undone there."""
        log = {str(one.id): one for promise in (self.story.dinner, self.story.walk) for one in self._log(promise.id)}
        undone = [one.sent["target"] for one in log.values() if one.kind == "undo"]
        assert len(undone) == len(set(undone)), "taken back twice"
        own = {id for id, one in log.items() if one.kind == "undo" and one.sent["target"] in self.taken}
        assert set(log) <= set(self.made) | own, "a tap that nobody made"
        for id, tap in self.made.items():
            is_settled = id in self.taken or tap.get("target") in undone
            assert id in log or is_settled, f"lost: {tap}"
            assert id not in log or not tap["at"] or log[id].at == datetime.fromisoformat(tap["at"]), f"at another time: {tap}"
            assert id not in log or id not in self.taken or id in undone or tap["kind"] == "undo", f"not taken back: {tap}"
        assert [one["kind"] for one in self.story.outbox("refused") if one["kind"] != "undo"] == []

    def _let_through(self) -> None:
        self.story.line.choose = lambda body: Fault.NONE
        self.story.phone.context.set_offline(False)
        for _ in range(TURNS):
            if self.story.page.evaluate(LET_THROUGH):
                return
            # The browser's switch misses a worker that starts while it is turned: it is turned once more.
            self.story.phone.context.set_offline(True)
            self.story.phone.context.set_offline(False)
        raise AssertionError(f"still waits: {self.story.outbox()}")

    def _log(self, promise: UUID) -> list[events.Event]:
        with self.story.weft.desk.database.read() as session:
            return events.history(session, promise, since=DAWN)

    def _possible(self) -> list[Callable[[], None]]:
        taps = [self._tap, self._tap, self._tap, self._take_back, self._kept_on_the_lock_screen]
        return [*taps, self._turn_signal, self._turn_weather, self._reload, self._stop_workers, self._another_tab]

    def _pages(self) -> "list[Page]":
        return self.story.phone.context.pages

    def _tap(self) -> None:
        tap = self.chance.choice(self._pages()).evaluate(TAP, self.chance.randrange(100))
        if tap:
            self.made[tap["id"]] = tap

    def _take_back(self) -> None:
        if id := self.chance.choice(self._pages()).evaluate(TAKE_BACK, self.chance.randrange(100)):
            self.taken.add(id)

    def _kept_on_the_lock_screen(self) -> None:
        tap = {"id": str(ids.new()), "kind": "kept", "at": ""}
        form = {"kind": "kept", "id": tap["id"], "by": str(self.story.couple.noor.id)}
        self._wake().evaluate(SPEAK, [f"/promises/{self.story.dinner.id}/check-ins", form])
        self.made[tap["id"]] = tap

    def _wake(self) -> "Worker":
        """The worker that runs, started where it was stopped."""
        self.story.page.evaluate(WAKE)
        while not (found := self.story.phone.context.service_workers):
            self.story.page.wait_for_timeout(20)
        return found[-1]

    def _turn_signal(self) -> None:
        self.is_offline = not self.is_offline
        self.story.phone.context.set_offline(self.is_offline)

    def _turn_weather(self) -> None:
        weather = random.Random(self.chance.random())
        self.story.line.choose = lambda body: weather.choices([*WEIGHTS], [*WEIGHTS.values()])[0]

    def _reload(self) -> None:
        self.chance.choice(self._pages()).reload()

    def _stop_workers(self) -> None:
        self.story.phone.devtools.send("ServiceWorker.stopAllWorkers")

    def _another_tab(self) -> None:
        if len(self._pages()) == 1:
            self.story.phone.context.new_page().goto(self.story.weft.url)


@pytest.fixture(scope="module")
def line() -> FaultyLine:
    return FaultyLine()


@pytest.fixture(scope="module")
def phone(line: FaultyLine, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Person"]:
    """One phone for all runs, on a Weft of today."""
    if not CHROMIUM:
        is_not_here("Chromium is not here; tools/ensure-chromium installs it.")
    from playwright.sync_api import sync_playwright

    from tests.browser.person import Person

    folder = tmp_path_factory.mktemp("runs")
    with (
        running(folder / "data", datetime.now(UTC), line=line) as weft,
        sync_playwright() as playwright,
        Person.with_phone(playwright, "Noor", weft, folder / "phone", CHROMIUM) as person,
    ):
        person.open("/offline")
        person.page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        person.devtools.send("ServiceWorker.enable")
        yield person


@pytest.mark.parametrize("seed", [SEED + part * RUNS // PARTS for part in range(PARTS)])
def test_no_tap_is_lost_or_doubled_whatever_happens(line: FaultyLine, phone: "Person", seed: int) -> None:
    made = 0
    for number in range(RUNS // PARTS):
        run = Run(begin(phone.weft, line, phone), random.Random(seed + number))
        try:
            run.goes()
            run.is_true()
        except Exception as failure:
            raise AssertionError(f"seed {seed + number}: {', '.join(run.steps)}") from failure
        made += len(run.made)
    assert made >= RUNS // PARTS
