"""Joins within a bond: what two rows have in common, and always the bond."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_

from server.db.tables import promises

Rows = FromClause


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
