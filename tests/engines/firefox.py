"""A stock Firefox, driven over its own remote protocol (WebDriver BiDi): one WebSocket, no driver in between."""

import itertools
import json
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.engines.patience import until

PATIENCE = 60
DAY = 86_400
LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
PROGRAM = shutil.which("firefox-esr") or shutil.which("firefox")
PREFERENCES: dict[str, str | int | bool] = {
    # What Firefox itself prefers while it is driven switches push off.
    "remote.prefs.recommended": False,
    "dom.push.testing.allowInsecureServerURL": True,
    "dom.push.retryBaseInterval": 100,
    # Notifications are drawn by the browser, where they can be read, not by a desktop.
    "alerts.useSystemBackend": False,
    "security.notification_enable_delay": 0,
    # The tests alone say whether there is a network; where there is none, it does not reach its own machine either.
    "network.manage-offline-status": False,
    "network.disable-localhost-when-offline": True,
    # Nothing calls home.
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.region.network.url": "",
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.search.update": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "termsofuse.bypassNotification": True,
    "toolkit.startup.max_resumed_crashes": -1,
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "",
}


# What is connected within the machine would stay so.
NETWORK = "(Services.io.offline = %s, Services.obs.notifyObservers(null, 'net:cancel-all-connections'), null)"


class FirefoxError(Exception):
    """What Firefox refused, in its own words."""


