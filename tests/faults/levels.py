"""A database as each earlier version left it, with rows in every table that there was, and what must be left of them."""

import json
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import command

from server.db import Database, Session, tables, upgrade
from server.db.types import Instant
from server.store import sealing

KEYS, WHOLE = "column_keys", "sealed"
MADE_AT = datetime(2026, 3, 20, 16, tzinfo=UTC)
DAY = date(2026, 3, 20)
SPACE = UUID(int=7)
NOOR, SAM, BOND, PROMISE = (uuid5(SPACE, name) for name in ("noor", "sam", "bond", "promise"))
MEANT: dict[str, Any] = {
    "zone": "Europe/Berlin",
    "day_start": time(3),
    "kind": "kept",
    "rule": "FREQ=DAILY",
    "area": "time",
    "outcome": "kept",
    "state": "sent",
    "appearance": "phone",
    "bond_id": BOND,
    "member_id": NOOR,
    "promise_id": PROMISE,
    "sent": {"day": "2026-03-20", "line": "It was good to eat together."},
    "times": None,
    "left_at": None,
    "closed_at": None,
    "ended_at": None,
    "released_on": None,
    "grown_from": None,
}
OF_TABLES: dict[str, list[dict[str, Any]]] = {
    "members": [{"id": NOOR, "name": "Noor"}, {"id": SAM, "name": "Sam"}],
    "bonds": [{"id": BOND, "kind": "partners"}],
    "bond_members": [{"member_id": NOOR, "strand": 1}, {"member_id": SAM, "strand": 2}],
    "promises": [{"id": PROMISE}, {"id": uuid5(SPACE, "own"), "bond_id": None}],
    "pauses": [{"promise_id": None, "member_id": NOOR, "bond_id": None}],
    "events": [{"id": uuid5(SPACE, f"event {n}"), "seq": n} for n in (1, 2, 3)],
    "reviews": [{"to_on": DAY}],
    KEYS: [],
}
Rows = dict[str, list[dict[str, Any]]]


def levels() -> list[str]:
    """Every earlier version's last migration, oldest first."""
    return upgrade.known()[:-1]


def bring_to(database: Database, level: str) -> None:
    """Make the tables of an earlier version."""
    with upgrade._alone(database) as session:
        config = upgrade._config()
        config.attributes["connection"] = session
        command.upgrade(config, level)


def fill(database: Database) -> Rows:
    """Write rows that fit into every table, as that version would have, and return them as they are meant."""
    with database.write() as session:
        found = _reflected(session)
        written: Rows = {}
        for table in found.sorted_tables:
            typed = _typed(table)
            rows = OF_TABLES.get(table.name, [{}])
            written[table.name] = [_row(table, typed, own, written) for own in rows]
            lies = [_sealed(session, table, row) for row in written[table.name]] if KEYS in found.tables else written[table.name]
            if lies:
                session.execute(typed.insert(), lies)
    return written


def contents(database: Database) -> Rows:
    """Every row of every table that there is, as it lies there."""
    with database.read() as session:
        return {table.name: _rows(session, _typed(table)) for table in _reflected(session).sorted_tables}


def readable(database: Database) -> Rows:
    """Every row of every table of this version, with its words opened."""
    sealed = {column.table for column in sealing.SEALED}
    with database.read() as session:
        return {
            table.name: [
                _unwrapped(sealing.opened_row(session, table, row._mapping) if table in sealed else row._mapping)
                for row in session.execute(table.select())
            ]
            for table in tables.metadata.sorted_tables
        }


def missing(before: Rows, after: Rows) -> list[str]:
    """The rows of before, by the columns that are left of them, that are not there any more."""
    gone = []
    for name, rows in before.items():
        columns = set(rows[0] if rows else ()) & set(after[name][0] if after[name] else ())
        left = [_comparable(row, columns) for row in after[name]]
        gone += [f"{name}: {row}" for row in rows if _comparable(row, columns) not in left]
    return gone


def _comparable(row: dict[str, Any], columns: set[str]) -> dict[str, Any]:
    return {name: row[name] for name in sorted(columns)}


def _sealed(session: Session, table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    """The row as it lies in a version that seals words: for its bond, also where only later versions have that in the row."""
    known = tables.metadata.tables[table.name]
    if known not in {column.table for column in sealing.SEALED}:
        return row
    whose = {"bond_id": BOND} if "bond_id" in known.c and "bond_id" not in row else {}
    wrapped = {name: {WHOLE: json.dumps(value)} if (table.name, name) == ("weeks", "summary") else value for name, value in row.items()}
    lies = sealing.sealed_row(session, known, whose | wrapped)
    return {name: lies[name] for name in row}


def _unwrapped(row: Any) -> dict[str, Any]:
    """A document that is sealed whole, as the document."""
    return {name: json.loads(value[WHOLE]) if isinstance(value, dict) and set(value) == {WHOLE} else value for name, value in row.items()}


def _reflected(session: Session) -> sa.MetaData:
    found = sa.MetaData()
    found.reflect(session)
    found.remove(found.tables["alembic_version"])
    return found


def _typed(table: sa.Table) -> Any:
    """The table as it is, its columns of the types that we know them by."""
    known = tables.metadata.tables.get(table.name)
    typed = known.c if known is not None else {}
    columns = [sa.column(one.name, typed[one.name].type if one.name in typed else one.type) for one in table.columns]
    return sa.table(table.name, *columns)


def _rows(session: Session, typed: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in session.execute(sa.select(typed))]


def _row(table: sa.Table, typed: Any, own: dict[str, Any], written: Rows) -> dict[str, Any]:
    row = {one.name: own[one.name] if one.name in own else _value(table, one.name, typed.c[one.name].type) for one in table.columns}
    for key in table.foreign_key_constraints:
        for element in key.elements:
            name, referred = element.parent.name, element.column
            if name not in own and row[name] is not None and referred.table.name != table.name and name not in MEANT:
                row[name] = written[referred.table.name][0][referred.name]
    return row


def _value(table: sa.Table, name: str, of_type: Any) -> Any:
    """Something of the column's type that says where it is from."""
    if name in MEANT and (MEANT[name] is not None or table.c[name].nullable):
        return MEANT[name]
    kind = datetime if isinstance(of_type, Instant) else dict if isinstance(of_type, sa.JSON) else of_type.python_type
    if kind is str:
        return f"{table.name} {name}"[: getattr(of_type, "length", None) or 99]
    return {
        UUID: uuid5(SPACE, f"{table.name} {name}"),
        datetime: MADE_AT,
        date: DAY,
        time: time(18, 30),
        bool: True,
        int: 1,
        float: 0.5,
        bytes: f"{table.name} {name}".encode()[: getattr(of_type, "length", None) or 99],
        dict: {"title": f"{table.name} {name}"},
    }[kind]
