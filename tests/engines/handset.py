"""What somebody does with Weft in a browser, whichever engine it has."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from server.actions import sessions
from server.store import events
from server.store.members import Member
from tests.browser.server import Running
from tests.engines.patience import until

IS_READY = """Promise.race([
  navigator.serviceWorker.ready.then(({ active }) => new Promise((ready) => {
    const look = () => (active.state === "activated" ? ready(true) : active.addEventListener("statechange", look, { once: true }));
    look();
  })),
  new Promise((late) => setTimeout(late, 5000, false)),
])"""


class Browser(Protocol):
    """What every engine's driver can do."""

    def open(self, url: str) -> None: ...

    def run(self, expression: str) -> Any: ...

    def look(self, expression: str) -> Any: ...

    def tap(self, selector: str) -> None: ...

    def look_elsewhere(self) -> None: ...

    def keep_cookie(self, name: str, value: str) -> None: ...


class Handset:
    """A browser in which a member uses a Weft."""

    def __init__(self, browser: Browser, weft: Running) -> None:
        self.browser, self.weft = browser, weft

    def is_signed_in(self, member: Member) -> None:
        """Let this browser be the member's, with a service worker that is at work."""
        with self.weft.desk.database.write() as session:
            token = sessions.begin(session, member.id, device="A browser", now=self.weft.clock.at)
        self.open("/offline")
        self.browser.keep_cookie("sid", token)
        until(self._has_a_worker)

    def open(self, path: str) -> None:
        self.browser.open(self.weft.url + path)

    def taps(self, label: str) -> None:
        """Press the button of that name."""
        self.browser.tap(f'button[aria-label="{label}"]')

    @contextmanager
    def without_a_network(self) -> Iterator[None]:
        """Nobody answers while the block lasts, then the page is told of a network by the test: WebKit's driver has no switch for one."""
        with self.weft.out_of_reach():
            yield
        self.browser.run("dispatchEvent(new Event('online'))")

    def sees(self, text: str) -> None:
        self._looks(f"no {text!r} on the page", lambda: text in self.text())

    def does_not_see(self, text: str) -> None:
        self._looks(f"still {text!r} on the page", lambda: text not in self.text())

    def text(self) -> str:
        """What the page says."""
        return self.browser.look("document.body.innerText") or ""

    def _has_a_worker(self) -> bool:
        """On a busy machine WebKit now and then loses a worker that it was about to start; the next page brings another."""
        self.open("/")
        return bool(self.browser.run(IS_READY))

    def _looks(self, trouble: str, look: Callable[[], bool]) -> None:
        try:
            until(look)
        except AssertionError:
            raise AssertionError(f"{trouble}: {self.text()}") from None


def said_of(weft: Running, promise: Any) -> list[str]:
    """What stands in the log of a promise, in order."""
    with weft.desk.database.read() as session:
        by_day = events.said_of(session, promise.id, promise.member_id)
    return [one.kind.value for day in sorted(by_day) for one in by_day[day]]
