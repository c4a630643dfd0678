"""Recovery codes: ten ways in, each for one time, for whoever has no passkey at hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from secrets import token_bytes
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from server.db import Session
from server.domain import secrets
from server.domain.errors import InvalidError
from server.domain.secrets import Code
from server.store import ids, members, recovery
from server.store.recovery import RecoveryCode

CODES = 10
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
UNKNOWN = "That code is not known here, or it was used before."


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code that was just made: to be shown once, and its argon2id hash to be kept."""

    code: Code
    code_hash: str


def make() -> tuple[NewCode, ...]:
    """Ten new codes; slow, so not while a transaction is open."""
    codes = [secrets.code_of(token_bytes(secrets.CODE_BYTES)) for _ in range(CODES)]
    return tuple(NewCode(code, HASHER.hash(code.secret)) for code in codes)


def replace(session: Session, member_id: UUID, codes: Sequence[NewCode], *, now: datetime) -> None:
    """Give a member new codes; the ones before are worth nothing from here on."""
    members.lock_one(session, member_id)
    recovery.drop(session, member_id)
    recovery.insert(session, [RecoveryCode(ids.new(), member_id, one.code.selector, one.code_hash, now) for one in codes])


def left(session: Session, member_id: UUID) -> int:
    """How many codes a member has not used."""
    return recovery.left(session, member_id)


def find(session: Session, code: Code | None) -> RecoveryCode | None:
    """What is kept of a code that was typed, not yet proved."""
    return recovery.by_selector(session, code.selector) if code else None


def prove(kept: RecoveryCode | None, code: Code | None) -> RecoveryCode:
    """The kept code if the typed one is it, else InvalidError; as slow for a code that nobody has, so not while a transaction is open."""
    try:
        HASHER.verify(kept.code_hash if kept else nobodys(), code.secret if code else "")
    except VerificationError:
        kept = None
    if kept is None:
        raise InvalidError(UNKNOWN, "code")
    return kept


def use(session: Session, kept: RecoveryCode, *, now: datetime) -> UUID:
    """Use a proved code up and return whose it is."""
    if not recovery.use(session, kept.id, now=now):
        raise InvalidError(UNKNOWN, "code")
    return kept.member_id


@cache
def nobodys() -> str:
    """The hash of what nobody has, to be compared with where nothing was found."""
    return HASHER.hash(secrets.token_of(token_bytes(secrets.TOKEN_BYTES)))
