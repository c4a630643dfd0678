"""What the statements of a test run are held to: two tables of bonds are joined by the bond too."""

from typing import Any
from weakref import WeakSet

from sqlalchemy import Table, TableClause
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression

ALIKE = frozenset({operators.eq, operators.is_, operators.is_not_distinct_from})
PERSONS = ("member_id", "inviter_id", "from_id", "to_id", "proposed_by", "hurt_id", "answered_by")
"""A person is the same in all of their bonds, so what is joined by a person alone is theirs."""
_seen: WeakSet[Any] = WeakSet()


def loose_joins(statement: Any) -> set[frozenset[str]]:
    """The pairs of tables of bonds that a statement compares by a column, and nowhere by the bond."""
    joined: set[frozenset[Any]] = set()
    bound: set[frozenset[Any]] = set()
    for element in visitors.iterate(statement):
        if isinstance(element, BinaryExpression) and element.operator in ALIKE:
            sides = [(_rows(side), side) for side in (element.left, element.right)]
            pair = frozenset(rows for rows, _ in sides if rows is not None)
            if len(pair) == 2:
                by_person = all(side.name in PERSONS for _, side in sides)
                (bound if all(_is_bond(*side) for side in sides) else set() if by_person else joined).add(pair)
    return {frozenset(rows.name for rows in pair) for pair in joined - bound}


def hold(connection: Any, cursor: Any, text: str, parameters: Any, context: Any, many: bool) -> None:
    """Refuse a statement with a loose join, once for each way in which it was compiled."""
    compiled = context and context.compiled
    if compiled is None or compiled in _seen:
        return
    _seen.add(compiled)
    assert not (found := loose_joins(compiled.statement)), f"{sorted(map(sorted, found))} are joined without their bond: {text}"


def _rows(side: Any) -> Any:
    """The table, alias or subquery of a bond's rows that a side of a comparison is a column of; migrations name tables of other shapes."""
    rows = getattr(side, "table", None)
    if type(rows) is TableClause:
        return None
    return rows if rows is not None and ("bond_id" in rows.c or _is_bonds(rows)) else None


def _is_bond(rows: Any, column: Any) -> bool:
    return column.name == ("id" if _is_bonds(rows) else "bond_id")


def _is_bonds(rows: Any) -> bool:
    table = getattr(rows, "element", rows)
    return isinstance(table, Table) and table.name == "bonds"
