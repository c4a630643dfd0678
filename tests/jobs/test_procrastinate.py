"""Calls as jobs of procrastinate: what a transaction may rely on, and what becomes of it when their tables are touched."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from jobs import backup, condition
from server import config
from server.actions.notices import tell
from server.config import SettingsError
from server.db import Database, copies, dispatch, procrastinate, upgrade
from server.db.dispatch import PROCRASTINATE, Call, Work
from server.db.procrastinate import TakenError
from server.domain import notices
from server.domain.notices import Notice, NoticeKind
from tests import make, pooler
from tests.conftest import ON_POSTGRESQL
from tests.db.test_belts import plain_login
from tests.jobs.dispatching import PATIENCE, Way, wait_until, way_of
from tests.make import NOW
from tests.push.outbox import opened
from tests.served import served, weft

pytestmark = pytest.mark.skipif(not ON_POSTGRESQL, reason="procrastinate lives in PostgreSQL")
SETTING = {"WEFT_DISPATCH": PROCRASTINATE}


@pytest.fixture
def way(database_url, clock, tmp_path):
    with way_of(PROCRASTINATE, database_url, clock, tmp_path) as found:
        yield found


@pytest.fixture
def noor(way):
    with way.database.write() as session:
        return make.couple(session).noor


def week(member, subject="week"):
    return Notice(member.id, NoticeKind.WEEK, subject, NOW + notices.WEEK_LASTS)


def test_nobody_waits_for_anothers_transaction(way, noor):
    """Both tell while neither sees the other; procrastinate's own lock on waiting calls would let the second wait for the first."""
    way.box.phone(noor)
    with way.database.write() as first:
        tell(first, [week(noor, "first")], now=NOW)
        dispatch.end(first, dispatch.of(PROCRASTINATE))
        way.box.tell(week(noor, "second"))
        assert len(way.jobs()) == 1
        dispatch.begin(first)
    assert len(way.jobs()) == 2


def test_a_call_that_somebody_relies_on_is_taken_up_after_them(way, noor):
    phone = way.box.phone(noor)
    way.stay_fresh()
    way.box.tell(week(noor, "before"))
    with way.database.write() as session:
        tell(session, [week(noor, "with it")], now=NOW)
        dispatch.end(session, dispatch.of(PROCRASTINATE))
        dispatch.begin(session)
        way.work()
        assert (len(way.jobs()), phone.received) == (1, [])
    way.work()
    assert (len(way.jobs()), len(phone.received)) == (0, 2)


def test_a_call_that_has_waited_for_a_while_is_held_by_nobody(way, noor):
    """Or those who come without a gap would keep it from being taken up."""
    phone = way.box.phone(noor)
    way.box.tell(week(noor, "before"))
    way.grown_old(timedelta(seconds=2))
    with way.database.write() as session:
        tell(session, [week(noor, "with its own")], now=NOW)
        dispatch.end(session, dispatch.of(PROCRASTINATE))
        dispatch.begin(session)
        way.work()
        assert len(phone.received) == 1
    way.work()
    assert len(phone.received) == 2


def test_what_is_due_later_is_called_for_later_and_once(way):
    way.call(Call(Work.DELIVER, timedelta(seconds=30)), Call(Work.DELIVER, timedelta(seconds=40)))
    (first,) = way.jobs()
    assert timedelta(seconds=25) < first.due_in <= timedelta(seconds=35)
    way.work()
    assert len(way.jobs()) == 1
    way.call(Call(Work.DELIVER, first.due_in - timedelta(seconds=1)))
    assert len(way.jobs()) in (1, 2)


@pytest.mark.parametrize("login", ["superuser", "plain"])
def test_whoever_is_held_to_their_own_rows_may_call(login, database_url, empty_url, clock, tmp_path):
    """And may not touch the calls themselves."""
    if login == "plain":
        with plain_login(empty_url) as made:
            upgrade.upgrade(made)
            url = made.url.render_as_string(hide_password=False)
    with way_of(PROCRASTINATE, url if login == "plain" else database_url, clock, tmp_path) as way:
        with way.database.write() as session:
            noor = make.couple(session).noor
        phone = way.box.phone(noor)
        with way.database.of(noor.id).write() as session:
            tell(session, [week(noor)], now=NOW)
        assert len(way.jobs()) == 1
        if login == "superuser":
            with pytest.raises(Exception, match="permission denied"), way.database.of(noor.id).read() as session:
                session.exec_driver_sql("SELECT * FROM procrastinate.procrastinate_jobs")
        way.work()
        assert len(phone.received) == 1


def test_behind_a_pooler_everything_is_the_same(store, way, noor, clock, tmp_path):
    if not pooler.is_here():
        pytest.skip("pgbouncer is not here")
    with pooler.pooler(store, most=3) as between:
        through = Database(between.url(way.database.url.render_as_string(hide_password=False)), make.SEALER, dispatch.of(PROCRASTINATE))
        with opened(through.everything(), clock, tmp_path) as box:
            other, phone = Way(PROCRASTINATE, box, tmp_path), box.phone(noor)
            running = [other.worker() for _ in range(2)]
            for one in running:
                one.start()
            for n in range(6):
                box.tell(week(noor, f"{n}"))
                wait_until(lambda: not way.jobs())
            assert [one.stop(timedelta(seconds=PATIENCE)) for one in running] == [True, True]
        through.close()
    assert (way.box.states, len(phone.received)) == (["sent"] * 6, 6)


