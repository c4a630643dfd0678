"""Reviews: where each stands, who takes part, and what was said in it."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from server.db import Session, insert, moved, upsert
from server.db.tables import review_lines, review_seats, reviews
from server.domain.reviews import DECISIONS, LineKind
from server.store import sealing

Key = tuple[UUID, date]


@dataclass(frozen=True, slots=True)
class Review:
    """A bond's week being gone through: `step` counts from 0, `seconds` is how long they have sat together up to `heard_at`.

    One that was left before its end is closed by the next, and `goes_on_in` is that one's week.
    """

    bond_id: UUID
    to_on: date
    step: int
    minutes: int
    on_one_phone: bool
    begun_at: datetime
    seconds: int = 0
    heard_at: datetime | None = None
    paused_at: datetime | None = None
    closed_at: datetime | None = None
    goes_on_in: date | None = None

    @property
    def key(self) -> Key:
        return self.bond_id, self.to_on


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who takes part: up to which step they have said "next", and until when they count as here (never once it is closed)."""

    member_id: UUID
    ready: int = -1
    here_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Something said: a word, what becomes of a promise (a change holds `from_on`), or a moment that was planned."""

    id: UUID
    bond_id: UUID
    to_on: date
    member_id: UUID
    kind: LineKind
    said_at: datetime
    text: str = ""
    promise_id: UUID | None = None
    moment_id: UUID | None = None
    from_on: date | None = None


NAMES = tuple(one.name for one in fields(Review))
LINE = tuple(one.name for one in fields(Line))


def put(session: Session, review: Review) -> None:
    written = upsert(session, reviews, NAMES[:2], NAMES[2:])
    session.execute(written, {name: getattr(review, name) for name in NAMES})


def get(session: Session, bond_id: UUID, to_on: date) -> Review | None:
    row = session.execute(select(reviews).where(reviews.c.bond_id == bond_id, reviews.c.to_on == to_on)).one_or_none()
    return Review(**row._mapping) if row else None


def unfinished_before(session: Session, bond_id: UUID, to_on: date) -> Review | None:
    """The latest one of an earlier week that was neither closed nor taken up again."""
    query = select(reviews).where(reviews.c.bond_id == bond_id, reviews.c.to_on < to_on, reviews.c.closed_at.is_(None))
    row = session.execute(query.order_by(reviews.c.to_on.desc()).limit(1)).one_or_none()
    return Review(**row._mapping) if row else None


def taken_up(session: Session, bond_id: UUID, to_on: date) -> Review | None:
    """The one that was left before its end and goes on in this week's."""
    query = select(reviews).where(reviews.c.bond_id == bond_id, reviews.c.goes_on_in == to_on)
    row = session.execute(query.order_by(reviews.c.to_on.desc()).limit(1)).one_or_none()
    return Review(**row._mapping) if row else None


def put_seat(session: Session, key: Key, seat: Seat) -> None:
    written = upsert(session, review_seats, ("bond_id", "to_on", "member_id"), ("ready", "here_until"))
    row = {"bond_id": key[0], "to_on": key[1], "member_id": seat.member_id, "ready": seat.ready, "here_until": seat.here_until}
    session.execute(written, row)


def seats(session: Session, key: Key) -> dict[UUID, Seat]:
    """Who takes part."""
    columns = (review_seats.c.member_id, review_seats.c.ready, review_seats.c.here_until)
    rows = session.execute(select(*columns).where(review_seats.c.bond_id == key[0], review_seats.c.to_on == key[1]))
    return {row.member_id: Seat(*row) for row in rows}


def forget_who_was_here(session: Session, key: Key, *, until: datetime | None = None) -> bool:
    """Drop who was here, of those only who lapsed by an instant where one is given; whether there was anything to drop."""
    gone = [review_seats.c.bond_id == key[0], review_seats.c.to_on == key[1], review_seats.c.here_until.is_not(None)]
    if until is not None:
        gone.append(review_seats.c.here_until <= until)
    return session.execute(update(review_seats).where(*gone).values(here_until=None)).rowcount > 0


def put_line(session: Session, line: Line) -> None:
    row = {name: getattr(line, name) for name in LINE} | {"kind": line.kind.value}
    session.execute(insert(session, review_lines), sealing.sealed_row(session, review_lines, row))
    moved.note(session, [(line.bond_id, None)])


def line(session: Session, line_id: UUID) -> Line | None:
    row = session.execute(select(review_lines).where(review_lines.c.id == line_id)).one_or_none()
    return _line(session, row) if row else None


def lines(session: Session, keys: Collection[Key]) -> list[Line]:
    """What was said in these reviews, in order."""
    found = []
    for bond_id, to_on in keys:
        query = select(review_lines).where(review_lines.c.bond_id == bond_id, review_lines.c.to_on == to_on)
        found += [_line(session, row) for row in session.execute(query.order_by(review_lines.c.said_at, review_lines.c.id))]
    return found


def decisions(found: Collection[Line]) -> dict[UUID, Line]:
    """What was decided last about each promise."""
    return {one.promise_id: one for one in found if one.promise_id is not None and one.kind in DECISIONS}


def note(session: Session, review: Review) -> None:
    """Let the open pages of the bond know that it has moved."""
    moved.note(session, [(review.bond_id, None)])


def _line(session: Session, row: Any) -> Line:
    return Line(**{**sealing.opened_row(session, review_lines, row._mapping), "kind": LineKind(row.kind)})
