"""Every form that stands on the pages that somebody can come to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_from_bytes
from uuid import uuid4

LINK = re.compile(r'\shref="(/[^"#]*)')
NOT_READ = re.compile(r"^/(static|icons|dev|live|export|favicon\.ico|sw\.js|manifest\.webmanifest|healthz|readyz)\b")
GAP = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_PAGES = 250
TYPED = {"text", "search", "textarea", "email", "url", "password"}
FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Form:
    """A form as it stood on a page: what it is sent by, and what it would send untouched."""

    page: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)

    @property
    def kind(self) -> tuple[Any, ...]:
        """Forms of one kind differ only in whose thing or day they are about."""
        return GAP.sub("…", self.action), *sorted(self.fields)

    def body(self, name: str, text: str) -> bytes:
        """What a browser, or something that is none, would send with this text in one field."""
        fields = self.fields | ({"id": str(uuid4())} if "id" in self.fields else {}) | {name: text}
        if name == "rule":
            fields["rhythm"] = "own"  # with any other rhythm nobody reads it
        return b"&".join(f"{key}=".encode() + _quoted(value) for key, value in fields.items())


class _Reader(HTMLParser):
    """Finds the forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.found, self.chosen = page, [], ""
        self.form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method") == "post":
            self.form = Form(self.page, given["action"])
        elif tag == "form":
            self.form = None
        form = self.form
        if tag == "option" and form and self.chosen and ("selected" in given or not form.fields[self.chosen]):
            form.fields[self.chosen] = given.get("value", "")
        if form is None or not given.get("name"):
            return
        if tag in ("input", "button", "select", "textarea"):
            self._note(form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.form:
            self.found.append(self.form)
            self.form = None
        if tag == "select":
            self.chosen = ""

    def _note(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, kind = given["name"], given.get("type", "text") if tag == "input" else tag
        if kind in TYPED:
            form.typed.add(name)
        if kind in ("radio", "checkbox") and "checked" not in given:
            form.fields.setdefault(name, given.get("value", "on"))
        else:
            form.fields[name] = given.get("value", "")
        self.chosen = name if tag == "select" else ""


def forms_of(page: str, text: str) -> list[Form]:
    """The forms of one page that write something."""
    reader = _Reader(page)
    reader.feed(text)
    return reader.found


def pages(client: Any, *begin: str) -> dict[str, Any]:
    """Every page that this person comes to by links, by address; of pages that differ only in whose thing or day, a few."""
    found: dict[str, Any] = {}
    kinds: dict[str, int] = {}
    ahead = list(begin)
    while ahead and len(found) < MOST_PAGES:
        path = ahead.pop(0)
        kind = GAP.sub("…", path)
        if path in found or NOT_READ.match(path) or kinds.get(kind, 0) >= 3:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        found[path] = client.get(path, follow_redirects=True)
        if found[path].headers.get("content-type", "").startswith("text/html"):
            ahead += [link.replace("&amp;", "&") for link in LINK.findall(found[path].text)]
    return found


def all_forms(client: Any, *begin: str) -> Iterator[Form]:
    """One form of each kind on all these pages."""
    kinds = set()
    for path, answer in pages(client, *begin).items():
        for form in forms_of(path, answer.text):
            if form.kind not in kinds:
                kinds.add(form.kind)
                yield form


def _quoted(text: str) -> bytes:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="").encode()
