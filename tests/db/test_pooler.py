"""Behind a pooler each transaction may run in another process of the database, and everything is as without."""

import psycopg
import pytest
from sqlalchemy import func, select, text

from server.db import Database, copies, scope, upgrade
from server.db.copies import CopyError
from server.db.tables import promises
from tests import make, pooler
from tests.conftest import ON_POSTGRESQL

pytestmark = [
    pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite has no pooler"),
    pytest.mark.skipif(not pooler.is_here(), reason="pgbouncer is not here"),
]
ZONE = "SELECT current_setting('TimeZone')"
PREPARED = "SELECT count(*) FROM pg_prepared_statements"
LEFT = "SELECT current_setting('{}', true)"


@pytest.fixture(scope="module")
def between(store):
    with pooler.pooler(store, most=2) as opened:
        yield opened


@pytest.fixture
def pooled(between, database_url):
    opened = Database(between.url(database_url), make.SEALER)
    yield opened
    opened.close()


def test_a_new_database_is_made_through_it(between, empty_url):
    opened = Database(between.url(empty_url), make.SEALER)
    upgrade.upgrade(opened)
    with opened.everything().write() as session:
        make.check_in(session, make.promise(session, make.couple(session).noor))
    opened.close()


def test_more_people_than_connections_see_each_their_own(pooled):
    with pooled.everything().write() as session:
        couple, other = make.couple(session), make.other_couple(session)
        own = {one.id: make.promise(session, one).id for one in (couple.noor, other.cleo)}
    for _ in range(20):
        with pooled.of(couple.noor.id).read() as hers:
            seen = hers.scalars(select(promises.c.id)).all()
        with pooled.of(other.cleo.id).read() as theirs:
            assert (seen, theirs.scalars(select(promises.c.id)).all()) == ([own[couple.noor.id]], [own[other.cleo.id]])
        with pooled.read() as nobodys:
            assert nobodys.scalar(select(func.count()).select_from(promises)) == 0


def test_a_transaction_leaves_nothing_behind_for_the_next_in_its_connection(pooled):
    with pooled.everything().write() as session:
        noor = make.couple(session).noor
    with pooled.of(noor.id).write() as session:
        make.promise(session, noor)
    for _ in range(8):
        with pooled.read() as session:
            names = (scope.MEMBERS_SETTING, scope.BONDS_SETTING, scope.EVERYTHING_SETTING, scope.TOKEN_SETTING)
            assert {session.scalar(text(LEFT.format(name))) for name in names} <= {None, ""}


def test_nothing_is_prepared_where_another_transaction_would_not_find_it(pooled, database):
    for one, is_direct in ((pooled.everything(), False), (database, True)):
        for _ in range(8):
            with one.read() as session:
                session.execute(select(promises.c.id).where(promises.c.title == "Home"))
        with one.read() as session:
            assert (session.scalar(text(PREPARED)) > 0) is is_direct


@pytest.mark.parametrize("way", ["directly", "through a pooler"])
def test_instants_are_in_utc_wherever_the_database_is_at_home(between, database_url, way):
    with psycopg.connect(database_url) as operator:
        operator.execute(f"ALTER DATABASE {operator.info.dbname} SET timezone = 'Asia/Tokyo'".encode())
    opened = Database(database_url if way == "directly" else between.url(database_url), make.SEALER)
    for _ in range(6):
        with opened.read() as session, opened.read() as beside:
            assert (session.scalar(text(ZONE)), beside.scalar(text(ZONE))) == ("UTC", "UTC")
    opened.close()


def test_a_copy_through_it_is_refused_with_what_to_do(pooled, tmp_path):
    with pytest.raises(CopyError, match="database's own address"):
        copies.copy(pooled, tmp_path / "copy.dump")
