"""What people write is sealed: every column that could hold words is named as sealed, or as plain with a reason."""

import pytest
from sqlalchemy import JSON, String

from server.db.tables import metadata
from server.store.resealing import TABLES
from server.store.sealing import PLAIN, SEALED

COLUMNS = {
    f"{table.name}.{column.name}": column
    for table in metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, String | JSON)
}


def is_plain(name: str) -> bool:
    return name in PLAIN or f"*.{name.partition('.')[2]}" in PLAIN


@pytest.mark.parametrize("name", sorted(COLUMNS))
def test_a_column_of_text_is_sealed_or_plain_for_a_reason(name: str) -> None:
    assert (COLUMNS[name] in SEALED) != is_plain(name)


def test_nothing_is_listed_that_is_not_there() -> None:
    endings = {name.partition(".")[2] for name in COLUMNS}
    assert [name for name in PLAIN if name.removeprefix("*.") not in (endings if name.startswith("*.") else COLUMNS)] == []


@pytest.mark.parametrize("name", sorted(f"{column.table.name}.{column.name}" for column in SEALED))
def test_a_sealed_column_has_room_and_says_whose_it_is(name: str) -> None:
    column = COLUMNS[name]
    assert getattr(column.type, "length", None) is None, "sealed text is longer than what was written"
    assert all(of in column.table.columns for of in SEALED[column].of)
    assert not any((column.primary_key, column.unique, column.index)), "each sealing of the same words is another"


def test_new_keys_reach_every_sealed_column() -> None:
    assert {column.table for column in SEALED} == set(TABLES)
    assert all(len({words.of for column, words in SEALED.items() if column.table is table}) == 1 for table in TABLES)
