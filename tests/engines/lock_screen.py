"""A Firefox that has a network or not and takes reminders, and what it draws of them."""

import json
from contextlib import AbstractContextManager
from typing import Any

from tests.browser.server import Running
from tests.engines.firefox import Firefox
from tests.engines.handset import Handset
from tests.engines.patience import until

ON, OFF = "[data-push-on]", "[data-push-off]"
MORE = 'form[action$="/details"] button'
IS_SHOWN = "Boolean(document.querySelector({})?.checkVisibility())"
SHOWN = """navigator.serviceWorker.ready.then((worker) => worker.getNotifications()).then((all) => all.map((one) =>
  ({ title: one.title, body: one.body, actions: one.actions.map(({ action }) => action) })))"""
UNSUBSCRIBES = """navigator.serviceWorker.ready.then(({ pushManager }) => pushManager.getSubscription())
  .then((subscription) => subscription?.unsubscribe())"""
UNINSTALLS = "navigator.serviceWorker.getRegistrations().then((all) => Promise.all(all.map((one) => one.unregister())))"
TEXTS = "['alertTitleLabel', 'alertTextLabel'].map((id) => document.getElementById(id)).map((one) => one?.value || one?.textContent)"
# Firefox's own window has no place for actions: they are handed to the window's listener, as desktops do.
ACTION = """{QueryInterface: ChromeUtils.generateQI(["nsIAlertAction"]), action: %s, title: "", iconURL: "",
  windowsSystemActivationType: false, opaqueRelaunchData: ""}"""
PRESSES = "(gAlertListener.observe(%s, 'alertclickcallback', gAlertCookie), true)"


class LockScreen(Handset):
    """What a member sees and presses there, with or without a page of Weft."""

    def __init__(self, browser: Firefox, weft: Running) -> None:
        super().__init__(browser, weft)
        self.firefox = browser

    def without_a_network(self) -> AbstractContextManager[None]:
        """Firefox itself has none while the block lasts, and itself says so to its pages."""
        return self.firefox.without_a_network()

    def turns_reminders_on(self) -> None:
        """By the button in Me, the browser's question answered with yes."""
        self.firefox.allow_notifications(self.weft.url)
        self.open("/me")
        self._waits(ON)
        self.firefox.tap(ON)
        self._waits(OFF)

    def wants_to_hear_more(self) -> None:
        """By the button in Me: notices may say what they are about."""
        self.open("/me")
        self.firefox.tap(MORE)
        self.sees("Say less")

    def shown(self) -> list[dict[str, Any]]:
        """The notifications that stand there, as the page of Weft that is open may ask for them."""
        return list(self.firefox.run(SHOWN))

    def reads(self) -> list[str]:
        """The title and the text that Firefox has drawn last, waited for."""
        return until(self._drawn)[-1][1]

    def presses(self, action: str | None = None) -> None:
        """Press the notification drawn last: an action of it, or itself; then it is gone."""
        pressed = until(self._drawn)[-1][0]
        self.firefox.run(PRESSES % (ACTION % json.dumps(action) if action else "null"), pressed)
        until(lambda: pressed not in self._alerts())

    def loses_its_subscription(self) -> None:
        """Without a word to Weft."""
        self.firefox.run(UNSUBSCRIBES)

    def is_put_away(self) -> None:
        """Leave the browser to the next one."""
        for alert in self._alerts():
            self.firefox.look("(window.close(), true)", alert)
        until(lambda: not self._alerts())
        self.open("/offline")
        self.firefox.run(UNINSTALLS)

    def _drawn(self) -> list[tuple[str, list[str]]]:
        """The windows in which all is written, each with its words."""
        found = [(alert, self.firefox.look(TEXTS, alert)) for alert in self._alerts()]
        return [(alert, texts) for alert, texts in found if texts and all(texts)]

    def _alerts(self) -> list[str]:
        return [window for window, url in self.firefox.windows().items() if url.endswith("/alert.xhtml")]

    def _waits(self, selector: str) -> None:
        until(lambda: self.firefox.look(IS_SHOWN.format(json.dumps(selector))))
