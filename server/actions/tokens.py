"""Personal tokens, by which a member's own programs come in."""

from datetime import datetime
from secrets import token_bytes
from uuid import UUID

from server.db import Session
from server.domain import members, secrets
from server.domain.errors import InvalidError, NotFoundError
from server.store import ids, tokens
from server.store.tokens import Token

SCOPES = ("read", "write")


def make(session: Session, member_id: UUID, *, name: str, scope: str, now: datetime) -> str:
    """Make a token and return its secret, which nothing can show again."""
    if scope not in SCOPES:
        raise InvalidError("A token may read, or read and write.", "scope")
    secret = secrets.token_of(token_bytes(secrets.TOKEN_BYTES))
    made = Token(ids.new(), member_id, members.name_of(name, "token_name"), scope, now)
    tokens.insert(session, made, token_hash=secrets.hash_of(secret))
    return secret


def by_bearer(session: Session, secret: str) -> Token | None:
    """The token with this secret, unless it has ended."""
    return tokens.by_hash(session, secrets.hash_of(secret))


def note_use(session: Session, token_id: UUID, *, now: datetime) -> None:
    """Note the day on which a token was used; nothing finer is kept."""
    tokens.note_use(session, token_id, now.date())


def end(session: Session, token_id: UUID, *, member_id: UUID, now: datetime) -> None:
    """Make a member's token worthless."""
    if not tokens.end(session, token_id, member_id, now=now):
        raise NotFoundError("There is no such token.")
