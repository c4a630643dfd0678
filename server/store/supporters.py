"""Supporters of a bond: who was proposed, who agreed, what each member has opened to them, and what each lets be printed."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, or_, select, update

from server.db import Session, insert, moved, scope, upsert
from server.db.tables import bonds, printed_lines, supporter_consents, supporter_openings, supporters
from server.domain.exports import OwnOpening, OwnSupporter
from server.domain.supporting import Area, Opening
from server.store import sealing


@dataclass(frozen=True, slots=True)
class Supporter:
    """Somebody who was proposed for a bond, in their proposer's words; `member_id` once they came, `expires_at` while they are asked in."""

    id: UUID
    bond_id: UUID
    proposed_by: UUID
    who: str
    proposed_at: datetime
    expires_at: datetime | None = None
    member_id: UUID | None = None
    ended_at: datetime | None = None
    ended_by: UUID | None = None
    declined: bool = False


NAMES = tuple(one.name for one in fields(Supporter))
_COLUMNS = [supporters.c[name] for name in NAMES]
_HOLDS = supporters.c.ended_at.is_(None)


def put(session: Session, supporter: Supporter) -> None:
    row = {name: getattr(supporter, name) for name in NAMES}
    session.execute(insert(session, supporters), sealing.sealed_row(session, supporters, row))
    _note(session, supporter)


def of_bond(session: Session, bond_id: UUID) -> Supporter | None:
    """The one who is proposed or supports now; there is one at a time."""
    return _one(session, supporters.c.bond_id == bond_id, _HOLDS)


def latest(session: Session, bond_id: UUID) -> Supporter | None:
    """The one who was proposed last, also where that has ended."""
    query = select(*_COLUMNS).where(supporters.c.bond_id == bond_id).order_by(supporters.c.proposed_at.desc(), supporters.c.id.desc())
    row = session.execute(query.limit(1)).first()
    return _supporter(session, row) if row else None


def by_hash(session: Session, token_hash: bytes, *, now: datetime) -> Supporter | None:
    """The one whom an invitation that still stands asks in; none for a bond that is closed."""
    asked = (supporters.c.token_hash == token_hash, supporters.c.expires_at > now, _HOLDS)
    scope.holding(session, token_hash)
    if (found := _one(session, *asked)) is None:
        return None
    scope.include(session, found.bond_id)
    return _one(session, *asked, _in_an_open_bond())


def of_member(session: Session, member_id: UUID) -> list[Supporter]:
    """The bonds that somebody supports, in the order in which that was proposed; none that are closed."""
    query = select(*_COLUMNS).where(supporters.c.member_id == member_id, _HOLDS, _in_an_open_bond())
    return [_supporter(session, row) for row in session.execute(query.order_by(supporters.c.proposed_at, supporters.c.id))]


def supports(session: Session, bond_id: UUID, member_id: UUID) -> bool:
    """Whether somebody supports this bond now."""
    return any(one.bond_id == bond_id for one in of_member(session, member_id))


def ask_in(session: Session, supporter: Supporter, *, token_hash: bytes | None, expires_at: datetime | None) -> None:
    """Let a token ask them in until an instant; none takes it back."""
    changed = update(supporters).where(supporters.c.id == supporter.id, supporters.c.member_id.is_(None), _HOLDS)
    session.execute(changed.values(token_hash=token_hash, expires_at=expires_at))
    _note(session, supporter)


def come_in(session: Session, supporter: Supporter, member_id: UUID, *, now: datetime) -> bool:
    """Use the invitation up; False where somebody was faster, or it was taken back. Nobody is told when that is."""
    stands = (supporters.c.id == supporter.id, supporters.c.member_id.is_(None), supporters.c.expires_at > now, _HOLDS)
    came = update(supporters).where(*stands).values(member_id=member_id, token_hash=None, expires_at=None)
    return session.execute(came).rowcount == 1


def end(session: Session, supporter: Supporter, *, by: UUID, now: datetime, declined: bool = False) -> None:
    """End it at once; what was open is closed with it."""
    ended = update(supporters).where(supporters.c.id == supporter.id, _HOLDS)
    session.execute(ended.values(ended_at=now, ended_by=by, declined=declined, token_hash=None, expires_at=None))
    session.execute(delete(supporter_openings).where(supporter_openings.c.supporter_id == supporter.id))
    _note(session, supporter)


def consent(session: Session, supporter: Supporter, member_id: UUID) -> None:
    row = {"bond_id": supporter.bond_id, "supporter_id": supporter.id, "member_id": member_id}
    session.execute(insert(session, supporter_consents).on_conflict_do_nothing(), row)
    _note(session, supporter)


def consents(session: Session, supporter: Supporter) -> frozenset[UUID]:
    """Who has agreed to them."""
    query = select(supporter_consents.c.member_id).where(supporter_consents.c.supporter_id == supporter.id)
    return frozenset(session.scalars(query.where(supporter_consents.c.bond_id == supporter.bond_id)))


