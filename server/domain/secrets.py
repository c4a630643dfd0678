"""What a token and a recovery code look like, and what is kept of them."""

import hashlib
from base64 import b64decode, b64encode, urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

TOKEN_BYTES, NONCE_BYTES = 32, 12
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans("ILO", "110", "- \t\r\n\u00a0\u2010\u2011\u2012\u2013")
SELECTOR, SECRET, GROUP = 8, 16, 4
CODE_BYTES = (SELECTOR + SECRET) * 5 // 8
SHORT_BYTES = 2 * GROUP * 5 // 8


@dataclass(frozen=True, slots=True)
class Code:
    """A code that somebody types: the letters that it is found by, and those that only its owner has; 40 and 80 bits of a recovery code."""

    selector: str
    secret: str

    def __str__(self) -> str:
        whole = self.selector + self.secret
        return "-".join(whole[at : at + GROUP] for at in range(0, len(whole), GROUP))


def token_of(random: bytes) -> str:
    """A token as it is handed out: base64url without padding, 43 characters for 32 bytes."""
    return urlsafe_b64encode(random).rstrip(b"=").decode()


def hash_of(token: str) -> bytes:
    """What is kept of a token: the SHA-256 of its text, 32 bytes."""
    return hashlib.sha256(token.encode()).digest()


def name_of(secret: bytes) -> UUID:
    """A name by which something unguessable is found again and that does not tell it."""
    return UUID(bytes=hashlib.sha256(secret).digest()[:16])


def code_of(random: bytes, selector: int = SELECTOR) -> Code:
    """The code that random bytes spell in Crockford's base 32; 15 of them make a recovery code."""
    number = int.from_bytes(random)
    letters = "".join(CROCKFORD[number >> shift & 31] for shift in range(len(random) * 8 - 5, -1, -5))
    return Code(letters[:selector], letters[selector:])


def read_code(text: str, selector: int = SELECTOR, secret: int = SECRET) -> Code | None:
    """The code as somebody typed it: any case, with or without hyphens, I and L for 1, O for 0."""
    letters = text.upper().translate(MISREAD)
    if len(letters) != selector + secret or not set(letters) <= set(CROCKFORD):
        return None
    return Code(letters[:selector], letters[selector:])


def seal(text: str, *, token: str, nonce: bytes, purpose: str) -> str:
    """Text that only who holds the token can read again: AES-256-GCM under a key of the token and the purpose (HKDF, SHA-256)."""
    return b64encode(_cipher(token, purpose).encrypt(nonce, text.encode(), None)).decode()


def unseal(sealed: str, *, token: str, nonce: bytes, purpose: str) -> str:
    """The text that was sealed."""
    return _cipher(token, purpose).decrypt(nonce, b64decode(sealed), None).decode()


def _cipher(token: str, purpose: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(token.encode()))
