"""Personal tokens, by which a member's own programs come in."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select, update

from server.db import Session
from server.db import insert as into
from server.db.tables import tokens
from server.store import sealing


@dataclass(frozen=True, slots=True)
class Token:
    """A personal token without its secret; `scope` is read or write."""

    id: UUID
    member_id: UUID
    name: str
    scope: str
    made_at: datetime
    used_on: date | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """What decides whether a token is good: whose it is, what it may do, when it was used last."""

    id: UUID
    member_id: UUID
    scope: str
    used_on: date | None


COLUMNS = tuple(tokens.c[name] for name in Token.__slots__)
_BY_HASHES = select(tokens.c.token_hash, *(tokens.c[name] for name in Use.__slots__)).where(
    tokens.c.token_hash.in_(bindparam("hashes", expanding=True)), tokens.c.ended_at.is_(None)
)


def insert(session: Session, token: Token, *, token_hash: bytes) -> None:
    row = sealing.sealed_row(session, tokens, asdict(token))
    session.execute(into(session, tokens).values(**row, token_hash=token_hash))


def by_hash(session: Session, token_hash: bytes) -> Token | None:
    """The token that has not ended and whose secret has this hash."""
    row = session.execute(select(*COLUMNS).where(tokens.c.token_hash == token_hash, tokens.c.ended_at.is_(None))).one_or_none()
    return _token(session, row) if row else None


def by_hashes(session: Session, hashes: Collection[bytes]) -> dict[bytes, Use]:
    """The tokens that have not ended and whose secrets have these hashes; their names stay sealed."""
    return {row[0]: Use(*row[1:]) for row in session.execute(_BY_HASHES, {"hashes": list(hashes)})} if hashes else {}


def of_member(session: Session, member_id: UUID) -> list[Token]:
    """A member's tokens that have not ended, oldest first."""
    query = select(*COLUMNS).where(tokens.c.member_id == member_id, tokens.c.ended_at.is_(None))
    return [_token(session, row) for row in session.execute(query.order_by(tokens.c.made_at, tokens.c.id))]


def note_use(session: Session, token_id: UUID, on: date) -> None:
    session.execute(update(tokens).where(tokens.c.id == token_id).values(used_on=on))


def note_uses(session: Session, token_ids: Collection[UUID], on: date) -> None:
    """Note the day on which these tokens were used."""
    if token_ids:
        session.execute(update(tokens).where(tokens.c.id.in_(token_ids)).values(used_on=on))


def end(session: Session, token_id: UUID, member_id: UUID, *, now: datetime) -> bool:
    """End a member's token; False where it is not theirs or has ended."""
    mine = (tokens.c.id == token_id, tokens.c.member_id == member_id, tokens.c.ended_at.is_(None))
    return session.execute(update(tokens).where(*mine).values(ended_at=now)).rowcount == 1


def _token(session: Session, row: Row[Any]) -> Token:
    return Token(**sealing.opened_row(session, tokens, row._mapping))
