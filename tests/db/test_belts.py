from contextlib import contextmanager

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from server.actions import invitations
from server.db import Database, belts, copies, scope, upgrade
from server.db.tables import bond_members, bonds, events, metadata, milestones, occurrences, pauses, promise_terms, promises
from server.domain.errors import ConflictError
from server.domain.secrets import hash_of
from server.gathering import take_all
from server.store import ids
from server.store import invitations as asked
from server.store import promises as promising
from server.store.promises import Pause
from tests import make
from tests.conftest import ON_POSTGRESQL
from tests.make import NOW

pytestmark = pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite has no row-level security: there the queries alone hold")
TODAY = NOW.date()
REFUSED = "row-level security"
OF_BONDS = [*sorted(name for name, rows in metadata.tables.items() if "bond_id" in rows.c), "bonds"]


@contextmanager
def plain_login(url):
    """The same database for a login that is nobody special, and owns what is in it."""
    operator = Database(url)
    with operator.everything().write() as session:
        session.execute(text("DROP ROLE IF EXISTS plain"))
        session.execute(text("CREATE ROLE plain LOGIN"))
        session.execute(text(f"GRANT ALL ON DATABASE {session.scalar(text('SELECT current_database()'))} TO plain"))
        session.execute(text("GRANT ALL ON SCHEMA public TO plain"))
    operator.close()
    opened = Database(url.replace("weft@", "plain@"), make.SEALER)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture(params=["superuser", "plain"])
def held(request, database_url, empty_url):
    """A database of Noor and Sam and of Cleo and Dan, opened by a login that passes all policies and by one that owns its tables."""
    if request.param == "plain":
        with plain_login(empty_url) as opened:
            upgrade.upgrade(opened)
            yield opened
            return
    opened = Database(database_url, make.SEALER)
    yield opened
    opened.close()


@pytest.fixture
def story(held):
    with held.everything().write() as session:
        couple, other = make.couple(session), make.other_couple(session)
        dinner = make.promise(session, couple.noor)
        make.check_in(session, dinner)
        theirs = make.promise(session, other.cleo)
        make.check_in(session, theirs)
    return couple, dinner, other, theirs


def test_every_table_of_bonds_has_its_policy(database):
    with database.read() as session:
        forced = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        assert sorted(session.scalars(text(forced))) == sorted(OF_BONDS)
        assert sorted(session.scalars(text("SELECT tablename FROM pg_policies"))) == sorted(OF_BONDS)
        assert belts.loose(session) == ""


def test_a_query_that_forgets_its_where_finds_ones_own(held, story):
    couple, dinner, other, theirs = story
    with held.of(couple.noor.id).read() as session:
        assert session.scalars(select(promises.c.id)).all() == [dinner.id]
        for rows in (events, occurrences, promise_terms):
            assert set(session.scalars(select(rows.c.bond_id))) == {couple.bond.id}
        assert session.scalars(select(bonds.c.id)).all() == [couple.bond.id]
        assert set(session.scalars(select(bond_members.c.member_id))) == {couple.noor.id, couple.sam.id}
    with held.of(couple.noor.id, other.cleo.id).read() as session:
        assert set(session.scalars(select(promises.c.id))) == {dinner.id, theirs.id}


def test_a_query_that_forgets_its_scope_finds_nothing(held, story):
    with held.read() as session:
        assert {name for name in OF_BONDS if session.scalar(select(func.count()).select_from(metadata.tables[name]))} == set()


def test_a_write_that_forgets_its_scope_is_refused_and_changes_nothing(held, story):
    couple, dinner, _, _ = story
    with held.write() as session:
        assert session.execute(update(promises).values(area="")).rowcount == 0
        assert session.execute(delete(promise_terms)).rowcount == 0
    with pytest.raises(DBAPIError, match=REFUSED), held.write() as session:
        session.execute(insert(events), _event(couple.bond.id, dinner.id, couple.noor.id))
    with held.everything().read() as session:
        assert session.scalar(select(func.count()).select_from(promise_terms)) == 2


def test_nothing_can_be_written_into_somebody_elses_bond(held, story):
    couple, dinner, other, theirs = story
    for bond_id, promise_id in ((other.bond.id, theirs.id), (other.bond.id, None)):
        with pytest.raises(DBAPIError, match=REFUSED), held.of(couple.noor.id).write() as session:
            session.execute(insert(events), _event(bond_id, promise_id, couple.noor.id))
    with pytest.raises(DBAPIError, match=REFUSED), held.of(couple.noor.id).write() as session:
        session.execute(update(promises).where(promises.c.id == dinner.id).values(bond_id=other.bond.id))
    with pytest.raises(DBAPIError, match=REFUSED), held.of(couple.noor.id).write() as session:
        session.execute(insert(events), _event(None, None, couple.sam.id))


