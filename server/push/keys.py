"""The key pair by which push services know this server (VAPID, RFC 8292)."""

from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key

from server import keyring
from server.config import SettingsError

FILE = "vapid.pem"


@dataclass(frozen=True, slots=True)
class Keys:
    """A P-256 pair: `private` and `public_pem` as PEM, `public` as base64url of the uncompressed point, as browsers take it."""

    private: bytes = field(repr=False)
    public_pem: bytes
    public: str


def load(secrets: Path) -> Keys:
    """The server's own keys, made at the first start; SettingsError where others could read them."""
    path = keyring.folder(secrets) / FILE
    if not path.exists():
        private = ec.generate_private_key(ec.SECP256R1())
        keyring.put_new(path, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    keyring.refuse_open(path)
    return _keys(path)


def check(keys: Keys, in_use: Collection[str]) -> None:
    """Refuse to go on with another key than the one that live subscriptions were made for (SettingsError)."""
    if set(in_use) - {keys.public}:
        raise SettingsError(f"Phones subscribed under another push key than the one in {FILE}. Put the former {FILE} back from the backup.")


def _keys(path: Path) -> Keys:
    pem = path.read_bytes()
    try:
        private = load_pem_private_key(pem, password=None)
    except ValueError:
        raise SettingsError(f"{path} is not a key that can be read. Put it back from the backup.") from None
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise SettingsError(f"{path} is not a key on the curve P-256. Put it back from the backup.")
    public = private.public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return Keys(pem, public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), urlsafe_b64encode(point).rstrip(b"=").decode())
