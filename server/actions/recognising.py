"""Who asks: those who come with the secret of a signed-in device or of a personal token, recognised all at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.actions.sessions import seen_since
from server.db import Session
from server.domain.errors import NotAllowedError, RefusedError, SignInNeededError
from server.store import sessions, tokens

NOBODY = "Sign in first, please."


@dataclass(frozen=True, slots=True)
class Shown:
    """The hash of a secret that somebody came with: a personal token's, or that of a device."""

    hash: bytes
    is_token: bool


@dataclass(frozen=True, slots=True)
class Speaker:
    """The member who speaks; `session_id` is the device, None where a personal token speaks for them."""

    member_id: UUID
    session_id: UUID | None


def recognise(session: Session, shown: Collection[Shown], *, now: datetime) -> dict[Shown, Speaker | RefusedError]:
    """Who comes with each of these secrets to say something, or why they may not; the day on which each was used is noted."""
    found: dict[Shown, Speaker | RefusedError] = {one: SignInNeededError(NOBODY) for one in shown}
    bearers, cookies = [one.hash for one in shown if one.is_token], [one.hash for one in shown if not one.is_token]
    by_token = tokens.by_hashes(session, bearers)
    for token_hash, token in by_token.items():
        found[Shown(token_hash, is_token=True)] = _of_token(token)
    by_cookie = sessions.by_hashes(session, cookies, now=now, seen_since=seen_since(now))
    for token_hash, device in by_cookie.items():
        found[Shown(token_hash, is_token=False)] = Speaker(device.member_id, device.id)
    today = now.date()
    tokens.note_uses(session, [one.id for one in by_token.values() if one.used_on != today], today)
    sessions.note_all_seen(session, [one.id for one in by_cookie.values() if one.seen_on < today], today)
    return found


def check_may_write(scope: str) -> None:
    """Refuse to write by a token that may only read (NotAllowedError)."""
    if scope != "write":
        raise NotAllowedError("This token may only read.")


def _of_token(token: tokens.Use) -> Speaker | RefusedError:
    try:
        check_may_write(token.scope)
    except NotAllowedError as refusal:
        return refusal
    return Speaker(token.member_id, None)