def test_what_is_personal_is_its_makers_alone(held, story):
    couple, dinner, _, _ = story
    with held.of(couple.noor.id).write() as session:
        own = make.promise(session, couple.noor, "Stretch", personal=True)
    with held.of(couple.sam.id).read() as session:
        assert session.scalars(select(promises.c.id)).all() == [dinner.id]
    with held.of(couple.noor.id).read() as session:
        assert promising.by_ids(session, [own.id])[own.id].plan.terms


def test_a_scope_ends_with_its_transaction(held, story):
    """Behind a pooler the next transaction on a connection is somebody else's."""
    couple, _, _, _ = story
    for _ in range(12):
        with held.of(couple.noor.id).read() as session:
            assert session.scalar(select(func.count()).select_from(promises)) == 1
        with held.read() as session:
            assert session.scalar(select(func.count()).select_from(promises)) == 0
        with held.everything().read() as session:
            assert session.scalar(select(func.count()).select_from(promises)) == 2
    raw = held.writer.raw_connection()
    left = "SELECT current_setting('weft.bonds', true), current_setting('weft.everything', true), current_user = session_user"
    assert tuple(one or "" for one in raw.cursor().execute(left).fetchone()) == ("", "", True)
    raw.close()


def test_the_others_pause_rests_for_those_who_wait_too(held, story):
    couple, _, other, _ = story
    with held.of(couple.sam.id).write() as session:
        promising.insert_pause(session, ids.new(), Pause(TODAY, TODAY, member_id=couple.sam.id), now=NOW)
    for member, count in ((couple.noor, 1), (other.cleo, 0)):
        with held.of(member.id).read() as session:
            assert session.scalar(select(func.count()).select_from(pauses)) == count
    with pytest.raises(DBAPIError, match=REFUSED), held.of(couple.noor.id).write() as session:
        promising.insert_pause(session, ids.new(), Pause(TODAY, TODAY, member_id=couple.sam.id), now=NOW)


def test_an_invitation_opens_to_its_token_alone(held, story):
    couple, _, other, _ = story
    with held.of(couple.noor.id).write() as session:
        _, token = invitations.invite(session, couple.noor.id, kind="friends", now=NOW)
    with held.of(other.cleo.id).write() as session:
        assert session.scalar(select(func.count()).select_from(metadata.tables["invitations"])) == 0
        assert asked.by_hash(session, hash_of(token), now=NOW)
        bond_id = invitations.accept(session, token, member_id=other.cleo.id, now=NOW)
    with held.of(other.cleo.id).read() as session:
        assert set(session.scalars(select(bonds.c.id))) == {other.bond.id, bond_id}


def test_what_one_left_behind_is_found_only_where_it_is_asked_for(held, story):
    couple, dinner, _, _ = story
    with held.of(couple.sam.id).write() as session:
        session.execute(update(bond_members).where(bond_members.c.member_id == couple.sam.id).values(left_at=NOW))
    with held.of(couple.sam.id).read() as session:
        assert session.scalars(select(promises.c.id)).all() == []
        scope.include_left(session, couple.sam.id)
        assert session.scalars(select(promises.c.id)).all() == [dinner.id]


def test_a_copy_holds_everything_and_comes_back_held(held, story, store, tmp_path):
    copies.copy(held, tmp_path / "whole.dump")
    url = store.empty()
    copies.put_back(url, tmp_path / "whole.dump", aside="")
    back = Database(url, make.SEALER)
    with back.everything().read() as session:
        assert session.scalar(select(func.count()).select_from(promises)) == 2
        assert belts.loose(session) == ""
    with back.read() as session:
        assert session.scalar(select(func.count()).select_from(promises)) == 0
    back.close()
    store.drop(url)


def test_a_table_that_was_forgotten_is_told(database):
    with database.write() as session:
        session.execute(text("ALTER TABLE milestones NO FORCE ROW LEVEL SECURITY"))
        assert "milestones" in belts.loose(session)
        belts.fasten(session)
        assert belts.loose(session) == ""
        assert milestones.name in OF_BONDS


def test_a_login_that_passes_policies_and_may_make_no_role_is_told(database):
    with database.write() as session:
        session.execute(text("ALTER ROLE weft_scoped BYPASSRLS"))
        assert "CREATE ROLE weft_scoped" in belts.loose(session)
        session.execute(text("ALTER ROLE weft_scoped NOBYPASSRLS"))
        assert belts.loose(session) == ""


def _event(bond_id, promise_id, member_id):
    return {
        "id": ids.new(),
        "kind": "kept",
        "bond_id": bond_id,
        "promise_id": promise_id,
        "member_id": member_id,
        "day": TODAY,
        "at": NOW,
        "received_at": NOW,
    }


def test_an_id_that_was_used_in_another_bond_is_refused_kindly(held, story):
    couple, dinner, _, _ = story
    with held.everything().read() as session:
        theirs = session.scalar(select(events.c.id).where(events.c.bond_id != couple.bond.id))
    tapped = make.tap(dinner, by=couple.sam, id=theirs)
    (answer,) = take_all(held, [tapped], now=NOW)
    assert isinstance(answer, ConflictError)
