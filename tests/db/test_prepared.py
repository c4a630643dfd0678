"""What is written many at once comes back as it was, whatever it says."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Boolean, Column, Date, Float, Integer, MetaData, String, Table, Text, Uuid, select
from sqlalchemy.schema import CreateTable, DropTable

from server.db import Database, Session, insert
from server.db.prepared import Prepared
from server.db.types import Document, Instant

THINGS = Table(
    "things",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("word", String(40)),
    Column("words", Text),
    Column("on_day", Date),
    Column("at", Instant),
    Column("said", Document),
    Column("is_so", Boolean),
    Column("number", Integer),
    Column("share", Float),
)
NAMES = tuple(column.name for column in THINGS.columns)
PUT = Prepared(lambda session, _: insert(session, THINGS).on_conflict_do_nothing(), NAMES)
SET = Prepared(lambda _, many: many.setting(THINGS, ("id",), NAMES[1:]))
SET_WHERE_SO = Prepared(lambda _, many: many.setting(THINGS, ("id",), ("number",), THINGS.c.is_so))
READ = Prepared(lambda _, many: select(THINGS).where(many.of("ids", THINGS.c.id)).order_by(THINGS.c.id))
WORDS = ("plain", "", "NULL", "a,b", "{a}", 'say "so"', "back\\slash\\n", "line\nline\ttab", " spaces ", "it's %s %(x)s :x $1", "für 🧵")
AT = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)


def thing(number: int, word: str) -> dict[str, Any]:
    values = (word[:40], word, date(2026, 3, 29), AT, {"said": [word, None, 1.5]}, number % 2 == 0, -number, number / 3)
    return dict(zip(NAMES, (UUID(int=number), *values), strict=True))


NOTHING = dict.fromkeys(NAMES) | {"id": UUID(int=99)}
ROWS = [*(thing(number, word) for number, word in enumerate(WORDS, 1)), NOTHING]


@pytest.fixture
def there(database: Database) -> Iterator[Session]:
    with database.everything().write() as session:
        session.execute(CreateTable(THINGS))
        yield session
        session.execute(DropTable(THINGS))


def read(session: Session) -> list[dict[str, Any]]:
    return [dict(zip(NAMES, row, strict=True)) for row in READ.rows(session, ids=[row["id"] for row in ROWS])]


def test_rows_come_back_as_they_were_written(there: Session) -> None:
    assert PUT.put(there, ROWS) == len(ROWS)
    assert read(there) == ROWS


def test_what_is_there_already_is_not_counted(there: Session) -> None:
    PUT.put(there, ROWS[:4])
    assert PUT.put(there, ROWS) == len(ROWS) - 4


def test_rows_are_changed_by_their_keys(there: Session) -> None:
    PUT.put(there, [NOTHING | {"id": row["id"]} for row in ROWS])
    assert SET.put(there, ROWS) == len(ROWS)
    assert read(there) == ROWS


def test_rows_are_changed_only_where_that_holds(there: Session) -> None:
    PUT.put(there, ROWS)
    assert SET_WHERE_SO.put(there, [row | {"number": 7} for row in ROWS]) == 5
    assert [row["number"] for row in read(there) if row["is_so"]] == [7] * 5
    assert 7 not in [row["number"] for row in read(there) if not row["is_so"]]


def test_no_rows_are_no_statement(there: Session) -> None:
    assert PUT.put(there, []) == SET.put(there, []) == 0
