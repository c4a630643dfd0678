"""Whom people may turn to when they are not safe, as the operator wrote it down, by language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

SCHEMES = ("tel:", "sms:", "mailto:", "https://")
MOST, LONGEST = 12, 120
FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to turn to: what they are, how to reach them, and perhaps when, or for whom."""

    label: str
    url: str
    note: str = ""


Contacts = Mapping[str, tuple[Contact, ...]]
BUILT_IN = (
    Contact("112", "tel:112", "emergencies in Europe, and from most mobile phones anywhere"),
    Contact("911", "tel:911", "emergencies in North America"),
    Contact("999", "tel:999", "emergencies in the United Kingdom and Ireland"),
    Contact("000", "tel:000", "emergencies in Australia"),
)
"""What is shown where the operator set nothing."""


def read(text: str) -> Contacts:
    """The contacts in a TOML document: a list of tables for each language, each with `label`, `url` and perhaps `note`; else ValueError."""
    found = tomllib.loads(text)
    return {language.lower(): tuple(_contact(language, one) for one in _some(language, given)) for language, given in found.items()}


def chosen(contacts: Contacts, accepted: str) -> tuple[Contact, ...]:
    """Those in the first language that somebody's browser asks for and that there is, else in English, else in the first that there is."""
    wanted = [one.partition(";")[0].strip().lower() for one in accepted.split(",")]
    for language in (*(name for one in wanted for name in (one, one.partition("-")[0])), FALLBACK):
        if contacts.get(language):
            return contacts[language]
    return next((some for some in contacts.values() if some), BUILT_IN)


def name_of(contacts: Contacts) -> str:
    """A short name that changes with them."""
    written = repr(sorted((language, some) for language, some in contacts.items()))
    return sha256(written.encode()).hexdigest()[:10]


def _some(language: str, given: Any) -> list[Any]:
    if not isinstance(given, list) or not 0 < len(given) <= MOST:
        raise ValueError(f"[[{language}]] needs one to {MOST} contacts.")
    return given


def _contact(language: str, given: Any) -> Contact:
    if (
        not isinstance(given, dict)
        or not given.keys() <= {"label", "url", "note"}
        or not all(isinstance(one, str) for one in given.values())
    ):
        raise ValueError(f"a contact of [[{language}]] has label, url and perhaps note, each a text.")
    label, url, note = (given.get(name, "").strip() for name in ("label", "url", "note"))
    if not label or max(len(label), len(note)) > LONGEST:
        raise ValueError(f"a contact of [[{language}]] needs a label, and no text over {LONGEST} characters.")
    if not url.startswith(SCHEMES) or " " in url:
        raise ValueError(f"{label!r} needs a url that begins with {', '.join(SCHEMES)}.")
    return Contact(label, url, note)
