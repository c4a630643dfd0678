"""What is shown once on the next page: kept for minutes, sealed with the token that only that device holds."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_bytes
from uuid import UUID

from server.db import Session
from server.domain import secrets
from server.store import ceremonies
from server.store.ceremonies import Ceremony

KEPT_FOR = timedelta(minutes=10)


def keep(session: Session, words: Sequence[str], *, purpose: str, token: str, now: datetime) -> None:
    """Keep words until the device that holds this session token asks for them; later ones replace earlier ones."""
    nonce = token_bytes(secrets.NONCE_BYTES)
    sealed = secrets.seal(json.dumps(list(words)), token=token, nonce=nonce, purpose=purpose)
    ceremonies.take(session, _name(purpose, token), purpose=purpose, now=now)
    ceremonies.insert(session, Ceremony(_name(purpose, token), purpose, nonce, now + KEPT_FOR, kept_aside={"sealed": sealed}))


def wait(session: Session, *, purpose: str, token: str) -> bool:
    """Whether there is something to be shown."""
    return ceremonies.waits(session, _name(purpose, token))


def take(session: Session, *, purpose: str, token: str, now: datetime) -> tuple[str, ...]:
    """The words that were kept for this device, for the one time that they are shown."""
    return _read(ceremonies.take(session, _name(purpose, token), purpose=purpose, now=now), purpose, token)


def look(session: Session, *, purpose: str, token: str, now: datetime) -> tuple[str, ...]:
    """The words that are kept for this device, which stay for as long as they are kept."""
    return _read(ceremonies.look(session, _name(purpose, token), purpose=purpose, now=now), purpose, token)


def _read(found: Ceremony | None, purpose: str, token: str) -> tuple[str, ...]:
    if found is None:
        return ()
    return tuple(json.loads(secrets.unseal(found.kept_aside["sealed"], token=token, nonce=found.challenge, purpose=purpose)))


def _name(purpose: str, token: str) -> UUID:
    return secrets.name_of(f"{purpose} {token}".encode())
