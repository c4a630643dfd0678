"""Statements on the way of a tap: made once for each kind of database, and run without being looked at again.

The framework's own way to run a statement looks it up, copies what it is asked with and turns each value by itself, which takes
several times as long as the databases need to answer. These are made of the same tables, with the same types.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Dialect,
    Table,
    Text,
    Time,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from server.db.types import EPOCH, MICROSECOND, Instant

Turned = Callable[[Any], Any] | None
REMEMBERED = 16_384


class Many:
    """Which of many are asked for, by one parameter that holds them all, so that the statement is the same for any number."""

    def __init__(self, dialect: Dialect) -> None:
        self._is_sqlite = dialect.name == "sqlite"
        self.turned: dict[str, Callable[[Any], Any]] = {}
        self.halved: dict[str, tuple[str, str]] = {}

    def of(self, name: str, column: Column[Any]) -> ColumnElement[bool]:
        """Whose column holds one of the values."""
        if not self._is_sqlite:
            return column == any_(bindparam(name, None, type_=ARRAY(column.type)))
        written = _WRITTEN_ON_SQLITE[type(column.type)] or _same
        self.turned[name] = lambda values: _listed([written(one) for one in values])
        found = func.json_each(bindparam(name, None, type_=Text)).table_valued("value")
        return column.in_(select(found.c.value))

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
            halves = (bindparam(one, None, type_=ARRAY(column.type)) for one, column in zip(names, columns, strict=True))
            found: Any = func.unnest(*halves).table_valued("first", "second").render_derived()
            return found, found.c.first, found.c.second
        written = [_WRITTEN_ON_SQLITE[type(one.type)] or _same for one in columns]
        self.turned[name] = lambda values: _listed([[turn(one) for turn, one in zip(written, pair, strict=True)] for pair in values])
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
        return made.read(_run(session, made.text, made.parameters(asked), many=False))

    def put(self, session: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Write rows, all with the same names, and return how many it were that were written."""
        made = self._for(session)
        return _run(session, made.text, made.many(rows), many=True) if rows else 0

    def _for(self, session: Connection) -> "_Made":
        found = self._made.get(session.dialect.name)
        if found is None:
            many = Many(session.dialect)
            found = self._made[session.dialect.name] = _Made(self._make(session, many), many, session.dialect, self._names)
        return found


def named(table: Table) -> Any:
    """A whole row of a table by the names of its columns."""
    shape: Any = namedtuple  # noqa: PYI024  # the table says of what type each is
    return shape(table.name, [column.name for column in table.columns])


class _Made:
    """A statement's text, the order and turning of what it is asked with, and of what it finds."""

    def __init__(self, statement: Any, many: Many, dialect: Dialect, names: Sequence[str] | None) -> None:
        how: dict[str, Any] = {"column_keys": list(names), "for_executemany": True} if names else {}
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}, **how)
        self.text = str(compiled)
        binds = {name: many.turned.get(name) or _written(bind.type, dialect) for bind, name in compiled.bind_names.items()}
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
        self._reads: list[Turned] = [_read(one.type, dialect) for one in found] if found is not None else []

    def parameters(self, asked: Mapping[str, Any]) -> Any:
        for name, halves in self._halved.items():
            asked = {**asked, **{one: [pair[n] for pair in asked[name]] for n, one in enumerate(halves)}}
        fixed = self._fixed
        turned = [
            (turn(asked[name]) if turn else asked[name]) if name in asked else fixed[name]
            for name, turn in zip(self._order, self._turns, strict=True)
        ]
        return tuple(turned) if self._is_positional else dict(zip(self._order, turned, strict=True))

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


def _run(session: Connection, text: str, parameters: Any, *, many: bool) -> Any:
    """Rows, or with `many` how many were written; whoever watches the statements of a connection is told of these too."""
    if session.dispatch.before_cursor_execute:
        result = session.exec_driver_sql(text, parameters, execution_options={"preserve_rowcount": True})
        return result.rowcount if many else [tuple(row) for row in result]
    cursor = session.connection.cursor()
    try:
        (cursor.executemany if many else cursor.execute)(text, parameters)
        return cursor.rowcount if many else cursor.fetchall()
    except session.dialect.loaded_dbapi.Error as error:
        base: Any = session.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(text, None, error, base, hide_parameters=True, dialect=session.dialect) from error
    finally:
        cursor.close()


def _read(type_: TypeEngine[Any], dialect: Dialect) -> Turned:
    if dialect.name != "sqlite":
        return None  # The driver of PostgreSQL gives each value as what it is.
    if type(type_) in _READ_ON_SQLITE:
        return _READ_ON_SQLITE[type(type_)]
    return type_.dialect_impl(dialect).result_processor(dialect, None)


def _written(type_: TypeEngine[Any], dialect: Dialect) -> Turned:
    if dialect.name == "sqlite" and type(type_) in _WRITTEN_ON_SQLITE:
        return _WRITTEN_ON_SQLITE[type(type_)]
    return type_.dialect_impl(dialect).bind_processor(dialect)


def _same(value: Any) -> Any:
    return value


def _listed(values: Any) -> str:
    return msgspec.json.encode(values).decode()


@lru_cache(maxsize=REMEMBERED)
def _uuid(lies: str | None) -> UUID | None:
    """The same few ids are met in every table that a tap touches."""
    return None if lies is None else UUID(lies)


@lru_cache(maxsize=REMEMBERED)
def _date(lies: str | None) -> date | None:
    return None if lies is None else date.fromisoformat(lies)


@lru_cache(maxsize=REMEMBERED)
def _time(lies: str | None) -> time | None:
    return None if lies is None else time.fromisoformat(lies)


def _document(lies: str | None) -> Any:
    return None if lies is None else msgspec.json.decode(lies)


def _truth(lies: int | None) -> bool | None:
    return None if lies is None else lies != 0


def _instant(lies: int | None) -> datetime | None:
    return None if lies is None else EPOCH + timedelta(microseconds=lies)


_READ_ON_SQLITE: dict[type[Any], Turned] = {
    Uuid: _uuid,
    Date: _date,
    Time: _time,
    Instant: _instant,
    JSON: _document,
    Boolean: _truth,
}
_WRITTEN_ON_SQLITE: dict[type[Any], Turned] = {
    Uuid: lambda value: None if value is None else value.hex,
    Date: lambda value: None if value is None else value.isoformat(),
    Instant: lambda value: None if value is None else (value - EPOCH) // MICROSECOND,
    JSON: lambda value: None if value is None else _listed(value),
    Boolean: None,
}
