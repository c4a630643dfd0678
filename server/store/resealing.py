"""Sealing anew, under the newest key, what lies sealed under another; what somebody writes meanwhile is left to the next time round."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from sqlalchemy import Column, Table, bindparam, literal, or_, select, text, tuple_, update

from server.db import Session, sealing
from server.db.erasing import erasing
from server.db.tables import events
from server.store.sealing import SEALED, opened_row, sealed_row

TABLES: Sequence[Table] = tuple(dict.fromkeys(column.table for column in SEALED))
Key = tuple[Any, ...]


def reseal(session: Session, table: Table, after: Key | None, limit: int, *, waits: bool) -> tuple[Key | None, int]:
    """Seal anew what needs it in the next `limit` rows of a table, in order of key; return the last key, None at the end, and how many.

    A row that somebody is changing counts, and is sealed when they are done where this one `waits`, else left to the next time round.
    """
    keys, words = list(table.primary_key.columns), [column for column in SEALED if column.table is table]
    key: Any = tuple_(*keys) if len(keys) > 1 else keys[0]
    query = select(*dict.fromkeys((*keys, *(table.c[name] for one in words for name in SEALED[one].of), *words))).order_by(*keys)
    some = query.where(or_(*(one.is_not(None) for one in words))).limit(limit)
    rows = session.execute(some if after is None else some.where(key > _value(keys, after))).all()
    old = [row for row in rows if _is_sealed_otherwise(session, row._mapping, words)]
    if old:
        locked = query.where(key.in_([_value(keys, _key(keys, row)) for row in old]))
        locked = locked.with_for_update(key_share=True, skip_locked=not waits)
        found = [row._mapping for row in session.execute(locked)]
        _write(session, table, [(row, sealed_row(session, table, opened_row(session, table, row))) for row in found])
    return (_key(keys, rows[-1]) if len(rows) == limit else None), len(old)


def wait_for_writers(session: Session, table: Table) -> None:
    """Wait until whoever writes in a table has ended: they may have sealed before there was a new key. SQLite has one writer anyway."""
    if session.dialect.name == "postgresql":
        session.execute(text(f"LOCK TABLE {table.name} IN SHARE MODE"))


def _write(session: Session, table: Table, changes: Sequence[tuple[Mapping[Any, Any], Mapping[str, Any]]]) -> None:
    """The log lets what came with a line be changed only by who is named for it."""
    if not changes:
        return
    keys, words = list(table.primary_key.columns), [column.name for column in SEALED if column.table is table]
    changed = update(table).where(*(key == bindparam(f"the_{key.name}") for key in keys))
    changed = changed.values({name: bindparam(f"new_{name}", type_=table.c[name].type) for name in words})
    with ExitStack() as stack:
        for member_id in {old["member_id"] for old, _ in changes} if table is events else ():
            stack.enter_context(erasing(session, member_id))
        session.execute(
            changed,
            [{f"the_{key.name}": old[key.name] for key in keys} | {f"new_{name}": new[name] for name in words} for old, new in changes],
        )


def _key(keys: Sequence[Column[Any]], row: Any) -> Key:
    return tuple(row._mapping[one.name] for one in keys)


def _value(keys: Sequence[Column[Any]], values: Key) -> Any:
    """A key as a statement compares with it."""
    found = [literal(value, one.type) for one, value in zip(keys, values, strict=True)]
    row_of: Any = tuple_
    return row_of(*found) if len(found) > 1 else found[0]


def _is_sealed_otherwise(session: Session, row: Mapping[Any, Any], words: Sequence[Column[Any]]) -> bool:
    newest = sealing.of(session).newest
    return any(_is_old(row[one.name], SEALED[one].plain, newest) for one in words)


def _is_old(value: Any, plain: Collection[str], newest: str) -> bool:
    """Whether words, or any in a document, are sealed under another key than the newest."""
    if isinstance(value, Mapping):
        return any(_is_old(one, (), newest) for name, one in value.items() if name not in plain)
    if isinstance(value, list):
        return any(_is_old(one, (), newest) for one in value)
    return isinstance(value, str) and value != "" and sealing.key_of(value) != newest
