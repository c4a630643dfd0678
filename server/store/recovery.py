"""Recovery codes, of which only a slow hash is kept."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update

from server.db import Session
from server.db import insert as into
from server.db.tables import recovery_codes


@dataclass(frozen=True, slots=True)
class RecoveryCode:
    """A code that was not used yet: found by its selector, proved by its secret."""

    id: UUID
    member_id: UUID
    selector: str
    code_hash: str
    made_at: datetime


COLUMNS = tuple(recovery_codes.c[name] for name in RecoveryCode.__slots__)


def insert(session: Session, codes: Sequence[RecoveryCode]) -> None:
    session.execute(into(session, recovery_codes), [asdict(code) for code in codes])


def drop(session: Session, member_id: UUID) -> None:
    """Make all of a member's codes worthless, used or not."""
    session.execute(delete(recovery_codes).where(recovery_codes.c.member_id == member_id))


def by_selector(session: Session, selector: str) -> RecoveryCode | None:
    query = select(*COLUMNS).where(recovery_codes.c.selector == selector, recovery_codes.c.used_at.is_(None))
    row = session.execute(query).one_or_none()
    return RecoveryCode(**row._asdict()) if row else None


def use(session: Session, code_id: UUID, *, now: datetime) -> bool:
    """Use a code up; False where somebody was faster."""
    unused = (recovery_codes.c.id == code_id, recovery_codes.c.used_at.is_(None))
    return session.execute(update(recovery_codes).where(*unused).values(used_at=now)).rowcount == 1


def left(session: Session, member_id: UUID) -> int:
    """How many codes a member has not used."""
    mine = (recovery_codes.c.member_id == member_id, recovery_codes.c.used_at.is_(None))
    return session.execute(select(func.count()).select_from(recovery_codes).where(*mine)).scalar_one()