def openings(session: Session, supporter: Supporter) -> list[Opening]:
    """What each member has opened to them, also what has closed by itself and was not dropped yet."""
    table = supporter_openings
    query = select(table.c.member_id, table.c.area, table.c.open_until, table.c.lapses).where(table.c.supporter_id == supporter.id)
    rows = session.execute(query.where(table.c.bond_id == supporter.bond_id))
    return [Opening(row.member_id, Area(row.area), row.open_until, row.lapses) for row in rows]


def put_opening(session: Session, supporter: Supporter, opening: Opening) -> None:
    keys = ("bond_id", "supporter_id", "member_id", "area")
    row = {
        "bond_id": supporter.bond_id,
        "supporter_id": supporter.id,
        "member_id": opening.member_id,
        "area": opening.area.value,
        "open_until": opening.open_until,
        "lapses": opening.lapses,
    }
    session.execute(upsert(session, supporter_openings, keys, ("open_until", "lapses")), row)
    _note(session, supporter)


def close(session: Session, supporter: Supporter, member_id: UUID, area: Area) -> None:
    table = supporter_openings
    mine = (table.c.supporter_id == supporter.id, table.c.member_id == member_id, table.c.area == area.value)
    session.execute(delete(table).where(table.c.bond_id == supporter.bond_id, *mine))
    _note(session, supporter)


def printed(session: Session, bond_id: UUID) -> set[tuple[UUID, str]]:
    """The lines that their authors let be printed, each with its author."""
    query = select(printed_lines.c.member_id, printed_lines.c.line).where(printed_lines.c.bond_id == bond_id)
    return {(row.member_id, row.line) for row in session.execute(query)}


def print_only(session: Session, bond_id: UUID, member_id: UUID, lines: Collection[str]) -> None:
    """Let just these lines of a member be printed."""
    session.execute(delete(printed_lines).where(printed_lines.c.bond_id == bond_id, printed_lines.c.member_id == member_id))
    rows = [{"bond_id": bond_id, "member_id": member_id, "line": one} for one in sorted(lines)]
    if rows:
        session.execute(insert(session, printed_lines), rows)
    moved.note(session, [(bond_id, None)])


def proposed_by(session: Session, member_id: UUID) -> list[OwnSupporter]:
    """Whom a member has proposed, in the order in which they did."""
    query = select(*_COLUMNS).where(supporters.c.proposed_by == member_id).order_by(supporters.c.proposed_at)
    found = (_supporter(session, row) for row in session.execute(query))
    return [OwnSupporter(id=one.id, bond=one.bond_id, who=one.who, proposed_at=one.proposed_at, ended_at=one.ended_at) for one in found]


def opened_by(session: Session, member_id: UUID) -> list[OwnOpening]:
    """What a member has opened."""
    table = supporter_openings
    query = select(table.c.bond_id.label("bond"), table.c.area, table.c.open_until, table.c.lapses).where(table.c.member_id == member_id)
    return [OwnOpening(**row._mapping) for row in session.execute(query.order_by(table.c.open_until, table.c.area))]


def drop_closed(session: Session, before: datetime, limit: int) -> int:
    """Drop openings that closed by themselves before an instant; they are few, and go at once."""
    return session.execute(delete(supporter_openings).where(supporter_openings.c.open_until < before)).rowcount if limit else 0


def drop_member(session: Session, member_id: UUID) -> None:
    """Take away all that is a member's own here: what they proposed or supported ends with it."""
    mine = select(supporters.c.id).where(or_(supporters.c.proposed_by == member_id, supporters.c.member_id == member_id))
    for table in (supporter_openings, supporter_consents):
        session.execute(delete(table).where(or_(table.c.member_id == member_id, table.c.supporter_id.in_(mine))))
    session.execute(delete(supporters).where(supporters.c.id.in_(mine)))
    session.execute(update(supporters).where(supporters.c.ended_by == member_id).values(ended_by=None))
    session.execute(delete(printed_lines).where(printed_lines.c.member_id == member_id))


def drop_bond(session: Session, bond_id: UUID) -> None:
    """Take away all of a bond."""
    for table in (supporter_openings, supporter_consents, supporters, printed_lines):
        session.execute(delete(table).where(table.c.bond_id == bond_id))


def _one(session: Session, *which: Any) -> Supporter | None:
    row = session.execute(select(*_COLUMNS).where(*which)).one_or_none()
    return _supporter(session, row) if row else None


def _supporter(session: Session, row: Row[Any]) -> Supporter:
    return Supporter(**sealing.opened_row(session, supporters, row._mapping))


def _in_an_open_bond() -> Any:
    return supporters.c.bond_id.in_(select(bonds.c.id).where(bonds.c.closed_at.is_(None)))


def _note(session: Session, supporter: Supporter) -> None:
    moved.note(session, [(supporter.bond_id, None)])
