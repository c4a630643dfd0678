import shutil

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server import config
from server.cli import data
from server.db import Database, upgrade
from server.db.tables import metadata
from server.db.upgrade import NewerError
from server.store import health
from tests import make

HEAD = upgrade.head()
BROKEN = f"""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{HEAD}"


def upgrade():
    with op.batch_alter_table("members") as members:
        members.add_column(sa.Column("colour", sa.Text()))
    op.execute("SELECT * FROM nowhere")
"""
WHOLE = BROKEN.replace('    op.execute("SELECT * FROM nowhere")\n', "")
CHANGES = ("UPDATE events SET kind = 'missed'", "DELETE FROM events")


@pytest.fixture
def empty(empty_url):
    opened = Database(empty_url, make.SEALER).everything()
    yield opened
    opened.close()


@pytest.fixture
def migrations(tmp_path, monkeypatch):
    """A folder of migrations to which one can be added."""
    folder = tmp_path / "migrations"
    shutil.copytree(upgrade.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(upgrade, "FOLDER", folder)
    upgrade.head.cache_clear()
    yield folder / "versions"
    upgrade.head.cache_clear()


def test_the_migrations_make_the_tables_that_the_code_speaks_of(empty):
    upgrade.upgrade(empty)
    with empty.read() as session:
        context = MigrationContext.configure(session, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_what_was_migrated_is_not_migrated_again(empty):
    with empty.read() as session:
        assert upgrade.missing(session)[0] == "0001"
    for _ in range(2):
        upgrade.upgrade(empty)
    with empty.read() as session:
        assert (upgrade.missing(session), upgrade.revision(session)) == ([], upgrade.head())


@pytest.mark.parametrize("way", ["create_all", "upgrade"])
@pytest.mark.parametrize("change", CHANGES)
def test_the_database_itself_refuses_to_change_the_log(empty, way, change):
    upgrade.upgrade(empty) if way == "upgrade" else empty.create_all()
    with empty.write() as session:
        noor = make.member(session)
        make.check_in(session, make.promise(session, noor))
    with pytest.raises(DBAPIError, match="append-only"), empty.write() as session:
        session.execute(text(change))


def test_a_migration_that_breaks_leaves_everything_as_it_was(database, migrations):
    with database.write() as session:
        couple = make.couple(session)
    (migrations / "9999_broken.py").write_text(BROKEN)
    with pytest.raises(DBAPIError):
        upgrade.upgrade(database)
    with database.write() as session:
        assert upgrade.revision(session) == HEAD
        assert make.promise(session, couple.noor).bond_id == couple.bond.id


def test_a_migration_keeps_the_rows_that_refer_to_a_changed_table(database, migrations):
    with database.write() as session:
        couple = make.couple(session)
    (migrations / "9999_whole.py").write_text(WHOLE)
    upgrade.upgrade(database)
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM members WHERE colour IS NULL")).scalar() == 2
        assert session.execute(text("SELECT count(*) FROM bond_members")).scalar() == 2
    with pytest.raises(DBAPIError), database.write() as session:
        session.execute(text("DELETE FROM bonds"))
    assert couple.noor.name == "Noor"


def test_a_database_of_a_newer_version_is_not_touched(database, migrations):
    (migrations / "9999_whole.py").write_text(WHOLE)
    upgrade.upgrade(database)
    (migrations / "9999_whole.py").unlink()
    upgrade.head.cache_clear()
    with pytest.raises(NewerError, match="newer version"):
        upgrade.upgrade(database)


def test_an_empty_database_is_not_ready(empty):
    assert health.trouble(empty) == health.NOT_MIGRATED


def test_a_migrated_database_is_ready(database):
    assert health.trouble(database) is None


def test_a_database_that_is_not_there_does_not_answer(tmp_path):
    nowhere = Database(f"sqlite:///{tmp_path}/nowhere/weft.sqlite3")
    assert health.trouble(nowhere) == health.UNREACHABLE
    nowhere.close()


def test_a_copy_is_made_before_a_migration_of_what_holds_something(database, empty, migrations, clock, tmp_path):
    settings = config.from_environment({"WEFT_DATA": str(tmp_path / "data")})
    assert data.migrate(empty, settings, clock)[-1:] == [HEAD]
    assert not data.backups(settings).exists()
    (migrations / "9999_whole.py").write_text(WHOLE)
    assert data.migrate(database, settings, clock) == ["9999"]
    (copy,) = data.backups(settings).iterdir()
    assert copy.name.startswith("before-9999-20260320T160000Z.")
