"""Bonds and who is in them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Row, Select, bindparam, func, select, true
from sqlalchemy import update as change

from server.db import Session, moved, scope
from server.db import insert as into
from server.db.dispatch import Part
from server.db.prepared import Prepared
from server.db.tables import bond_members, bonds, members, weaves
from server.domain.bonds import Kind
from server.domain.errors import NotFoundError
from server.domain.weeks import Review
from server.store.members import COLUMNS, Member, member_of


@dataclass(frozen=True, slots=True)
class Bond:
    """A relationship of two members or more; `review` holds its zone, weekday and local time."""

    id: UUID
    kind: Kind
    review: Review
    made_at: datetime
    next_review_on: date
    next_review_at: datetime
    closed_at: datetime | None = None

    @property
    def zone(self) -> str:
        return self.review.zone


_IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
# Whoever only writes a row that refers to a bond does not wait for its turn: a job that does could close a circle of waiting ones.
_LOCK = select(bonds.c.id).where(bonds.c.id.in_(_IDS)).order_by(bonds.c.id).with_for_update(key_share=True)
_AT_HOME = Prepared(
    lambda _, many: (
        select(bond_members.c.bond_id, *COLUMNS)
        .join(members, bond_members.c.member_id == members.c.id)
        .join(bonds, bonds.c.id == bond_members.c.bond_id)
        .where(many.of("ids", bond_members.c.bond_id), bond_members.c.left_at.is_(None), bonds.c.closed_at.is_(None))
        .order_by(bond_members.c.strand)
    )
)
_SEATED = Prepared(
    lambda _, many: (
        select(bond_members.c.bond_id, bond_members.c.member_id)
        .where(many.of("ids", bond_members.c.bond_id), bond_members.c.left_at.is_(None))
        .order_by(bond_members.c.strand)
    )
)
_SEATS = (
    select(bond_members.c.bond_id, bond_members.c.member_id)
    .join(bonds, bonds.c.id == bond_members.c.bond_id)
    .where(bond_members.c.bond_id.in_(_IDS), bond_members.c.left_at.is_(None), bonds.c.closed_at.is_(None))
)
_OF_MEMBER = (
    select(bonds)
    .join(bond_members, bond_members.c.bond_id == bonds.c.id)
    .where(bond_members.c.member_id == bindparam("the_member"), bond_members.c.left_at.is_(None), bonds.c.closed_at.is_(None))
    .order_by(bonds.c.made_at, bonds.c.id)
)
_PEOPLE = (
    select(bond_members.c.bond_id, *COLUMNS)
    .join(members, bond_members.c.member_id == members.c.id)
    .where(bond_members.c.bond_id.in_(_IDS), bond_members.c.left_at.is_(None))
    .order_by(bond_members.c.strand)
)


def insert(session: Session, bond: Bond) -> None:
    """Write a bond without members, and the weave that its days will be folded into."""
    row = {
        "id": bond.id,
        "kind": bond.kind.value,
        "zone": bond.zone,
        "review_weekday": bond.review.weekday,
        "review_time": bond.review.at,
        "made_at": bond.made_at,
        "next_review_on": bond.next_review_on,
        "next_review_at": bond.next_review_at,
    }
    scope.include(session, bond.id)
    session.execute(into(session, bonds), row)
    session.execute(into(session, weaves), {"bond_id": bond.id, "together": 0, "changed_at": bond.made_at, "unannounced": False})


def get(session: Session, bond_id: UUID) -> Bond:
    """The bond; NotFoundError where there is none."""
    row = session.execute(select(bonds).where(bonds.c.id == bond_id)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such bond.")
    return _bond(row)


def exists(session: Session, bond_id: UUID) -> bool:
    return session.scalar(select(bonds.c.id).where(bonds.c.id == bond_id)) is not None


def every(session: Session) -> list[Bond]:
    """Every bond there is, oldest first: for replay and rebuilding."""
    return [_bond(row) for row in session.execute(select(bonds).order_by(bonds.c.made_at, bonds.c.id))]


def of_member(session: Session, member_id: UUID) -> list[Bond]:
    """The bonds that a member is in and that are not closed, oldest first."""
    return [_bond(row) for row in session.execute(_OF_MEMBER, {"the_member": member_id})]


def members_of(session: Session, bond_id: UUID) -> list[Member]:
    """Those who are in the bond, in the order of their strands."""
    theirs = bond_members.c.member_id == members.c.id
    query = select(*COLUMNS).join(bond_members, theirs).where(bond_members.c.bond_id == bond_id, bond_members.c.left_at.is_(None))
    return [member_of(session, row) for row in session.execute(query.order_by(bond_members.c.strand))]


def people(session: Session, bond_ids: Collection[UUID]) -> dict[UUID, list[Member]]:
    """Those who are in each of these bonds, in the order of their strands."""
    found: dict[UUID, list[Member]] = {one: [] for one in bond_ids}
    if found:
        for row in session.execute(_PEOPLE, {"ids": list(bond_ids)}):
            found[row.bond_id].append(member_of(session, row[1:]))
    return found


def seated(session: Session, bond_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The ids of those who are in each of these bonds, in the order of their strands: for jobs, which need no names."""
    found: dict[UUID, list[UUID]] = {one: [] for one in bond_ids}
    for bond_id, member_id in _SEATED.rows(session, ids=found.keys()) if found else ():
        found[bond_id].append(member_id)
    return found


