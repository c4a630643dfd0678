"""Handing an account over from a phone that is signed in: claimed on the new one, confirmed on the old one."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from uuid import UUID

from argon2.exceptions import VerificationError

from server.actions import limits, recovery
from server.db import Session
from server.domain import handing as rules
from server.domain import secrets
from server.domain.errors import ConflictError, InvalidError, NotFoundError
from server.domain.handing import Stage
from server.domain.secrets import Code
from server.store import hand_overs, ids
from server.store.hand_overs import HandOver

UNKNOWN = "That code is not known here. It lasts ten minutes and works once."
GONE = "This has ended. Begin once more on the phone that is signed in."


@dataclass(frozen=True, slots=True)
class Fresh:
    """What is shown once on the old phone, and what is kept of it: a code to type and a token for its picture."""

    code: Code
    code_hash: str
    token: str


def make() -> Fresh:
    """A new code and token; slow, so not while a transaction is open."""
    code = secrets.code_of(token_bytes(secrets.SHORT_BYTES), rules.SELECTOR)
    return Fresh(code, recovery.HASHER.hash(code.secret), secrets.token_of(token_bytes(secrets.TOKEN_BYTES)))


def begin(session: Session, fresh: Fresh, *, member_id: UUID, session_id: UUID | None, now: datetime) -> None:
    """Begin to hand a member's account over on a device that is signed in; one that was begun before has ended."""
    if session_id is None:
        raise NotFoundError("This is begun on a phone that is signed in.")
    hand_overs.drop(session, member_id)
    made = HandOver(ids.new(), member_id, session_id, fresh.code.selector, fresh.code_hash, now, now + rules.LASTS)
    if not hand_overs.insert(session, made, token_hash=secrets.hash_of(fresh.token)):
        raise ConflictError("That did not work out. Please try once more.")


def count_try(session: Session, address: str, *, now: datetime) -> None:
    """Count one try from an address and one of all together; commit it before the try itself."""
    limits.take(session, f"hand-over:{address}", rules.AN_ADDRESS, now=now)
    limits.take(session, "hand-over", rules.ALL_TOGETHER, now=now)


def find(session: Session, typed: str, *, now: datetime) -> tuple[HandOver | None, Code | None]:
    """What stands under a code or a token, not yet proved, and the code as it was typed; a try of a code is counted with it."""
    code = secrets.read_code(typed, rules.SELECTOR, rules.SECRET)
    if code:
        return hand_overs.by_selector(session, code.selector, most=rules.MOST_TRIES, now=now), code
    return hand_overs.by_token(session, secrets.hash_of(typed), most=rules.MOST_TRIES, now=now), None


def prove(found: HandOver | None, code: Code | None) -> HandOver:
    """The hand-over if the code is its own, else InvalidError; slow, and as slow for a code that nobody has."""
    if code:
        try:
            recovery.HASHER.verify(found.code_hash if found else recovery.nobodys(), code.secret)
        except VerificationError:
            found = None
    if found is None:
        raise InvalidError(UNKNOWN, "hand_code")
    return found


def claim(session: Session, found: HandOver, *, device: str, has_script: bool, now: datetime) -> str:
    """Claim a proved one for the phone that asks and return the token by which it goes on; nobody is signed in by that."""
    token = secrets.token_of(token_bytes(secrets.TOKEN_BYTES))
    number = rules.number_of(token_bytes(8))
    held = secrets.hash_of(token)
    if not hand_overs.claim(session, found.id, claim_hash=held, device=device, number=number, has_script=has_script, now=now):
        raise InvalidError(UNKNOWN, "hand_code")
    return token


def of_device(session: Session, session_id: UUID | None, *, now: datetime) -> HandOver | None:
    """The hand-over that was begun on this device and has not ended."""
    return hand_overs.of_session(session, session_id, now=now) if session_id else None


def of_claim(session: Session, token: str, *, now: datetime) -> HandOver | None:
    """The hand-over that the phone with this token has claimed, while it stands."""
    return hand_overs.by_claim(session, secrets.hash_of(token), now=now) if token else None


def stage(found: HandOver | None) -> Stage:
    """How far a hand-over has got."""
    if found is None or found.used_at:
        return Stage.OVER
    if found.confirmed_at:
        return Stage.CONFIRMED
    return Stage.CLAIMED if found.device is not None else Stage.WAITS


def bind(session: Session, session_id: UUID | None, commitment: str, *, now: datetime) -> None:
    """Let the old phone bind itself to a key that it does not show yet."""
    found = _mine(session, session_id, now)
    _must(hand_overs.commit(session, found.id, rules.bytes_of(commitment, rules.HASH_BYTES, "commitment")))


def answer(session: Session, token: str, key: str, *, now: datetime) -> None:
    """Let the new phone show its key, once."""
    found = _claimed(session, token, now)
    _must(hand_overs.answer(session, found.id, rules.bytes_of(key, rules.KEY_BYTES, "key")))


def reveal(session: Session, session_id: UUID | None, key: str, nonce: str, *, now: datetime) -> None:
    """Let the old phone show the key that it has bound itself to, once, and only after the other's."""
    found = _mine(session, session_id, now)
    ours, once = rules.bytes_of(key, rules.KEY_BYTES, "key"), rules.bytes_of(nonce, rules.NONCE_BYTES, "nonce")
    _must(hand_overs.reveal(session, found.id, our_key=ours, nonce=once))


def confirm(session: Session, session_id: UUID | None, *, sealed: str, now: datetime) -> None:
    """Say on the old phone that it is one's own that asks; what is sealed goes along."""
    found = _mine(session, session_id, now)
    expires_at = max(found.expires_at, now + rules.TO_COME_IN)
    _must(hand_overs.confirm(session, found.id, sealed=rules.sealed_of(sealed), expires_at=expires_at, now=now))


def end(session: Session, session_id: UUID | None, *, now: datetime) -> None:
    """Say no, or take it back; after that nothing of it works any more."""
    _must(hand_overs.end(session, _mine(session, session_id, now).id, now=now))


def use(session: Session, token: str, *, now: datetime) -> HandOver:
    """Use a confirmed one up and return it as it was, with whose it is and what was sealed."""
    found = _claimed(session, token, now)
    _must(hand_overs.use(session, found.id, now=now))
    return found


def _mine(session: Session, session_id: UUID | None, now: datetime) -> HandOver:
    found = of_device(session, session_id, now=now)
    if found is None:
        raise NotFoundError(GONE)
    return found


def _claimed(session: Session, token: str, now: datetime) -> HandOver:
    found = of_claim(session, token, now=now)
    if found is None:
        raise NotFoundError(GONE)
    return found


def _must(happened: object) -> None:
    if not happened:
        raise ConflictError(GONE)
