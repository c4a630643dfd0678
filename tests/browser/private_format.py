"""The format of docs/private-notes.md in a second hand, which shares nothing with the phone's."""

import json
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SIZES = (1024, 4096, 16384, 32768)


def hkdf(secret: bytes, salt: bytes, info: str, length: int = 32) -> bytes:
    return HKDF(SHA256(), length, salt, info.encode()).derive(secret)


def wrap(notes_key: bytes, prf: bytes, salt: bytes, member: str, credential: bytes, nonce: bytes) -> bytes:
    """The key to somebody's notes as one of their passkeys keeps it."""
    named = urlsafe_b64encode(credential).rstrip(b"=").decode()
    wrapping = AESGCM(hkdf(prf, salt, "weft notes wrapping 1"))
    return b"\x01" + nonce + wrapping.encrypt(nonce, notes_key, f"weft|notes key|1|{member}|{named}".encode())


def mark(notes_key: bytes) -> bytes:
    return hkdf(notes_key, b"", "weft notes mark 1", 16)


def seal(notes_key: bytes, member: str, note: dict[str, Any], words: dict[str, str], nonce: bytes) -> bytes:
    """A note as it is sent."""
    plain = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
    size = next(one for one in SIZES if len(plain) + 4 <= one)
    filled = (len(plain).to_bytes(4) + plain).ljust(size, b"\0")
    about = f"weft|note|1|{member}|{note['id']}|{note['kind']}|{note['version']}".encode()
    return b"\x01" + nonce + AESGCM(hkdf(notes_key, b"", "weft notes 1")).encrypt(nonce, filled, about)
