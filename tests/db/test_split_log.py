"""The log split by bond and by year as the page for operators says: the same actions, and the lines of a bond in one part."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from jobs import purge, rebuild, settle, summaries
from server.actions import exporting
from server.clock import StandingClock
from server.db import Database, belts, copies, upgrade
from server.db.tables import events, occurrences, streaks, weeks
from server.domain.errors import ConflictError
from server.store import events as log
from server.store import ids
from server.store.events import Event
from tests import going, make, splitting
from tests.conftest import ON_POSTGRESQL
from tests.splitting import DAY, LATER, NEW_YEAR, OLD_YEARS, OWN, SPLITTING, live, opened, parts

pytestmark = pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite has no parts, and needs none")
PARTS = "SELECT relid::regclass::text FROM pg_partition_tree('events') WHERE isleaf"
SLOW = """SELECT c.oid::regclass::text FROM pg_class c JOIN pg_tablespace t ON t.oid = c.reltablespace
    WHERE t.spcname = 'slow' AND c.relkind = 'r' ORDER BY 1"""


def remembers(session: Any) -> None:
    """The ids that are taken are those of the lines that are there."""
    taken = session.scalars(text("SELECT id FROM event_ids")).all()
    assert sorted(taken) == sorted(session.scalars(select(events.c.id)))


def figures(database: Database) -> tuple[Any, ...]:
    """What a story comes to, without names and moments of making, which differ each time."""
    with database.read() as session:
        said = Counter(tuple(row) for row in session.execute(select(events.c.kind, events.c.day, events.c.at, events.c.extra)))
        days = Counter(tuple(row) for row in session.execute(select(occurrences.c.day, occurrences.c.outcome, occurrences.c.value)))
        runs = Counter(tuple(row) for row in session.execute(select(streaks.c.current, streaks.c.best, streaks.c.kept, streaks.c.score)))
        ends = session.scalars(select(weeks.c.to_on).order_by(weeks.c.to_on)).all()
    return said, days, runs, ends


def test_splitting_loses_no_line_and_no_id(lived):
    database, _, lines = lived
    with database.read() as session:
        assert session.execute(select(events).order_by(events.c.seq)).all() == lines
        assert {row.tableoid.rpartition("_")[2] for row in session.execute(text(OWN))} == {"2025", "2026"}
        assert belts.loose(session) == ""
        remembers(session)


def test_a_login_that_is_held_by_the_policies_itself_splits_without_hiding_a_line(empty_url):
    """Without more ado it would see none of them, and drop the log."""
    with psycopg.connect(empty_url) as operator:
        for statement in ("DROP ROLE IF EXISTS plain", "CREATE ROLE plain LOGIN", "GRANT ALL ON SCHEMA public TO plain"):
            operator.execute(statement.encode())
    url = empty_url.replace("weft@", "plain@")
    with opened(url) as before:
        upgrade.upgrade(before)
        with before.write() as session:
            noor = make.couple(session).noor
            make.check_in(session, make.promise(session, noor))
            lines = session.execute(select(events).order_by(events.c.seq)).all()
    for chapter in (SPLITTING, NEW_YEAR):
        splitting.run(url, chapter)
    with opened(url) as database:
        with database.read() as session:
            assert session.execute(select(events).order_by(events.c.seq)).all() == lines
            assert belts.loose(session) == ""
        with database.of(noor.id).write() as session:
            make.check_in(session, make.promise(session, noor, personal=True))
            remembers(session)
    with psycopg.connect(empty_url) as operator:
        operator.execute(b"DROP OWNED BY plain")


def test_the_lines_of_a_bond_lie_in_one_part_and_what_is_personal_in_one_of_its_makers(split):
    with split.write() as session:
        for _ in range(9):
            couple = make.couple(session)
            for one in (couple.noor, couple.sam):
                make.check_in(session, make.promise(session, one))
                make.check_in(session, make.promise(session, one, personal=True))
        where = parts(session)
        of_whom = session.execute(select(events.c.id, func.coalesce(events.c.bond_id, events.c.member_id).label("whose"), events.c.bond_id))
        places = {(row.whose, where[row.id].startswith("events_of_bonds_") == (row.bond_id is not None), where[row.id]) for row in of_whom}
    assert len(places) == 9 * 3
    assert {rightly for _, rightly, _ in places} == {True}
    assert len({place for _, _, place in places}) > 4


def test_what_people_do_comes_to_the_same_in_a_split_log(empty_url, split):
    with opened(empty_url) as plain:
        upgrade.upgrade(plain)
        for one in (plain, split):
            live(one)
        assert figures(split) == figures(plain)
    _, differences = rebuild.rebuild(split, StandingClock(LATER), lambda *_: None, only_compare=True)
    assert differences == []


def test_a_tap_is_taken_once_and_taken_back_and_its_id_is_nobody_elses(split):
    with split.write() as session:
        couple, other = make.couple(session), make.other_couple(session)
        dinner, theirs = make.promise(session, couple.noor), make.promise(session, other.cleo)
        alone = make.promise(session, couple.noor, personal=True)
    with split.of(couple.noor.id).write() as session:
        once = make.check_in(session, dinner)
        assert make.check_in(session, dinner, id=once) == once
        make.check_in(session, dinner, "undo", target=once)
        mine = make.check_in(session, alone)
        assert make.check_in(session, alone, id=mine) == mine
    for promise in (theirs, alone):
        with pytest.raises(ConflictError), split.of(promise.member_id).write() as session:
            make.check_in(session, promise, id=once)
    with split.read() as session:
        assert Counter(row.id for row in session.execute(select(events.c.id)))[once] == 1
        remembers(session)


def test_days_settle_weeks_are_summed_up_and_all_is_taken_along(lived):
    database, couple, _ = lived
    later = LATER + 9 * DAY
    settle.open_ahead(database, later)
    assert settle.settle(database, later) > 0
    assert summaries.summarise(database, later) > 0
    noor = couple.noor.id
    with database.of(noor).read() as session:
        taken = exporting.gather(session, noor, now=later)
        own = session.scalars(select(events.c.id).where(events.c.member_id == noor, events.c.kind.in_(log.CHECK_INS))).all()
    assert {one.id for one in taken.check_ins} >= set(own)


def test_who_goes_takes_their_lines_and_ids_along_and_a_space_that_is_over_goes_whole(lived):
    database, couple, _ = lived
    for member_id in (couple.noor.id, couple.sam.id):
        going.delete(database, member_id)
        with database.read() as session:
            assert not session.scalars(select(events.c.id).where(events.c.bond_id.is_(None), events.c.member_id == member_id)).all()
            remembers(session)
    assert purge.purge(database, LATER + 365 * DAY) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(events)) == 0
        remembers(session)


@pytest.mark.parametrize("place", ["the log", "a part"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET kind = 'missed'", "DELETE FROM {}", "TRUNCATE {}"])
def test_no_part_lets_a_line_be_changed_or_dropped(lived, place, statement):
    database, _, _ = lived
    with database.read() as session:
        part = session.execute(text(OWN)).first().tableoid
    with pytest.raises(DBAPIError, match="the log is append-only"), database.write() as session:
        session.execute(text(statement.format("events" if place == "the log" else part)))


def test_a_stranger_finds_nothing_in_any_part(lived):
    database, couple, lines = lived
    with database.write() as session:
        eve = make.eve(session)
    with database.of(eve.id).read() as session:
        found = [session.scalar(text(f"SELECT count(*) FROM {one}")) for one in [*session.scalars(text(PARTS)), "events"]]
    assert set(found) == {0}
    with database.of(couple.noor.id).read() as session:
        assert session.scalar(text("SELECT count(*) FROM events")) > len(lines) / 2


def test_a_new_year_gets_a_part_of_its_own_and_one_that_was_forgotten_loses_nothing(split_url, split):
    with split.write() as session:
        couple = make.couple(session)
        promise = make.promise(session, couple.noor)

    def said(year: int) -> None:
        at = datetime(year, 12, 31, 23, 59, tzinfo=UTC)
        with split.write() as session:
            log.append(session, [Event(ids.new(), "kept", couple.bond.id, promise.id, couple.noor.id, at, at, at.date())])

    def where() -> dict[int, str]:
        with split.read() as session:
            found = session.execute(text(f"{OWN} WHERE kind = 'kept' ORDER BY seq")).all()
            assert belts.loose(session) == ""
        return dict(zip(years, (row.tableoid.rpartition("_")[2] for row in found), strict=False))

    with split.read() as session:
        first = session.scalar(text("SELECT min(substring(relid::text FROM '(\\d{4})$'))::int FROM pg_partition_tree('events')"))
    years = [first + 1, first + 2, first + 4, first + 5]
    for year in years[:3]:
        said(year)
    assert [*where().values()] == [f"{first + 1}", "later", "later"]
    splitting.run(split_url, NEW_YEAR)
    said(years[3])
    assert [*where().values()] == [f"{first + 1}", f"{first + 2}", f"{first + 2}", "later"]
    splitting.run(split_url, NEW_YEAR)
    assert [*where().values()] == [f"{first + 1}", f"{first + 2}", f"{first + 2}", f"{first + 5}"]


def test_old_years_lie_on_a_slower_disk_and_are_still_read_and_deleted(lived_url, lived):
    database, couple, lines = lived
    with psycopg.connect(lived_url, autocommit=True) as operator:
        if operator.info.server_version < 150_000:
            pytest.skip("tests have no disk to put a tablespace on")
        operator.execute("SET allow_in_place_tablespaces = on")
        if not operator.execute("SELECT 1 FROM pg_tablespace WHERE spcname = 'slow'").fetchone():
            operator.execute("CREATE TABLESPACE slow LOCATION ''")
    splitting.run(lived_url, OLD_YEARS)
    now = datetime.now(UTC)
    with database.read() as session:
        slow = session.scalars(text(SLOW)).all()
        assert session.execute(select(events).order_by(events.c.seq)).all() == lines
    over = [year for year in (2025, 2026) if datetime(year + 1, 1, 1, tzinfo=UTC) < now.replace(year=now.year - 1)]
    assert sorted(slow) == sorted(f"events_of_{half}_{n}_{year}" for half in ("bonds", "nobody") for n in range(8) for year in over)
    for member_id in (couple.noor.id, couple.sam.id):
        going.delete(database, member_id)
    assert purge.purge(database, LATER + 365 * DAY) == 1


def test_a_copy_of_a_split_log_is_put_back_as_it_was(tmp_path, empty_url, lived):
    database, _, lines = lived
    copies.copy(database, tmp_path / "copy.dump")
    copies.put_back(empty_url, tmp_path / "copy.dump", aside="")
    with opened(empty_url) as other:
        with other.read() as session:
            assert session.execute(select(events).order_by(events.c.seq)).all() == lines
            assert belts.loose(session) == ""
            remembers(session)
        with other.write() as session:
            again = make.check_in(session, make.promise(session, make.eve(session)))
            assert again in parts(session)
