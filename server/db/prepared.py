"""Statements on the way of a tap: made once for each kind of database, and run without being looked at again.

The framework's own way to run a statement looks it up, copies what it is asked with and turns each value by itself, which takes
several times as long as the databases need to answer. These are made of the same tables, with the same types.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Insert,
    Select,
    Table,
    Text,
    Update,
    and_,
    any_,
    bindparam,
    cast,
    func,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from server.db import turning


class Many:
    """Many keys that are asked for, or many rows, by parameters that hold them all, so that the statement is the same for any number."""

    def __init__(self, dialect: Dialect) -> None:
        self._is_sqlite = dialect.name == "sqlite"
        self.turned: dict[str, Callable[[Any], Any]] = {}
        self.is_whole = False
        self.halved: dict[str, tuple[str, str]] = {}

    def of(self, name: str, column: Column[Any]) -> ColumnElement[bool]:
        """Whose column holds one of the values."""
        if not self._is_sqlite:
            return column == any_(self._array(name, column.type))
        written = turning.on_sqlite(column.type)
        self.turned[name] = lambda values: turning.listed([written(one) for one in values])
        found = func.json_each(bindparam(name, None, type_=Text)).table_valued("value")
        return column.in_(select(found.c.value))

    def among(self, column: Column[Any], query: Select[Any]) -> ColumnElement[bool]:
        """Whose column holds one of those that a query finds. PostgreSQL is to look for these, not through all to see whether they are."""
        return column.in_(query) if self._is_sqlite else column == any_(func.array(query.scalar_subquery()))

    def setting(self, table: Table, keys: Sequence[str], names: Sequence[str], *only: ColumnElement[bool]) -> Update:
        """UPDATE of rows by their keys, where `only` holds: one after the other on SQLite, on PostgreSQL all at once."""
        given = _single(table, (*keys, *names)) if self._is_sqlite else self._rows(table, (*keys, *names)).c
        these = (table.c[name] == given[name] for name in keys)
        return update(table).where(*these, *only).values({table.c[name]: given[name] for name in names})

    def putting(self, written: Insert, names: Sequence[str]) -> Insert:
        """INSERT of rows with these names: one after the other on SQLite, on PostgreSQL all at once, in their order."""
        if self._is_sqlite:
            return written
        given = self._rows(written.table, names)
        return written.from_select(list(names), select(*(given.c[name] for name in names)))

    def _rows(self, table: Any, names: Sequence[str]) -> Any:
        """Rows of a table that are given column by column."""
        self.is_whole = True
        given: Any = func.unnest(*(self._array(name, table.c[name].type) for name in names))
        return given.table_valued(*names, name="given").render_derived()

    def _array(self, name: str, type_: TypeEngine[Any]) -> Any:
        """Of PostgreSQL: values as its own text has them, which the driver hands on as it is."""
        written = turning.on_postgresql(type_)
        self.turned[name] = lambda values: "{" + ",".join(["NULL" if one is None else written(one) for one in values]) + "}"
        return cast(bindparam(name, None, type_=Text), ARRAY(type_, dimensions=1))

    def pairs(self, name: str, first: Column[Any], second: Column[Any]) -> tuple[Any, ColumnElement[bool]]:
        """The pairs that are asked for, each once, as rows to join, and the condition that two columns hold one of them.

        Asked of both columns at once, SQLite looks for the first by its index and reads all that it finds.
        """
        found, one, other = self.halves(name, first, second)
        return found, and_(first == one, second == other)

    def halves(self, name: str, first: Column[Any], second: Column[Any]) -> tuple[Any, Any, Any]:
        """The pairs as rows to join, and the two that each holds, of these columns' types."""
        columns = first, second
        if not self._is_sqlite:
            names = self.halved[name] = f"{name}_first", f"{name}_second"
            halves = (self._array(one, column.type) for one, column in zip(names, columns, strict=True))
            found: Any = func.unnest(*halves).table_valued("first", "second").render_derived()
            return found, found.c.first, found.c.second
        written = [turning.on_sqlite(one.type) for one in columns]
        self.turned[name] = lambda values: turning.listed([[turn(one) for turn, one in zip(written, pair, strict=True)] for pair in values])
        found = func.json_each(bindparam(name, None, type_=Text)).table_valued("value")
        one, other = (func.json_extract(found.c.value, f"$[{n}]", type_=column.type) for n, column in enumerate(columns))
        return found, one, other


