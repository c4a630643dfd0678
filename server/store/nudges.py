"""Nudges between members, and what each receiver wants of them; the database itself takes one a day from one to another."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update

from server.db import Session, insert, moved, upsert
from server.db.tables import nudge_choices, nudge_mutes, nudges
from server.domain.exports import OwnNudges
from server.domain.nudges import MOST


@dataclass(frozen=True, slots=True)
class Nudge:
    """A tap of one member for another, on a day in the bond's zone."""

    bond_id: UUID
    from_id: UUID
    to_id: UUID
    day: date


@dataclass(frozen=True, slots=True)
class Wish:
    """What a receiver wants: at most so many a day, and none from these, each muted in one bond."""

    most: int = MOST
    muted: frozenset[tuple[UUID, UUID]] = frozenset()


_COLUMNS = (nudges.c.bond_id, nudges.c.from_id, nudges.c.to_id, nudges.c.day)


def put(session: Session, nudge: Nudge, *, now: datetime) -> None:
    """Write it; a second one of that day changes nothing. Whether it reaches anybody is found out later, away from who tapped."""
    row = {"bond_id": nudge.bond_id, "from_id": nudge.from_id, "to_id": nudge.to_id, "day": nudge.day, "at": now}
    session.execute(insert(session, nudges).on_conflict_do_nothing(), row)
    moved.note(session, [(None, nudge.from_id)])


def sent(session: Session, bond_id: UUID, from_id: UUID, day: date) -> set[UUID]:
    """Whom a member has nudged on a day."""
    mine = (nudges.c.bond_id == bond_id, nudges.c.from_id == from_id, nudges.c.day == day)
    return set(session.scalars(select(nudges.c.to_id).where(*mine)))


def count_reached(session: Session, to_id: UUID, day: date) -> int:
    query = select(func.count()).select_from(nudges).where(nudges.c.to_id == to_id, nudges.c.day == day, nudges.c.reached)
    return session.execute(query).scalar_one()


def not_looked_at(session: Session, limit: int) -> list[Nudge]:
    """Those of which nobody has found out yet whether they reach their receiver, each held until the transaction ends: for jobs."""
    query = select(*_COLUMNS).where(nudges.c.reached.is_(None)).order_by(nudges.c.at, nudges.c.from_id).limit(limit)
    return [Nudge(*row) for row in session.execute(query.with_for_update(skip_locked=True))]


def settle(session: Session, nudge: Nudge, *, reaches: bool) -> None:
    """Note whether it reaches its receiver, who alone is told."""
    which = [getattr(nudges.c, name) == getattr(nudge, name) for name in Nudge.__slots__]
    session.execute(update(nudges).where(*which).values(reached=reaches))
    if reaches:
        moved.note(session, [(None, nudge.to_id)])


def wish(session: Session, member_id: UUID) -> Wish:
    """What a member wants of nudges."""
    most = session.execute(select(nudge_choices.c.most).where(nudge_choices.c.member_id == member_id)).scalar()
    muted = session.execute(select(nudge_mutes.c.bond_id, nudge_mutes.c.from_id).where(nudge_mutes.c.member_id == member_id))
    return Wish(MOST if most is None else most, frozenset((row.bond_id, row.from_id) for row in muted))


def choose(session: Session, member_id: UUID, most: int) -> None:
    session.execute(upsert(session, nudge_choices, ("member_id",), ("most",)), {"member_id": member_id, "most": most})
    moved.note(session, [(None, member_id)])


def mute(session: Session, bond_id: UUID, member_id: UUID, from_id: UUID) -> None:
    """Let nothing of one member reach another; only who mutes is told."""
    row = {"bond_id": bond_id, "member_id": member_id, "from_id": from_id}
    session.execute(insert(session, nudge_mutes).on_conflict_do_nothing(), row)
    moved.note(session, [(None, member_id)])


def unmute(session: Session, bond_id: UUID, member_id: UUID, from_id: UUID) -> None:
    mine = (nudge_mutes.c.bond_id == bond_id, nudge_mutes.c.member_id == member_id, nudge_mutes.c.from_id == from_id)
    session.execute(delete(nudge_mutes).where(*mine))
    moved.note(session, [(None, member_id)])


def wished(session: Session, member_id: UUID) -> list[OwnNudges]:
    """What a member wants of nudges, where they chose something, as they take it along: without whom they mute, only where."""
    found = wish(session, member_id)
    return [OwnNudges(most=found.most, muted_in=sorted(bond_id for bond_id, _ in found.muted))] if found != Wish() else []


def drop_old(session: Session, before: datetime, limit: int) -> int:
    """Drop nudges from before an instant: nobody counts them."""
    return session.execute(delete(nudges).where(nudges.c.at < before)).rowcount if limit else 0


def drop_member(session: Session, member_id: UUID) -> None:
    """Take away all that a member sent, was sent and chose."""
    session.execute(delete(nudges).where(or_(nudges.c.from_id == member_id, nudges.c.to_id == member_id)))
    session.execute(delete(nudge_mutes).where(or_(nudge_mutes.c.from_id == member_id, nudge_mutes.c.member_id == member_id)))
    session.execute(delete(nudge_choices).where(nudge_choices.c.member_id == member_id))


def drop_bond(session: Session, bond_id: UUID) -> None:
    """Take away all of a bond."""
    for table in (nudges, nudge_mutes):
        session.execute(delete(table).where(table.c.bond_id == bond_id))
