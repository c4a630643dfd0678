"""Somebody with a phone, and what they do on it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, expect

from server.actions import sessions
from server.store.members import Member
from tests.browser.conftest import FLAGS, PATIENCE
from tests.browser.server import Running
from tests.pushservice import Phone

ALLOWED = ["notifications", "background-sync", "clipboard-read", "clipboard-write"]
SUBSCRIBES = """
PushManager.prototype.subscribe = async function () { return localStand(%s); };
PushManager.prototype.getSubscription = async function () { return localStorage.getItem('subscribed') ? localStand(%s) : null; };
function localStand(json) {
  localStorage.setItem('subscribed', 'yes');
  const options = { applicationServerKey: toBytes(json.key) };
  return { endpoint: json.endpoint, options, toJSON: () => json, unsubscribe: async () => true };
}
function toBytes(text) {
  return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0)).buffer;
}
"""


class Person:
    """A member and their browser; every console error is kept, so that a test can say that there was none."""

    def __init__(self, name: str, weft: Running, context: BrowserContext) -> None:
        self.name, self.weft, self.context = name, weft, context
        self.page: Page = context.pages[0]
        self.trouble: list[str] = []
        self.page.on("console", lambda message: message.type == "error" and self.trouble.append(message.text))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.devtools = context.new_cdp_session(self.page)

    @classmethod
    @contextmanager
    def with_phone(cls, playwright: Playwright, name: str, weft: Running, profile: Path, chromium: str | None) -> Iterator["Person"]:
        """Start a browser with a profile of its own, small as a phone, with a passkey that needs no finger."""
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=chromium,
            args=FLAGS,
            headless=True,
            viewport={"width": 390, "height": 844},
            has_touch=True,
            is_mobile=True,
            timezone_id="Europe/Berlin",
            locale="en-GB",
        )
        context.set_default_timeout(PATIENCE)
        context.grant_permissions(ALLOWED, origin=weft.url)
        try:
            person = cls(name, weft, context)
            person.now_is(weft.clock.at)
            person._carry_passkey()
            yield person
        finally:
            context.close()

    def now_is(self, at: datetime) -> None:
        """Set the phone's own clock."""
        self.context.clock.set_system_time(at)

    def is_signed_in(self, member: Member) -> None:
        """Let this browser be the member's from now on."""
        with self.weft.desk.database.write() as session:
            token = sessions.begin(session, member.id, device="Chromium", now=self.weft.clock.at)
        self.context.add_cookies([{"name": "sid", "value": token, "url": self.weft.url, "httpOnly": True, "sameSite": "Lax"}])

    def open(self, path: str = "/") -> None:
        self.page.goto(self.weft.url + path)

    def goes_offline(self) -> None:
        self.context.set_offline(True)

    def comes_back(self) -> None:
        """There is a network again, and the browser tells its pages; its worker may have it only after they asked for what waits."""
        self.context.set_offline(False)
        self.tries_again()

    def tries_again(self) -> None:
        """Ask the worker to send what waits, which may take a while."""
        self.context.service_workers[-1].evaluate("() => { flush().catch(() => {}); }")

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def does_not_see(self, text: str) -> None:
        expect(self.page.get_by_text(text)).to_have_count(0)

    def taps(self, label: str) -> None:
        self.page.get_by_role("button", name=label).first.tap()

    def follows(self, label: str) -> None:
        self.page.get_by_role("link", name=label).first.tap()

    def subscribes_to_push(self) -> Phone:
        """Turn reminders on; the browser's own push service, which is out of reach here, is stood in for by ours."""
        phone = self.weft.push.phone(self.weft.desk.push_key)
        told = json.dumps({**phone.as_json(), "key": self.weft.desk.push_key})
        self.context.add_init_script(SUBSCRIBES % (told, told))
        self.open("/me")
        self.page.locator("[data-push-on]").first.tap()
        expect(self.page.locator("[data-push-off]").first).to_be_visible()
        return phone

    def is_pushed(self, plaintext: bytes) -> list[dict[str, Any]]:
        """Hand a decrypted message to the service worker, as the browser would, and say what it shows."""
        self.page.evaluate("navigator.serviceWorker.ready")
        found: list[dict[str, Any]] = []
        self.devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
        self.devtools.send("ServiceWorker.enable")
        for _ in range(PATIENCE // 100):
            self.page.wait_for_timeout(100)
            if found:
                self._deliver(found[0]["registrationId"], plaintext)
            if shown := self.page.evaluate(SHOWN):
                return list(shown)
        raise AssertionError("nothing was shown")

    def _deliver(self, registration: str, plaintext: bytes) -> None:
        message = {"origin": self.weft.url, "registrationId": registration, "data": plaintext.decode()}
        self.devtools.send("ServiceWorker.deliverPushMessage", message)

    def _carry_passkey(self) -> None:
        self.devtools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


SHOWN = """navigator.serviceWorker.ready.then((r) => r.getNotifications()).then((all) => all.map((n) =>
  ({ title: n.title, body: n.body, tag: n.tag, data: n.data, actions: n.actions.map((a) => a.action) })))"""
