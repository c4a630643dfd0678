"""Column types that both databases keep alike."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, ColumnElement, DateTime, Dialect, Interval, func, literal
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC: timestamptz on PostgreSQL, microseconds since 1970 on SQLite, where text would not sort by time."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=True) if dialect.name == "postgresql" else BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None or isinstance(value, datetime):
            return value
        return EPOCH + timedelta(microseconds=value)


Document = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def earlier(dialect: Dialect, column: ColumnElement[Any], by: timedelta) -> ColumnElement[Any]:
    """A column of dates or instants, moved back by a time, for queries to compare with."""
    if dialect.name == "postgresql":
        return column - literal(by, Interval)
    return column - literal(by // MICROSECOND, BigInteger) if isinstance(column.type, Instant) else func.date(column, f"-{by.days} days")