def at_home(session: Session, bond_ids: Collection[UUID]) -> dict[UUID, list[Member]]:
    """Those who are in each of these bonds, in the order of their strands; nobody is in a closed one."""
    found: dict[UUID, list[Member]] = {one: [] for one in bond_ids}
    for row in _AT_HOME.rows(session, ids=bond_ids) if bond_ids else ():
        found[row[0]].append(member_of(session, row[1:]))
    return found


def reviewing(session: Session, now: datetime, limit: int, part: Part | None = None) -> list[Bond]:
    """Bonds whose review moment has come, of a part where one is named, the longest due first: for jobs."""
    query = select(bonds).where(*_reviewing(now)).order_by(bonds.c.next_review_at)
    if part:
        query = query.where(bonds.c.id >= part.first, bonds.c.id < part.until if part.until else true())
    return [_bond(row) for row in session.execute(query.limit(limit))]


def reviewing_parts(session: Session, now: datetime, size: int) -> list[Part]:
    """The bonds whose review moment has come in parts of so many, by their ids: for jobs."""
    place = func.row_number().over(order_by=bonds.c.id).label("place")
    due = select(bonds.c.id, place).where(*_reviewing(now)).subquery()
    firsts = session.scalars(select(due.c.id).where((due.c.place - 1) % size == 0).order_by(due.c.id)).all()
    return [Part(first, until) for first, until in zip(firsts, [*firsts[1:], None], strict=True)] if firsts else []


def claim_reviews(session: Session, found: Sequence[Bond]) -> list[Bond]:
    """Those of these bonds that nobody has reviewed, moved or closed since they were read, each held until the transaction ends."""
    query = select(bonds.c.id, bonds.c.next_review_at).where(bonds.c.id.in_([bond.id for bond in found]), bonds.c.closed_at.is_(None))
    due = (
        {(row.id, row.next_review_at) for row in session.execute(query.order_by(bonds.c.id).with_for_update(key_share=True))}
        if found
        else set()
    )
    return [bond for bond in found if (bond.id, bond.next_review_at) in due]


def reviewed(session: Session, moments: Mapping[UUID, tuple[date, datetime]]) -> None:
    """Note each bond's next review: its day and its moment, in one statement."""
    rows = [{"the_bond": one, "next_review_on": day, "next_review_at": at} for one, (day, at) in moments.items()]
    if rows:
        session.execute(change(bonds).where(bonds.c.id == bindparam("the_bond")), rows)


def ids_of(member_id: UUID | BindParameter[UUID]) -> Select[tuple[UUID]]:
    """The bonds that a member is in and that are not closed, for other queries to ask about."""
    query = select(bonds.c.id).join(bond_members, bond_members.c.bond_id == bonds.c.id)
    return query.where(bond_members.c.member_id == member_id, bond_members.c.left_at.is_(None), bonds.c.closed_at.is_(None))


def seats(session: Session, bond_ids: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """Who is in these bonds, as pairs of bond and member; nobody is in a closed one."""
    return {(row.bond_id, row.member_id) for row in session.execute(_SEATS, {"ids": list(bond_ids)})} if bond_ids else set()


def lock(session: Session, bond_ids: Collection[UUID]) -> None:
    """Hold these bonds until the transaction ends, always in one order, so that two who want the same ones cannot deadlock."""
    # SQLite has one writer, whose transaction holds everything.
    if bond_ids and session.dialect.name != "sqlite":
        session.execute(_LOCK, {"ids": list(bond_ids)}).all()


def join(session: Session, bond_id: UUID, member_id: UUID, *, now: datetime) -> None:
    """Add a member on the next free strand; one who had left takes up their own again."""
    taken = select(func.max(bond_members.c.strand)).where(bond_members.c.bond_id == bond_id)
    last = session.execute(taken).scalar_one()
    row = into(session, bond_members).values(bond_id=bond_id, member_id=member_id, strand=0 if last is None else last + 1, joined_at=now)
    again = {"joined_at": now, "left_at": None}
    session.execute(row.on_conflict_do_update(index_elements=["bond_id", "member_id"], set_=again))
    moved.note(session, [(bond_id, None)])


def leave(session: Session, bond_id: UUID, member_id: UUID, *, now: datetime) -> bool:
    """Note that a member left; False where they are not in the bond. The others find out on their next visit, not at that moment."""
    moved.hush(session, bond_id, member_id)
    seat = (bond_members.c.bond_id == bond_id, bond_members.c.member_id == member_id, bond_members.c.left_at.is_(None))
    return session.execute(change(bond_members).where(*seat).values(left_at=now)).rowcount == 1


def update(session: Session, bond_id: UUID, **changes: Any) -> None:
    """Change columns of one bond, by name."""
    session.execute(change(bonds).where(bonds.c.id == bond_id).values(**changes))
    moved.note(session, [(bond_id, None)])


def _reviewing(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return bonds.c.next_review_at <= now, bonds.c.closed_at.is_(None)


def _bond(row: Row[Any]) -> Bond:
    review = Review(row.review_weekday, row.review_time, row.zone)
    return Bond(row.id, Kind(row.kind), review, row.made_at, row.next_review_on, row.next_review_at, row.closed_at)
