"""Sealing words under the newest of several keys: AES-256-GCM, bound to the place where they lie."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection

SEALER = "sealer"
KEY_BITS = 256
NONCE = 12
NAME = 4
REMEMBERED = 4096
Keys = Mapping[str, bytes]
"""Keys by their id, the newest last."""


class UnsealedError(Exception):
    """Words that do not open: no key for them, another place than theirs, or not what was sealed. It never says what they are."""


class Sealer:
    """Seals with the newest key and opens with every one; it is empty until it takes keys, and then it can do neither.

    `changed` gives the keys anew where they have changed since it was asked last, else None: a key made by another process counts from
    the next seal on, and is looked for when something was sealed with one that is not known.
    """

    def __init__(self, keys: Keys | None = None, changed: Callable[[], Keys | None] | None = None) -> None:
        self._changed = changed
        self._take(keys or {})
        # What was opened once is met again at every sight of a page and with every tap.
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._open)

    def use(self, keys: Keys, changed: Callable[[], Keys | None] | None = None) -> None:
        """Take keys from here on."""
        self._changed = changed
        self._take(keys)

    @property
    def newest(self) -> str:
        """The id of the key that seals."""
        self._look()
        if not self._keys:
            raise UnsealedError("This database was opened without the key of its words.")
        return self._newest

    @property
    def known(self) -> tuple[str, ...]:
        """The ids of all keys, the newest last."""
        self._look()
        return tuple(self._keys)

    def seal(self, place: str, text: str) -> str:
        """A text as it may lie in the database at a place, `table|column|bond`; nothing stays nothing."""
        if not text:
            return text
        newest, nonce = self.newest, os.urandom(NONCE)
        return f"{newest}.{urlsafe_b64encode(nonce + self._keys[newest].encrypt(nonce, text.encode(), place.encode())).decode()}"

    def open(self, place: str, sealed: str) -> str:
        """The text that was sealed for a place; UnsealedError where it does not open."""
        return self._remembered(place, sealed) if sealed else sealed

    def _open(self, place: str, sealed: str) -> str:
        key_id, _, lies = sealed.partition(".")
        if key_id not in self._keys:
            self._look()
        key = self._keys.get(key_id)
        where = place.rpartition("|")[0]
        if key is None:
            raise UnsealedError(f"There is no key for words in {where}.")
        try:
            found = urlsafe_b64decode(lies)
            return key.decrypt(found[:NONCE], found[NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError):
            raise UnsealedError(f"Words in {where} do not open.") from None

    def _look(self) -> None:
        if self._changed and (keys := self._changed()):
            self._take(keys)

    def _take(self, keys: Keys) -> None:
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self._newest = next(reversed(self._keys), "")


def new_key() -> tuple[str, bytes]:
    """A key that nobody has, with its id."""
    return os.urandom(NAME).hex(), AESGCM.generate_key(KEY_BITS)


def passing() -> Sealer:
    """A sealer for what is gone with this process."""
    return Sealer(dict([new_key()]))


def key_of(sealed: str) -> str:
    """The id of the key that words were sealed with."""
    return sealed.partition(".")[0]


def of(session: Connection) -> Sealer:
    """The sealer of the database that a session belongs to."""
    sealer: Sealer = session.info[SEALER]
    return sealer