class Firefox:
    """One browser over one profile folder; it can be ended and started again over the same."""

    def __init__(self, profile: Path, push_line: str) -> None:
        self.profile = profile
        profile.mkdir(parents=True, exist_ok=True)
        chosen = {**PREFERENCES, "dom.push.serverURL": push_line}
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in chosen.items())
        (profile / "user.js").write_text("".join(lines))

    def start(self) -> None:
        """Start it and take the line that it offers."""
        assert PROGRAM
        flags = ("--headless", "--no-remote", "--new-instance", "--remote-debugging-port", "0", "-remote-allow-system-access")
        self._process = subprocess.Popen(
            [PROGRAM, "--profile", str(self.profile), *flags],
            env={**os.environ, "HOME": str(self.profile), "MOZ_CRASHREPORTER_DISABLE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            self._call(self._address())
        except BaseException:
            self._kill()
            raise

    @contextmanager
    def off(self) -> Iterator[None]:
        """Not running while the block lasts."""
        self.end()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def without_a_network(self) -> Iterator[None]:
        """No line out or in while the block lasts, as its own menu has it ("Work Offline"): pages and workers hear of both ends."""
        self._works_offline(True)
        try:
            yield
        finally:
            self._works_offline(False)

    def end(self) -> None:
        """Close it as its owner would; it is killed where it does not go."""
        with suppress(FirefoxError, ConnectionClosed):
            self.ask("browser.close")
        self._open.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._kill()
        self._reader.join(PATIENCE)
        self._rest.join(PATIENCE)
        assert self._process.stderr
        self._process.stderr.close()

    def ask(self, method: str, **parameters: Any) -> Any:
        """Send a command and return its answer."""
        number = next(self._numbers)
        self._line.send(json.dumps({"id": number, "method": method, "params": parameters}))
        with self._answered:
            if not self._answered.wait_for(lambda: number in self._answers, PATIENCE):
                raise FirefoxError(f"{method}: no answer")
            answer = self._answers.pop(number)
        if answer["type"] == "error":
            raise FirefoxError(f"{method}: {answer['message']}")
        return answer["result"]

    def open(self, url: str) -> None:
        self.ask("browsingContext.navigate", context=self.tab, url=url, wait="complete")

    def run(self, expression: str, tab: str | None = None) -> Any:
        """The value of an expression in the page, as JSON gives it; what it promises is waited for, and it counts as its owner's doing."""
        answer = self.ask(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))",
            target={"context": tab or self.tab},
            awaitPromise=True,
            userActivation=True,
        )
        if answer["type"] != "success":
            raise FirefoxError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def look(self, expression: str, tab: str | None = None) -> Any:
        """The same; None while there is no page that could say it."""
        with suppress(FirefoxError):
            return self.run(expression, tab)
        return None

    def tap(self, selector: str) -> None:
        """Press what the selector finds, with a real pointer."""
        self.run(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{ block: 'center', behavior: 'instant' }})")
        (found, *_) = self.ask("browsingContext.locateNodes", context=self.tab, locator={"type": "css", "value": selector})["nodes"]
        target = {"type": "element", "element": {"sharedId": found["sharedId"]}}
        moves = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": target},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self.ask("input.performActions", context=self.tab, actions=[{"type": "pointer", "id": "finger", "actions": moves}])

    def look_elsewhere(self) -> None:
        """Open another tab over this one, and close it again."""
        other = self.ask("browsingContext.create", type="tab")["context"]
        until(lambda: self.run("document.visibilityState") == "hidden")
        self.ask("browsingContext.close", context=other)

    @contextmanager
    def another_tab(self) -> Iterator[None]:
        """A tab of its own while the block lasts: whatever a page in it still loads ends with it."""
        before, self.tab = self.tab, self.ask("browsingContext.create", type="tab")["context"]
        try:
            yield
        finally:
            self.ask("browsingContext.close", context=self.tab)
            self.tab = before

    def keep_cookie(self, name: str, value: str) -> None:
        """Keep a cookie of localhost's for a day."""
        cookie = {"name": name, "value": {"type": "string", "value": value}, "domain": "localhost", "path": "/"}
        self.ask("storage.setCookie", cookie={**cookie, "httpOnly": True, "sameSite": "lax", "expiry": int(time.time()) + DAY})

    def allow_notifications(self, origin: str) -> None:
        """Say yes to a site's notifications, for good."""
        self.ask("permissions.setPermission", descriptor={"name": "notifications"}, state="granted", origin=origin)

    def windows(self) -> dict[str, str]:
        """What the browser has drawn for itself: window by address."""
        return {one["context"]: one["url"] for one in self.ask("browsingContext.getTree", **{"moz:scope": "chrome"})["contexts"]}

    def _works_offline(self, is_so: bool) -> None:
        window = next(window for window, url in self.windows().items() if url.endswith("/browser.xhtml"))
        self.run(NETWORK % json.dumps(is_so), window)
        until(lambda: self.look("navigator.onLine") is (not is_so))

    def _address(self) -> str:
        """Where it listens, which it says among other things; what it says later is read and let go."""
        said = self._process.stderr
        assert said
        late = threading.Timer(PATIENCE, self._process.kill)
        late.start()
        found = next((found for line in said if (found := LISTENS.search(line))), None)
        late.cancel()
        assert found, "Firefox ended, or was ended, before it listened"
        self._rest = threading.Thread(target=said.read, daemon=True)
        self._rest.start()
        return found[1]

    def _call(self, address: str) -> None:
        self._open = ExitStack()
        self._line = self._open.enter_context(connect(f"{address}/session", max_size=None, open_timeout=PATIENCE))
        self._numbers, self._answers, self._answered = itertools.count(1), dict[int, Any](), threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.ask("session.new", capabilities={"alwaysMatch": {"unhandledPromptBehavior": {"default": "dismiss"}}})
        self.tab: str = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def _kill(self) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)

    def _read(self) -> None:
        with suppress(ConnectionClosed):
            for message in self._line:
                said = json.loads(message)
                with self._answered:
                    self._answers[said.get("id") or 0] = said
                    self._answered.notify_all()


@contextmanager
def firefox(profile: Path, push_line: str) -> Iterator[Firefox]:
    """A Firefox that is gone when the block ends."""
    browser = Firefox(profile, push_line)
    browser.start()
    try:
        yield browser
    finally:
        browser.end()
