"""A new database is made at once, and nobody can tell it from one that every migration has walked through."""

import re

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.db import Database, upgrade
from tests import make
from tests.faults import levels

OURS = "relnamespace = current_schema()::regnamespace"
OF_POSTGRESQL = (
    f"""SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
        a.attcollation, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE c.{OURS}""",
    f"""SELECT 'relation', relname, relkind, relrowsecurity, relforcerowsecurity, reloptions, obj_description(oid, 'pg_class'),
        (SELECT array_agg(one::text ORDER BY one::text) FROM unnest(relacl) one) FROM pg_class WHERE {OURS}""",
    f"""SELECT 'constraint', c.relname, o.conname, pg_get_constraintdef(o.oid), o.condeferrable FROM pg_constraint o
    JOIN pg_class c ON c.oid = o.conrelid WHERE c.{OURS}""",
    "SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    f"""SELECT 'trigger', c.relname, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.{OURS}""",
    "SELECT 'function', proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace",
    "SELECT 'policy', * FROM pg_policies WHERE schemaname = current_schema()",
    """SELECT 'sequence', sequencename, data_type, start_value, min_value, max_value, increment_by, cycle, cache_size, last_value
    FROM pg_sequences WHERE schemaname = current_schema()""",
)
OF_SQLITE = ("SELECT type, name, tbl_name, sql FROM sqlite_master",)


@pytest.fixture
def two(store):
    """Two databases without tables."""
    urls = [store.empty(), store.empty()]
    opened = [Database(url, make.SEALER).everything() for url in urls]
    yield opened
    for url, database in zip(urls, opened, strict=True):
        database.close()
        store.drop(url)


def shape(database):
    """Everything that the database knows of its own shape, whatever the order in which it came to be."""
    with database.read() as session:
        queries = OF_SQLITE if database.is_sqlite else OF_POSTGRESQL
        rows = [row for query in queries for row in session.execute(text(query))]
        level = [*session.execute(text("SELECT * FROM alembic_version"))]
    return sorted(repr([_unordered(value) if database.is_sqlite else value for value in row]) for row in rows), level


def _unordered(value):
    """A statement of SQLite that makes a table, with its columns and constraints sorted: where a column stands, nothing asks."""
    words = re.sub(r"\s+", " ", value or "").replace('"', "").strip()
    if not words.startswith("CREATE TABLE"):
        return words
    begin, end = words.index("("), words.rindex(")")
    depth, parts = 0, [""]
    for letter in words[begin + 1 : end]:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        parts = [*parts, ""] if letter == "," and not depth else [*parts[:-1], parts[-1] + letter]
    return [words[:begin], sorted(one.strip() for one in parts), words[end + 1 :]]


def test_what_is_made_at_once_is_what_all_migrations_would_have_made(two):
    walked, made = two
    levels.bring_to(walked, upgrade.head())
    for database in two:
        upgrade.upgrade(database)
    rows, level = shape(made)
    assert len(rows) > 150
    assert level == [(upgrade.head(),)]
    assert (rows, level) == shape(walked)


def test_the_files_of_the_migrations_are_named_by_their_order():
    chain = ScriptDirectory.from_config(upgrade._config()).walk_revisions()
    assert upgrade.known() == [one.revision for one in chain][::-1]


def test_a_place_that_holds_something_of_somebody_else_is_left_alone(two):
    foreign, _ = two
    with foreign.write() as session:
        session.execute(text("CREATE TABLE members (name text)"))
    before = foreign_tables(foreign)
    with pytest.raises(DBAPIError):
        upgrade.upgrade(foreign)
    assert foreign_tables(foreign) == before


def foreign_tables(database):
    with database.read() as session:
        return sorted(session.dialect.get_table_names(session))
