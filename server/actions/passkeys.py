"""Passkeys: asking for one, taking what was answered, adding and removing them; `server.actions.proofs` verifies."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import import_module
from secrets import compare_digest, token_bytes
from typing import Any
from uuid import UUID

from server.db import Session
from server.domain import secrets
from server.domain.errors import ConflictError, InvalidError, NotFoundError
from server.store import ceremonies, ids, members, passkeys, recovery
from server.store.ceremonies import Ceremony
from server.store.passkeys import Passkey

TAKES = timedelta(minutes=5)
CHALLENGE_BYTES = 32
LONGEST_CREDENTIAL = 1023
SIGN_IN = "sign_in"
NOT_VERIFIED = "That passkey could not be verified. Please try once more."
Credential = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys belong: `rp_id` is a host's name, `origin` the address at which its pages are opened."""

    rp_id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a new passkey will be; they need not be a member yet."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A new passkey that proved itself; it is nobody's yet."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def ask_for_new(
    session: Session, site: Site, owner: Owner, *, purpose: str, now: datetime, kept_aside: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The options with which a browser makes a passkey for its owner."""
    challenge = _begin(session, purpose, owner.id, now, kept_aside or {})
    known = [one.credential_id for one in passkeys.of_member(session, owner.id)]
    options: dict[str, Any] = _proofs().options_for_new(site, owner, challenge, known, TAKES)
    return options


def ask_who(session: Session, site: Site, *, now: datetime, member_id: UUID | None = None) -> dict[str, Any]:
    """The options with which a browser shows any passkey of this site; with `member_id` only that member's will do."""
    challenge = _begin(session, SIGN_IN, member_id, now, {})
    options: dict[str, Any] = _proofs().options_to_sign_in(site, challenge, TAKES)
    return options


def take_ceremony(session: Session, credential: Credential, *, purpose: str, now: datetime, member_id: UUID | None = None) -> Ceremony:
    """The ceremony that a credential answers, used up whatever comes of it: commit that before verifying.

    With `member_id` it must have been that member who was asked.
    """
    found = ceremonies.take(session, secrets.name_of(_proofs().challenge_of(credential)), purpose=purpose, now=now)
    if found is None or member_id not in (None, found.member_id):
        raise InvalidError("That took too long. Please begin once more.")
    return found


def verify_new(site: Site, ceremony: Ceremony, credential: Credential) -> Verified:
    """The new passkey in a browser's answer, or InvalidError."""
    made: Verified = _proofs().new(site, ceremony.challenge, credential)
    if len(made.credential_id) > LONGEST_CREDENTIAL:
        raise InvalidError(NOT_VERIFIED)
    return made


def shown(session: Session, credential: Credential) -> Passkey | None:
    """The passkey that a browser's answer speaks of, if it is known here."""
    credential_id: bytes | None = _proofs().id_of(credential)
    return passkeys.by_credential(session, credential_id) if credential_id is not None else None


def verify(site: Site, ceremony: Ceremony, credential: Credential, passkey: Passkey | None) -> Passkey:
    """The passkey with its new count, or InvalidError with the one sentence for everything that does not hold."""
    if passkey is None or ceremony.member_id not in (None, passkey.member_id):
        raise InvalidError(NOT_VERIFIED)
    handle, sign_count = _proofs().known(site, ceremony.challenge, credential, passkey.public_key, passkey.sign_count)
    if not compare_digest(handle, passkey.member_id.bytes):
        raise InvalidError(NOT_VERIFIED)
    return replace(passkey, sign_count=sign_count)


def note_use(session: Session, passkey: Passkey, *, now: datetime) -> None:
    """Note a passkey's count and the day of its use."""
    passkeys.note_use(session, passkey.id, sign_count=passkey.sign_count, on=now.date())


def add(session: Session, member_id: UUID, verified: Verified, *, name: str, now: datetime) -> None:
    """Give a member a passkey that proved itself."""
    passkey = Passkey(ids.new(), member_id, verified.credential_id, verified.public_key, verified.sign_count, name, now)
    if not passkeys.insert(session, passkey):
        raise ConflictError("That passkey is known here already.")


def remove(session: Session, passkey_id: UUID, *, member_id: UUID) -> None:
    """Take a passkey away, unless it is the last way in."""
    members.lock_one(session, member_id)
    held = {one.id for one in passkeys.of_member(session, member_id)}
    if passkey_id not in held:
        raise NotFoundError("There is no such passkey.")
    if len(held) == 1 and not recovery.left(session, member_id):
        raise ConflictError("That is the last way in. Add another passkey or make recovery codes first.")
    passkeys.remove(session, passkey_id, member_id)


def _begin(session: Session, purpose: str, member_id: UUID | None, now: datetime, kept_aside: dict[str, Any]) -> bytes:
    challenge = token_bytes(CHALLENGE_BYTES)
    ceremonies.insert(session, Ceremony(secrets.name_of(challenge), purpose, challenge, now + TAKES, member_id, kept_aside))
    return challenge


def _proofs() -> Any:
    # What reads and verifies passkeys is large, and most who come are signed in already.
    return import_module("server.actions.proofs")
