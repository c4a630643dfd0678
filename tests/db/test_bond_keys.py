import pytest
from alembic import command
from sqlalchemy import and_, column, insert, inspect, select, table, text
from sqlalchemy.exc import IntegrityError

from server.db import Database, upgrade
from server.db.tables import (
    events,
    metadata,
    milestone_answers,
    occurrences,
    ownings,
    pauses,
    private_marks,
    promise_terms,
    promises,
    repair_drafts,
)
from server.store import ids
from server.store.bound import its_promise, same_day
from tests import make
from tests.bound import loose_joins
from tests.make import NOW

OF_BONDS = sorted((one for one in metadata.tables.values() if "bond_id" in one.c), key=lambda one: one.name)
TODAY = NOW.date()
OWN = (promise_terms, repair_drafts, private_marks, ownings)


@pytest.mark.parametrize("rows", OF_BONDS, ids=lambda one: one.name)
def test_what_is_a_bonds_is_found_by_its_bond(rows):
    keys = [
        list(one.columns) for one in (*rows.indexes, *rows.constraints) if getattr(one, "columns", None) and not hasattr(one, "elements")
    ]
    assert [key for key in keys if key[0].name == "bond_id"], f"nothing in {rows.name} begins with bond_id"


@pytest.mark.parametrize("rows", OF_BONDS, ids=lambda one: one.name)
def test_what_refers_to_a_row_of_a_bond_refers_with_the_bond(rows):
    keys = [(one.referred_table, set(one.column_keys)) for one in rows.foreign_key_constraints if one.referred_table in OF_BONDS]
    with_bond = [key for key in keys if "bond_id" in key[1]]
    assert [key for key in keys if not any(to is key[0] and key[1] <= columns for to, columns in with_bond)] == []


@pytest.fixture
def two(database):
    """Noor and Sam with a promise, and another bond."""
    with database.write() as session:
        couple, other = make.couple(session), make.other_couple(session)
        yield session, couple, make.promise(session, couple.noor), other


@pytest.mark.parametrize("rows", OWN, ids=lambda one: one.name)
def test_no_row_can_speak_of_a_promise_of_another_bond(two, rows):
    session, couple, dinner, other = two
    by_hand = {"promise_id": dinner.id, "bond_id": other.bond.id, "member_id": couple.noor.id}
    on = {"day": TODAY, "from_on": TODAY.replace(year=2030), "words": {}, "saved_at": NOW, "at": NOW}
    terms = {"rule": "FREQ=DAILY", "grace_minutes": 0, "zone": "UTC", "day_start": make.DAY_START}
    values = {name: value for name, value in (by_hand | on | terms).items() if name in rows.c}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(insert(rows), values)
    session.execute(insert(rows), values | {"bond_id": couple.bond.id})


def test_no_event_of_one_bond_can_be_of_anothers_promise(two):
    session, couple, dinner, other = two
    said = {"id": ids.new(), "kind": "kept", "member_id": couple.noor.id, "day": TODAY, "at": NOW, "received_at": NOW}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(insert(events), said | {"promise_id": dinner.id, "bond_id": other.bond.id})


def test_everything_about_a_promise_carries_its_bond(two):
    session, _, dinner, _ = two
    make.check_in(session, dinner)
    for rows in (promise_terms, events, occurrences):
        assert set(session.scalars(select(rows.c.bond_id).where(rows.c.promise_id == dinner.id))) == {dinner.bond_id}


def test_a_join_that_forgets_the_bond_is_seen():
    loose = {frozenset(("occurrences", "promises"))}
    query = select(occurrences.c.day).join(promises, promises.c.id == occurrences.c.promise_id)
    assert loose_joins(query) == loose
    there = select(promises.c.id).where(promises.c.id == occurrences.c.promise_id).exists()
    assert loose_joins(select(occurrences.c.day).where(there)) == loose
    assert loose_joins(select(occurrences.c.day).where(promises.c.id == occurrences.c.promise_id)) == loose
    assert loose_joins(select(query.subquery())) == loose
    drafted = and_(repair_drafts.c.promise_id == ownings.c.promise_id, repair_drafts.c.bond_id == promises.c.bond_id)
    assert loose_joins(select(repair_drafts.c.day).join(ownings, drafted)) == {frozenset(("ownings", "repair_drafts"))}


