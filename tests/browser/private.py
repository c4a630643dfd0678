"""Somebody who keeps something for themselves, on phones whose passkeys can make keys or cannot, and whoever looks for its words."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, expect
from sqlalchemy import select

from jobs import backup
from server.db import Session
from server.db.tables import members
from server.store import members as store
from server.store.members import Member
from tests.browser.person import Person
from tests.browser.server import Running

Meet = Callable[[str], Person]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
OWN: dict[Person, str] = {}
"""The authenticator that is the phone’s own."""
KEPT_BY_BROWSER = """async () => {
  const text = (value) => {
    if (value instanceof ArrayBuffer) return text(new Uint8Array(value));
    if (ArrayBuffer.isView(value)) return new TextDecoder().decode(value) + btoa(String.fromCharCode(...value));
    if (value instanceof CryptoKey) return `key that can${value.extractable ? "" : "not"} be taken out`;
    if (value && typeof value === "object") return Object.entries(value).map(([name, one]) => `${name}: ${text(one)}`).join("\\n");
    return String(value);
  };
  const found = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), location.href, history.length];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.push(request.url, await (await cache.match(request)).text());
  }
  for (const { name } of await indexedDB.databases()) {
    const opened = await new Promise((resolve) => { indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result); });
    for (const store of opened.objectStoreNames) {
      const all = (way) => new Promise((resolve) => {
        opened.transaction(store).objectStore(store)[way]().onsuccess = ({ target }) => resolve(target.result);
      });
      found.push(`${name} ${store}`, ...(await all("getAllKeys")).map(text), ...(await all("getAll")).map(text));
    }
    opened.close();
  }
  return found.join("\\n");
}"""


def carries_passkey(person: Person, *, makes_keys: bool) -> None:
    """Exchange the phone's authenticator for one that can make keys (PRF), or cannot."""
    person.devtools.send("WebAuthn.disable")
    person.devtools.send("WebAuthn.enable")
    options = {**AUTHENTICATOR, "hasPrf": makes_keys}
    OWN[person] = person.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def holds_security_key(person: Person) -> str:
    """Have one more authenticator at hand beside the phone's own; the name by which only it can be left."""
    options = {**AUTHENTICATOR, "hasPrf": True, "transport": "usb"}
    return str(person.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"])


def touches(person: Person, authenticator: str, *, touches: bool) -> None:
    """Touch it whenever it blinks, or leave it alone."""
    person.devtools.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": authenticator, "enabled": touches})


def has_only(person: Person, authenticator: str) -> None:
    """Have nothing at hand but this authenticator: the phone's own is lost."""
    assert len(person.devtools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]) == 1
    person.devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": OWN[person]})


def begins(person: Person) -> None:
    """Be welcomed as somebody new."""
    person.open("/")
    person.page.get_by_label("What are you called?").fill(person.name)
    person.page.locator("[data-passkey=create]").tap()
    expect(person.page).not_to_have_url(re.compile("/welcome$"))


def opens(person: Person) -> None:
    """Open what is only theirs, from their own page on."""
    person.open("/me")
    person.follows("Open what is only yours")
    opens_again(person)


def opens_again(person: Person) -> None:
    person.taps("Open with your passkey")
    expect(person.page.locator("[data-opened]")).to_be_visible()


def writes(person: Person, words: str) -> None:
    person.page.get_by_label("What was today like?").fill(words)
    person.taps("Keep it")
    expect(note(person, words)).to_be_visible()


def parks(person: Person, words: str, shelf: str) -> None:
    person.page.get_by_text("Parked questions", exact=True).tap()
    person.page.get_by_label("Which question can wait?").fill(words)
    person.page.get_by_text(shelf, exact=True).first.tap()
    person.taps("Park it")
    expect(note(person, words)).to_be_visible()


def note(person: Person, words: str) -> Locator:
    return person.page.locator("[data-list] li").filter(has_text=words)


def taps_on(person: Person, words: str, label: str) -> None:
    note(person, words).get_by_role("button", name=label).tap()


def hindrances(person: Person) -> list[str]:
    """What hinders somebody who listens, sees little, or has a narrow phone, as it stands now."""
    page, found = person.page, []
    page.set_viewport_size({"width": 390, "height": page.evaluate("document.documentElement.scrollHeight") + 300})
    page.evaluate(AXE_SCRIPT)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        faults = page.evaluate("axe.run()")["violations"]
        found += [f"{theme}: {fault['id']} {[node['target'] for node in fault['nodes']][:3]}" for fault in faults]
    page.set_viewport_size({"width": 320, "height": 700})
    found += [] if page.evaluate("document.documentElement.scrollWidth <= innerWidth") else ["it scrolls sideways"]
    page.set_viewport_size({"width": 390, "height": 844})
    return found


class Ear:
    """Hears every body, address and header of every request that comes to a server; what it says in its logs too."""

    def __init__(self) -> None:
        self.heard = b""

    def __call__(self, app: Any) -> Any:
        async def heard(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                self.heard += scope["raw_path"] + scope["query_string"] + repr(scope["headers"]).encode()

            async def listen() -> Any:
                message = await receive()
                self.heard += message.get("body", b"")
                return message

            await app(scope, listen, send)

        return heard


def is_in(words: str, found: bytes | str) -> bool:
    """Whether words stand somewhere: as they are, as in JSON, as in an address."""
    found = found.encode(errors="replace") if isinstance(found, str) else found
    return any(one in found for one in (words.encode(), repr(words.encode("utf-16-le"))[2:-1].encode(), quote(words).encode()))


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, whatever it is."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()


def hands_over(old: Person, new: Person) -> None:
    """Sign another phone in from one that is."""
    old.open("/me")
    old.taps("Sign in another phone")
    code = old.page.locator("[data-stage=waits] output").inner_text()
    new.open("/sign-in/hand-over")
    new.page.get_by_label("The code on your other phone").fill(code)
    new.taps("Go on")
    shown = old.page.locator("[data-number]")
    expect(shown).to_have_text(re.compile(r"^\d{6}$"))
    expect(new.page.locator("[data-number]")).to_have_text(shown.inner_text())
    old.taps("Yes, let it in")
    new.taps(f"Come in as {old.name}")
    expect(new.page).to_have_url(re.compile("/me/new-phone$"))


def member_of(session: Session, name: str) -> Member:
    """The one member who is called so."""
    rows = session.execute(select(members.c.id)).scalars()
    return next(one for one in (store.get(session, found) for found in rows) if one.name == name)


def given_to(noor: Person, meet: Meet, *, makes_keys: bool) -> Person:
    """A second phone of hers, let in by the first, with a passkey of its own."""
    tablet = meet("tablet")
    carries_passkey(tablet, makes_keys=makes_keys)
    hands_over(noor, tablet)
    tablet.page.locator("[data-passkey=create]").tap()
    expect(tablet.page).not_to_have_url(re.compile("new-phone$"))
    return tablet


def places_of(weft: Running, ear: Ear, *people: Person) -> Iterator[tuple[str, bytes | str]]:
    """Wherever words could have come to lie: the database and what it writes beside it, a copy of it, every request, every browser."""
    folder = weft.desk.settings.data
    backup.back_up(weft.desk.database, folder / "copies", weft.clock.at)
    yield from files(folder)
    yield "requests", ear.heard
    for person in people:
        yield f"kept by {person.name}’s browser", person.page.evaluate(KEPT_BY_BROWSER)


def where_it_is(words: str, *places: tuple[str, bytes | str]) -> list[str]:
    return [name for name, found in places if is_in(words, found)]
