"""Joins within a bond: what two rows have in common, and always the bond."""

from collections.abc import Collection
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, or_

from server.db import Session
from server.db.tables import promises

Rows = FromClause
FEW = 8
"""Of so many bonds at most it pays to say which."""


class Owned(Protocol):
    """What is of a bond, or where it has none of its member."""

    @property
    def bond_id(self) -> UUID | None: ...

    @property
    def member_id(self) -> UUID: ...


def bound(one: Rows, other: Rows, **same: str) -> ColumnElement[bool]:
    """Rows of one bond, or of none, whose columns are the same: each named by the one's, with the other's name for it."""
    alike: list[Any] = [other.c[theirs] == one.c[ours] for ours, theirs in same.items()]
    return and_(*alike, other.c.bond_id.is_not_distinct_from(one.c.bond_id))


def its_promise(rows: Rows) -> ColumnElement[bool]:
    """The promise that a row is about."""
    return bound(rows, promises, promise_id="id")


def same_day(one: Rows, other: Rows) -> ColumnElement[bool]:
    """Rows about the same day of the same promise."""
    return bound(one, other, promise_id="promise_id", day="day")


def lying_with(session: Session, rows: Rows, some: Collection[Owned]) -> tuple[ColumnElement[bool], ...]:
    """That lines about these promises are of their bonds, or where they have none of their makers.

    It finds the same, but a log that is split by bond is then read in the one part; SQLite has no parts.
    """
    if session.dialect.name == "sqlite":
        return ()
    bonds = {one.bond_id for one in some if one.bond_id is not None}
    makers = {one.member_id for one in some if one.bond_id is None}
    if not 0 < len(bonds) + len(makers) <= FEW:
        return ()
    shared = [rows.c.bond_id.in_(sorted(bonds))] if bonds else []
    personal = [and_(rows.c.bond_id.is_(None), rows.c.member_id.in_(sorted(makers)))] if makers else []
    return (or_(*shared, *personal),)
