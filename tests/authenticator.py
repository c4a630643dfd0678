"""A phone that makes passkeys and shows them (WebAuthn, ES256, attestation "none")."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from struct import pack
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, BACKUP, HAS_CREDENTIAL = 0x01, 0x04, 0x18, 0x40
NO_AAGUID = bytes(16)


@dataclass
class Key:
    """One passkey with its private half."""

    id: bytes
    rp_id: str
    user_handle: bytes
    private: ec.EllipticCurvePrivateKey

    @property
    def cose(self) -> bytes:
        """The public half as COSE writes it: EC2, ES256, P-256."""
        at = self.private.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: at.x.to_bytes(32), -3: at.y.to_bytes(32)})


@dataclass
class Authenticator:
    """What a browser's `navigator.credentials` would answer; the fields are what a broken or hostile one would do otherwise."""

    origin: str
    count: int = 0
    counts: bool = False
    verifies: bool = True
    keys: list[Key] = field(default_factory=list)

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.create`."""
        key = Key(token_bytes(32), options["rp"]["id"], base64url_to_bytes(options["user"]["id"]), ec.generate_private_key(ec.SECP256R1()))
        self.keys.append(key)
        attested = NO_AAGUID + pack(">H", len(key.id)) + key.id + key.cose
        made = {"fmt": "none", "attStmt": {}, "authData": self._said(key, HAS_CREDENTIAL) + attested}
        client = self._client("webauthn.create", options["challenge"])
        return self._answer(key, {"clientDataJSON": client, "attestationObject": cbor2.dumps(made)})

    def get(self, options: dict[str, Any], key: Key | None = None) -> dict[str, Any]:
        """Answer `navigator.credentials.get` with the newest passkey, or the one that is chosen."""
        key = key or self.keys[-1]
        self.count += self.counts
        said, client = self._said(key), self._client("webauthn.get", options["challenge"])
        signature = key.private.sign(said + sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": said, "signature": signature, "userHandle": key.user_handle}
        return self._answer(key, parts)

    def _said(self, key: Key, flags: int = 0) -> bytes:
        flags |= PRESENT | BACKUP | (VERIFIED if self.verifies else 0)
        return sha256(key.rp_id.encode()).digest() + pack(">BI", flags, self.count)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, key: Key, parts: dict[str, bytes]) -> dict[str, Any]:
        response = {name: bytes_to_base64url(part) for name, part in parts.items()}
        name = bytes_to_base64url(key.id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}