def test_a_join_by_the_bond_or_by_a_person_is_none():
    assert loose_joins(select(occurrences.c.day).join(promises, its_promise(occurrences))) == set()
    assert loose_joins(select(occurrences.c.day).where(select(ownings.c.day).where(same_day(occurrences, ownings)).exists())) == set()
    assert loose_joins(select(promises.c.id).join(pauses, pauses.c.member_id == promises.c.member_id)) == set()


def test_a_database_from_before_is_filled(empty_url):
    database = Database(empty_url, make.SEALER).everything()
    with upgrade._alone(database) as session:
        command.upgrade(_config(session), "0009")
        story = _story(session)
    upgrade.upgrade(database)
    with database.read() as session:
        for rows in (*OWN, pauses):
            assert session.execute(select(rows.c.promise_id, rows.c.bond_id).order_by(rows.c.bond_id.is_(None))).all() == [
                (story["promise"], story["bond"]),
                (story["personal"], None),
            ], rows.name
        assert session.scalars(select(milestone_answers.c.bond_id)).all() == [story["bond"]]
        assert set(session.execute(select(pauses.c.promise_id, pauses.c.member_id))) == {
            (story["promise"], story["noor"]),
            (story["personal"], story["noor"]),
        }
        indexes = {one["name"] for one in inspect(session).get_indexes("promises")}
    assert "ix_promises_bond_id" not in indexes
    with pytest.raises(Exception, match="append-only"), database.write() as session:
        session.execute(text("DELETE FROM events"))
    database.close()


def _config(session):
    config = upgrade._config()
    config.attributes["connection"] = session
    return config


def _story(session):
    """A bond with a promise and a personal one, and what was kept beside them, as 0009 had it."""
    story = {name: ids.new() for name in ("noor", "bond", "promise", "personal", "milestone")}
    row = {"made_at": NOW, "zone": "UTC", "member_id": story["noor"], "kind": "partners", "at": NOW}
    _insert(session, "members", row | {"id": story["noor"], "name": "", "day_start": make.DAY_START})
    review = {"review_weekday": 6, "review_time": make.DAY_START, "next_review_on": TODAY, "next_review_at": NOW}
    _insert(session, "bonds", row | review | {"id": story["bond"]})
    for name, bond_id in (("promise", story["bond"]), ("personal", None)):
        _insert(session, "promises", row | {"id": story[name], "bond_id": bond_id, "title": "", "area": "", "starts_on": TODAY})
        of = row | {"promise_id": story[name], "day": TODAY, "from_on": TODAY, "until_on": TODAY}
        _insert(session, "promise_terms", of | {"rule": "FREQ=DAILY", "grace_minutes": 0, "day_start": make.DAY_START})
        _insert(session, "repair_drafts", of | {"words": {}, "saved_at": NOW})
        _insert(session, "private_marks", of)
        _insert(session, "ownings", of)
        _insert(session, "pauses", {name: of[name] for name in ("promise_id", "from_on", "until_on", "made_at")} | {"id": ids.new()})
        _insert(session, "events", of | {"id": ids.new(), "bond_id": bond_id, "kind": "kept", "received_at": NOW})
    reached = {"id": story["milestone"], "scope_id": story["noor"], "threshold": 7, "subject": "", "reached_at": NOW}
    _insert(session, "milestones", row | reached | {"kind": "streak", "bond_id": story["bond"], "promise_id": story["promise"]})
    _insert(session, "milestone_answers", row | {"milestone_id": story["milestone"], "line": "", "id": ids.new()})
    return story


def _insert(session, name, values):
    known = metadata.tables[name]
    there = {one["name"] for one in inspect(session).get_columns(name)} & values.keys()
    session.execute(insert(table(name, *(column(one, known.c[one].type) for one in there))), {one: values[one] for one in there})