def test_a_worker_comes_back_to_a_database_that_hung_up(way, noor, monkeypatch):
    from jobs import worker

    monkeypatch.setattr(worker, "RESTS", timedelta(seconds=0.1))
    phone, running = way.box.phone(noor), way.worker()
    running.start()
    wait_until(lambda: way.sql("SELECT count(*) FROM procrastinate_workers") == 2)
    way.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()")
    way.box.tell(week(noor))
    wait_until(lambda: phone.received)
    assert running.stop(timedelta(seconds=PATIENCE))


def test_a_call_of_somebody_who_is_gone_is_taken_up_again(way, noor):
    """What another holds who shows signs of life is left alone."""
    phone = way.box.phone(noor)
    way.box.tell(week(noor))
    worker = way.sql("SELECT procrastinate_register_worker_v1()")
    assert way.sql(f"SELECT id FROM procrastinate_fetch_job_v2('{{deliver}}', {worker})")
    way.work()
    assert ([one.status for one in way.jobs()], phone.received) == (["doing"], [])
    way.grown_old()
    running = way.worker()
    running.start()
    wait_until(lambda: phone.received and not way.jobs())
    assert running.stop(timedelta(seconds=PATIENCE))


def test_what_fails_is_tried_again_and_in_the_end_left_to_the_schedule(way, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("jobs.outbox.deliver", fail)
    way.call()
    attempts = []
    while way.jobs() and len(attempts) < 9:
        way.work()
        attempts += [one.attempts for one in way.jobs()]
        way.grown_old()
    assert attempts == [1, 2, 3, 4]


def test_a_tap_counts_although_nobody_can_be_called(way, noor):
    phone = way.box.phone(noor)
    with way.database.write() as session:
        session.execute(text("DROP SCHEMA procrastinate CASCADE"))
    way.box.tell(week(noor))
    with way.database.read() as session:
        found = condition.calls(session)
    assert (found.is_harm, found.what_to_do.endswith("Run: weft migrate")) == (True, True)
    way.sweep()
    assert len(phone.received) == 1
    assert procrastinate.prepare(way.database)
    way.box.tell(week(noor, "next"))
    assert len(way.jobs()) == 1


def test_what_was_made_by_another_version_is_made_anew(way, noor):
    way.box.phone(noor)
    way.box.tell(week(noor))
    with way.database.write() as session:
        session.execute(text("COMMENT ON SCHEMA procrastinate IS 'weft of another time'"))
        assert "another version" in procrastinate.trouble(session)
    assert [procrastinate.prepare(way.database) for _ in range(2)] == [True, False]
    assert way.jobs() == []
    way.sweep()
    assert way.box.states == ["sent"]


def test_a_schema_that_is_somebody_elses_is_left_alone(database):
    with database.write() as session:
        session.execute(text("CREATE SCHEMA procrastinate"))
        session.execute(text("CREATE TABLE procrastinate.theirs (id int)"))
    with pytest.raises(TakenError, match="something else"):
        procrastinate.prepare(database)
    with database.read() as session:
        assert session.scalar(text("SELECT to_regclass('procrastinate.theirs') IS NOT NULL"))


def test_calls_are_no_part_of_a_copy(way, noor, empty_url, tmp_path):
    """What is put back has none, is made ready by the next start, and loses nothing."""
    way.box.phone(noor)
    way.box.tell(week(noor))
    copies.copy(way.database, target := tmp_path / f"copy.{backup.STAMP}")
    copies.put_back(empty_url, target, aside="")
    again = Database(empty_url, make.SEALER, dispatch.of(PROCRASTINATE)).everything()
    with again.read() as session:
        assert "weft migrate" in procrastinate.trouble(session)
    assert procrastinate.prepare(again)
    with again.write() as session:
        tell(session, [week(noor, "next")], now=NOW)
    with again.read() as session:
        assert session.scalar(text("SELECT count(*) FROM procrastinate.procrastinate_jobs")) == 1
        assert session.scalar(text("SELECT count(*) FROM deliveries")) == 2
    again.close()


def test_the_doctor_says_whether_anybody_comes(way):
    def found():
        with way.database.read() as session:
            return condition.calls(session)

    assert (found().word, found().what[:9]) == ("note", "0 workers")
    way.sql("SELECT procrastinate_register_worker_v1()")
    assert (found().word, found().what[:9]) == ("well", "1 workers")
    way.call()
    way.sql("UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - interval '1 hour'")
    assert (found().word, "1 calls wait" in found().what) == ("note", True)


def test_an_operator_turns_it_on_and_it_is_made_by_the_next_start(database, database_url, tmp_path):
    make.lend_keys(tmp_path)
    refused = weft(tmp_path, database_url, "jobs", **SETTING)
    assert (refused.returncode, refused.stderr.endswith("Run: weft migrate\n")) == (1, True), refused.stderr
    with served(tmp_path, database_url, **SETTING) as server:
        wait_until(lambda: workers(database) == 2)
        assert server.ended() == 0
    assert workers(database) == 0


def workers(database):
    with database.read() as session:
        return procrastinate.standing(session).workers


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"WEFT_DISPATCH": "rabbit"}, "embedded, procrastinate"),
        ({"WEFT_DISPATCH": "procrastinate"}, "PostgreSQL"),
        ({"WEFT_DISPATCH": "procrastinate", "WEFT_DATABASE": "sqlite:////tmp/x"}, "PostgreSQL"),
    ],
    ids=["unknown", "on SQLite unsaid", "on SQLite"],
)
def test_a_setting_that_cannot_be_used_is_refused(settings, why):
    with pytest.raises(SettingsError, match=why):
        config.from_environment(settings)
