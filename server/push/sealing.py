"""Encryption for one phone (RFC 8291)."""

import re
from base64 import urlsafe_b64decode
from functools import cached_property
from io import BytesIO
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from server.domain.errors import InvalidError
from server.domain.notices import Subscription
from server.push.keys import Keys

LARGEST = 2000
_POINT = re.compile(r"[A-Za-z0-9_-]{87}=?")
_SECRET = re.compile(r"[A-Za-z0-9_-]{22}(==)?")


class Sealer:
    """The package's encryption alone: its header drops the port, its TTL sticks to the object, and it takes any size."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def seal(self, payload: bytes, to: Subscription) -> bytes:
        """The body to post; ValueError for more than 2,000 bytes, which not every phone's way takes."""
        if len(payload) > LARGEST:
            raise ValueError(f"a payload of {len(payload)} bytes")
        sealer, shapes = self._package
        keys = shapes.WebPushKeys(p256dh=to.p256dh, auth=to.auth)
        sealed: bytes = sealer._encrypt(payload, shapes.WebPushSubscription.model_construct(endpoint=to.endpoint, keys=keys))
        return sealed

    @cached_property
    def _package(self) -> tuple[Any, Any]:
        # It brings pydantic along: a server that has nothing to send holds neither.
        from webpush import WebPush, types  # type: ignore[import-untyped]  # noqa: PLC0415

        return WebPush(private_key=BytesIO(self._keys.private), public_key=BytesIO(self._keys.public_pem)), types


def check(to: Subscription) -> None:
    """Refuse keys that nothing can be encrypted for (InvalidError)."""
    if not _POINT.fullmatch(to.p256dh) or not _SECRET.fullmatch(to.auth):
        raise InvalidError("Those are not the keys of a push subscription.", "keys")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), urlsafe_b64decode(to.p256dh.rstrip("=") + "="))
    except ValueError:
        raise InvalidError("Those are not the keys of a push subscription.", "keys") from None
