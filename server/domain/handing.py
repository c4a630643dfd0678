"""Handing an account over to another phone: how long, how often, and what the two phones tell each other."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from enum import StrEnum

from server.domain.errors import InvalidError
from server.domain.limits import Limit

LASTS = timedelta(minutes=10)
TO_COME_IN = timedelta(minutes=2)
MOST_TRIES = 5
AN_ADDRESS = Limit(10, timedelta(minutes=15))
ALL_TOGETHER = Limit(200, timedelta(hours=1))
SELECTOR = SECRET = 4
HASH_BYTES, NONCE_BYTES, KEY_BYTES = 32, 32, 65
MOST_SEALED = 8 * 1024
DIGITS = 6


class Stage(StrEnum):
    """How far a hand-over has got."""

    WAITS = "waits"
    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    OVER = "over"


def bytes_of(text: str, length: int, field: str) -> bytes:
    """The bytes that a phone sent as base64url, or InvalidError where they are not as many as they must be."""
    found = _decoded(text, field)
    if len(found) != length:
        raise InvalidError("That is not what was asked for.", field)
    return found


def sealed_of(text: str) -> bytes | None:
    """What one phone sealed for the other; None where it sent nothing."""
    found = _decoded(text, "sealed")
    if len(found) > MOST_SEALED:
        raise InvalidError("That is more than can be handed over.", "sealed")
    return found or None


def text_of(found: bytes | None) -> str | None:
    """Bytes as phones read them: base64url without padding."""
    return urlsafe_b64encode(found).rstrip(b"=").decode() if found is not None else None


def number_of(random: bytes) -> str:
    """Six digits that people compare, of eight bytes."""
    return f"{int.from_bytes(random) % 10**DIGITS:0{DIGITS}}"


def _decoded(text: str, field: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise InvalidError("That could not be read.", field) from None
