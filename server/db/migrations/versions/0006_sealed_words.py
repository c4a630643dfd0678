"""Every word that people wrote is sealed where it lies, and the keys are named with which that was done."""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from server.db import sealing
from server.db.types import Document

revision = "0006"
down_revision = "0005"

AT_ONCE = 500
PROBE = "column_keys|probe|"
Names = tuple[str, ...]
MEMBER, BOND, EITHER, OWN = ("member_id",), ("bond_id",), ("bond_id", "member_id"), ("id",)
TEXTS: dict[str, tuple[Names, Names]] = {
    "members": (OWN, ("name",)),
    "promises": (EITHER, ("title", "area", "done_when", "cue")),
    "milestone_answers": (EITHER, ("line",)),
    "moments": (BOND, ("what", "place")),
    "review_lines": (BOND, ("text",)),
    "asks": (BOND, ("text", "counter")),
    "passkeys": (MEMBER, ("name",)),
    "tokens": (MEMBER, ("name",)),
}
SAID = ("day", "to", "target", "label", "answer", "way", "linked", "from", "until")
AGREED = ("rule", "times", "due_time", "grace", "zone", "day_start")
TOLD = ("last_day", "due", "late_until", "reached", "count", "own")
DOCUMENTS: dict[str, tuple[Names, str, Names | None]] = {
    "events": (EITHER, "sent", (*SAID, *AGREED)),
    "repair_drafts": (MEMBER, "words", ()),
    "notices": (EITHER, "about", TOLD),
    "ceremonies": (OWN, "kept_aside", ("id", "zone", "sealed")),
    "weeks": (BOND, "summary", None),
}
KEYS: dict[str, Names] = {
    "milestone_answers": ("milestone_id", "member_id"),
    "repair_drafts": ("promise_id", "day"),
    "weeks": ("bond_id", "to_on"),
}
TYPES: dict[str, Any] = {"day": sa.Date(), "to_on": sa.Date(), "seq": sa.BigInteger()}
LONGER = {"promises": ("area", 32), "passkeys": ("name", 80), "tokens": ("name", 80)}


def upgrade() -> None:
    op.create_table("column_keys", sa.Column("id", sa.String(16), primary_key=True), sa.Column("probe", sa.Text(), nullable=False))
    for table, (column, length) in LONGER.items():
        with op.batch_alter_table(table) as changed:
            changed.alter_column(column, type_=sa.Text(), existing_type=sa.String(length), existing_nullable=False)
    _let_the_log_change()
    done = sum(_seal(table, whose, dict.fromkeys(names, _text), sa.Text()) for table, (whose, names) in TEXTS.items())
    for table, (whose, name, plain) in DOCUMENTS.items():
        done += _seal(table, whose, {name: _document(plain)}, Document)
    _refuse_changes_of_the_log()
    if done:
        _name_the_key()


def _seal(table: str, whose: tuple[str, ...], words: dict[str, Callable[..., Any]], of_type: Any) -> int:
    """Seal columns of a table, some rows at a time and in order of its key; return how many rows hold words."""
    connection, keys = op.get_bind(), KEYS.get(table, ("seq",) if table == "events" else ("id",))
    columns = [sa.column(name, TYPES.get(name, sa.Uuid())) for name in dict.fromkeys((*keys, *whose))]
    rows = sa.table(table, *columns, *(sa.column(name, of_type) for name in words))
    query: Any = _with_its_bond(rows) if table == "milestone_answers" else sa.select(rows)
    query = query.where(sa.or_(*(rows.c[name].is_not(None) for name in words))).order_by(*(rows.c[name] for name in keys)).limit(AT_ONCE)
    row_of: Any = sa.tuple_
    key = row_of(*(rows.c[name] for name in keys))
    changed = sa.update(rows).where(*(rows.c[name] == sa.bindparam(f"the_{name}") for name in keys))
    changed = changed.values({name: sa.bindparam(f"new_{name}", type_=of_type) for name in words})
    last, done = None, 0
    while found := connection.execute(query if last is None else query.where(key > last)).all():
        new = [one for row in found if (one := _changed(table, row, keys, whose, words))]
        if new:
            connection.execute(changed, new)
        last, done = row_of(*(sa.literal(getattr(found[-1], name), rows.c[name].type) for name in keys)), done + len(new)
    return done


def _with_its_bond(answers: Any) -> Any:
    """An answer belongs to the bond of its milestone."""
    of = sa.table("milestones", sa.column("id", sa.Uuid()), sa.column("bond_id", sa.Uuid()))
    columns = [column for column in answers.columns if column.name != "bond_id"]
    return sa.select(*columns, of.c.bond_id).join(of, of.c.id == answers.c.milestone_id)


def _changed(table: str, row: Any, keys: tuple[str, ...], whose: tuple[str, ...], words: dict[str, Callable[..., Any]]) -> dict[str, Any]:
    """What a row becomes, and by which key it is found; nothing where it holds no words."""
    owner = next(value for name in whose if (value := getattr(row, name)) is not None)
    new = {name: turned(getattr(row, name), f"{table}|{name}", owner) for name, turned in words.items()}
    if all(getattr(row, name) == value for name, value in new.items()):
        return {}
    return {f"the_{name}": getattr(row, name) for name in keys} | {f"new_{name}": value for name, value in new.items()}


def _text(value: str | None, place: str, owner: Any) -> str | None:
    return value and sealing.of(op.get_bind()).seal(f"{place}|{owner}", value)


def _document(plain: tuple[str, ...] | None) -> Callable[..., Any]:
    def turned(value: dict[str, Any] | None, place: str, owner: Any) -> dict[str, Any] | None:
        if not value:
            return value
        found = {"sealed": json.dumps(value)} if plain is None else value
        words = {name for name, one in found.items() if isinstance(one, str) and name not in (plain or ())}
        return {name: _text(one, f"{place}.{name}", owner) if name in words else one for name, one in found.items()}

    return turned


def _let_the_log_change() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER events_refuse_update")
    else:
        op.execute("ALTER TABLE events DISABLE TRIGGER events_refuse")


def _refuse_changes_of_the_log() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END")
    else:
        op.execute("ALTER TABLE events ENABLE TRIGGER events_refuse")


def _name_the_key() -> None:
    sealer = sealing.of(op.get_bind())
    keys = sa.table("column_keys", sa.column("id", sa.String()), sa.column("probe", sa.Text()))
    op.execute(keys.insert().values(id=sealer.newest, probe=sealer.seal(f"{PROBE}{sealer.newest}", "Weft")))
