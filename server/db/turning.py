"""Values as they lie in each database, and as Python's own."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import JSON, BigInteger, Boolean, Date, Dialect, Float, Integer, SmallInteger, String, Text, Time, Uuid
from sqlalchemy.types import TypeEngine

from server.db.types import EPOCH, MICROSECOND, Instant

Turned = Callable[[Any], Any] | None
REMEMBERED = 16_384


def read(type_: TypeEngine[Any], dialect: Dialect) -> Turned:
    """How a column's values are made Python's own; None where they are so already."""
    if dialect.name != "sqlite":
        return None  # The driver of PostgreSQL gives each value as what it is.
    if type(type_) in _READ_ON_SQLITE:
        return _READ_ON_SQLITE[type(type_)]
    return type_.dialect_impl(dialect).result_processor(dialect, None)


def written(type_: TypeEngine[Any], dialect: Dialect) -> Turned:
    """How a column's values are made the driver's; None where they go as they are."""
    if dialect.name == "sqlite" and type(type_) in _WRITTEN_ON_SQLITE:
        return _WRITTEN_ON_SQLITE[type(type_)]
    return type_.dialect_impl(dialect).bind_processor(dialect)


def on_sqlite(type_: TypeEngine[Any]) -> Callable[[Any], Any]:
    """How a column's values stand in a list that SQLite reads as JSON."""
    return _WRITTEN_ON_SQLITE[type(type_)] or _same


def on_postgresql(type_: TypeEngine[Any]) -> Callable[[Any], str]:
    """How a column's values, None apart, stand in the text of one of PostgreSQL's arrays."""
    return _WRITTEN_ON_POSTGRESQL[type(type_)]


def listed(values: Any) -> str:
    """As JSON."""
    return msgspec.json.encode(values).decode()


def _same(value: Any) -> Any:
    return value


@lru_cache(maxsize=REMEMBERED)
def _uuid(lies: str | None) -> UUID | None:
    """The same few ids are met in every table that a tap touches, and very many days settle at the same instant."""
    return None if lies is None else UUID(int=int(lies, 16))


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


@lru_cache(maxsize=REMEMBERED)
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


def _quoted(value: str) -> str:
    words = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{words}"'


_WRITTEN_ON_POSTGRESQL: dict[type[Any], Callable[[Any], str]] = {
    Uuid: lambda value: value.hex,
    Date: date.isoformat,
    Instant: datetime.isoformat,
    String: _quoted,
    Text: _quoted,
    JSON: lambda value: _quoted(listed(value)),
    **dict.fromkeys((Boolean, Float, Integer, SmallInteger, BigInteger), str),
}
_WRITTEN_ON_SQLITE: dict[type[Any], Turned] = {
    Uuid: lambda value: None if value is None else value.hex,
    Date: lambda value: None if value is None else value.isoformat(),
    Instant: lambda value: None if value is None else (value - EPOCH) // MICROSECOND,
    JSON: lambda value: None if value is None else listed(value),
    Boolean: None,
}
