"""The database that is lent to one test after the other: nothing of one is found by the next."""

import sqlite3

import pytest
from sqlalchemy import text

from server.db import Database, upgrade
from tests import make
from tests.faults import levels
from tests.files import files


@pytest.fixture
def lent():
    """Where databases come from, the kept one, and one that is put back again and again."""
    with files() as store:
        kept = store.empty()
        first = Database(kept, make.SEALER)
        upgrade.upgrade(first)
        first.close()
        store.keep(kept)
        opened = Database(store.copy(), make.SEALER).everything()
        store.put_back(opened)
        yield store, kept, opened
        opened.close()


def contents(url):
    with sqlite3.connect(url.removeprefix("sqlite:///")) as session:
        return [*session.iterdump(), session.execute("PRAGMA user_version").fetchone()]


def url_of(database):
    return database.url.render_as_string()


def test_every_row_of_the_one_before_is_gone(lent):
    store, kept, database = lent
    written = levels.fill(database)
    assert all(written[name] for name in written if name not in ("column_keys", "erasures"))
    assert contents(url_of(database)) != contents(kept)
    store.put_back(database)
    assert contents(url_of(database)) == contents(kept)


@pytest.mark.parametrize(
    "change",
    ["ALTER TABLE members ADD COLUMN colour TEXT", "DROP TRIGGER events_refuse_delete", "UPDATE alembic_version SET version_num = '9'"],
)
def test_a_shape_that_one_has_changed_is_made_anew(lent, change):
    store, kept, database = lent
    with database.write() as session:
        make.couple(session)
        session.execute(text(change))
    store.put_back(database)
    assert contents(url_of(database)) == contents(kept)