class Prepared:
    """A statement by what it is made of; `make` is asked once for each kind of database. `names` are those that an INSERT writes."""

    def __init__(self, make: Callable[[Connection, Many], Any], names: Sequence[str] | None = None) -> None:
        self._make, self._names = make, names
        self._made: dict[str, _Made] = {}

    def rows(self, session: Connection, **asked: Any) -> list[Any]:
        """What a query finds, row by row."""
        made = self._for(session)
        return made.read(_run(session, made.text, made.parameters(asked)))

    def put(self, session: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Write rows, all with the same names, and return how many it were that were written."""
        if not rows:
            return 0
        made = self._for(session)
        given = made.whole(rows) if made.is_whole else made.many(rows)
        written: int = _run(session, made.text, given, many=not made.is_whole, counts=True)
        return written

    def _for(self, session: Connection) -> "_Made":
        found = self._made.get(session.dialect.name)
        if found is None:
            many = Many(session.dialect)
            statement = self._make(session, many)
            if self._names:
                statement = many.putting(statement, self._names)
            found = self._made[session.dialect.name] = _Made(statement, many, session.dialect, self._names)
        return found


def named(table: Table) -> Any:
    """A whole row of a table by the names of its columns."""
    shape: Any = namedtuple  # noqa: PYI024  # the table says of what type each is
    return shape(table.name, [column.name for column in table.columns])


class _Made:
    """A statement's text, the order and turning of what it is asked with, and of what it finds."""

    def __init__(self, statement: Any, many: Many, dialect: Dialect, names: Sequence[str] | None) -> None:
        self.is_whole = many.is_whole
        names = None if self.is_whole else names
        how: dict[str, Any] = {"column_keys": list(names), "for_executemany": True} if names else {}
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}, **how)
        self.text = str(compiled)
        binds = {name: many.turned.get(name) or turning.written(bind.type, dialect) for bind, name in compiled.bind_names.items()}
        self._halved = many.halved
        self._is_positional = bool(compiled.positional)
        self._order: list[str] = list(compiled.positiontup or compiled.params)
        self._turns = [binds.get(name) for name in self._order]
        # What stands in the statement itself is turned now, once.
        self._fixed = (
            {}
            if names
            else {
                name: turn(value) if (turn := binds.get(name)) and value is not None else value for name, value in compiled.params.items()
            }
        )
        found = getattr(statement, "selected_columns", None)
        self._reads: list[turning.Turned] = [turning.read(one.type, dialect) for one in found] if found is not None else []

    def parameters(self, asked: Mapping[str, Any]) -> Any:
        for name, halves in self._halved.items():
            asked = {**asked, **{one: [pair[n] for pair in asked[name]] for n, one in enumerate(halves)}}
        fixed = self._fixed
        turned = [
            (turn(asked[name]) if turn else asked[name]) if name in asked else fixed[name]
            for name, turn in zip(self._order, self._turns, strict=True)
        ]
        return tuple(turned) if self._is_positional else dict(zip(self._order, turned, strict=True))

    def whole(self, rows: Sequence[Mapping[str, Any]]) -> Any:
        """All rows by one set of parameters, each a column."""
        return self.parameters({name: [row[name] for row in rows] for name in rows[0]})

    def many(self, rows: Sequence[Mapping[str, Any]]) -> Any:
        """Turned column by column: whatever can be done by the whole column is not done value by value."""
        columns: list[Any] = [[row[name] for row in rows] for name in self._order]
        turned = zip(*(map(turn, one) if turn else one for turn, one in zip(self._turns, columns, strict=True)), strict=True)
        return list(turned) if self._is_positional else [dict(zip(self._order, row, strict=True)) for row in turned]

    def read(self, rows: list[Any]) -> list[Any]:
        if not rows or not any(self._reads):
            return rows
        columns = zip(*rows, strict=True)
        return list(zip(*(map(turn, one) if turn else one for turn, one in zip(self._reads, columns, strict=True)), strict=True))


def _run(session: Connection, text: str, parameters: Any, *, many: bool = False, counts: bool = False) -> Any:
    """Rows, or where it `counts` how many were written; whoever watches the statements of a connection is told of these too."""
    if session.dispatch.before_cursor_execute:
        result = session.exec_driver_sql(text, parameters, execution_options={"preserve_rowcount": True})
        return result.rowcount if counts else [tuple(row) for row in result]
    cursor = session.connection.cursor()
    try:
        (cursor.executemany if many else cursor.execute)(text, parameters)
        return cursor.rowcount if counts else cursor.fetchall()
    except session.dialect.loaded_dbapi.Error as error:
        base: Any = session.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(text, None, error, base, hide_parameters=True, dialect=session.dialect) from error
    finally:
        cursor.close()


def _single(table: Table, names: Sequence[str]) -> dict[str, Any]:
    return {name: bindparam(name, None, type_=table.c[name].type) for name in names}
