"""What a phone has encrypted, as the server may take it: known kinds, whole ciphertext, never words (docs/private-notes.md)."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, timedelta
from enum import StrEnum

from server.domain.errors import InvalidError

FORMAT = 1
MARK, SALT, WRAPPED = 16, 32, 61
AROUND = 1 + 12 + 16
"""What stands around the encrypted words: the format, the nonce, the tag."""
SIZES = (1024, 4096, 16384, 32768)
"""How long words may be once they are filled up, so that a length says little."""
SEALED = tuple(one + AROUND for one in SIZES)
MOST_NOTES = 2000
MOST_BYTES = 8 * 1024 * 1024
FRESH_FOR = timedelta(days=1)
"""How long after its last day a week's page may still be added to."""
UNREADABLE = "That was not encrypted on a phone as it has to be, so it was not taken."
_TEXT = re.compile(r"[A-Za-z0-9_-]+")


class Kind(StrEnum):
    """What somebody keeps for themselves."""

    JOURNAL = "journal"
    QUESTION = "question"


def kind_of(text: str) -> Kind:
    """A kind by its name (InvalidError where there is none)."""
    if text not in list(Kind):
        raise InvalidError("Nothing of that kind is kept here.", "kind")
    return Kind(text)


def sealed_of(text: str) -> bytes:
    """Ciphertext of the known format and of one of its sizes (InvalidError); what can be read as words is none."""
    found = bytes_of(text, "sealed")
    if len(found) not in SEALED or found[0] != FORMAT or _is_words(found):
        raise InvalidError(UNREADABLE, "sealed")
    return found


def wrapped_of(text: str) -> bytes:
    """A wrapped key of the known format (InvalidError)."""
    found = bytes_of(text, "wrapped", WRAPPED)
    if found[0] != FORMAT:
        raise InvalidError(UNREADABLE, "wrapped")
    return found


def bytes_of(text: str, field: str, length: int = 0) -> bytes:
    """Bytes written as base64url without padding, so many of them where a length is given (InvalidError)."""
    if not _TEXT.fullmatch(text) or len(text) % 4 == 1:
        raise InvalidError(UNREADABLE, field)
    found = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if length and len(found) != length:
        raise InvalidError(UNREADABLE, field)
    return found


def text_of(found: bytes) -> str:
    """Bytes as base64url without padding."""
    return urlsafe_b64encode(found).rstrip(b"=").decode()


def week_of(latest: date | None, *, is_closed: bool, coming: date, today: date) -> date:
    """The last day of the week on whose page a question comes to stand.

    The latest page takes it as long as it is new and its review was not closed; after that the next one does.
    """
    is_new = latest is not None and today <= latest + FRESH_FOR
    return latest if latest and is_new and not is_closed else coming


def _is_words(found: bytes) -> bool:
    try:
        found.decode()
    except UnicodeDecodeError:
        return False
    return True
