"""What every way of calling those who send and summarise has to hold, told of each of them."""

import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from sqlalchemy import event

from jobs import calls, summaries
from jobs.outbox import LEASE
from server.actions.notices import tell
from server.db import dispatch
from server.db.dispatch import PROCRASTINATE, WAYS, Call, Work
from server.domain import notices
from server.domain.notices import Notice, NoticeKind
from server.store import bonds
from tests import make
from tests.conftest import ON_POSTGRESQL
from tests.jobs.dispatching import PATIENCE, wait_until, way_of
from tests.make import NOW
from tests.push import rows
from tests.pushservice import Answer
from tests.served import served


@pytest.fixture(params=WAYS)
def way(request, clock, tmp_path):
    if request.param == PROCRASTINATE and not ON_POSTGRESQL:
        pytest.skip("procrastinate lives in PostgreSQL")
    with way_of(request.param, request.getfixturevalue("database_url"), clock, tmp_path) as found:
        yield found


@pytest.fixture
def couple(way):
    with way.database.write() as session:
        return make.couple(session)


@pytest.fixture
def noor(couple):
    return couple.noor


def week(member, subject="week", at=NOW):
    return Notice(member.id, NoticeKind.WEEK, subject, at + notices.WEEK_LASTS)


def statements(database):
    """The statements that a database is sent from now on."""
    sent = []
    for engine in {database.reader, database.writer}:
        event.listen(engine, "before_cursor_execute", lambda *said: sent.append(said[2]))
    return sent


def test_what_is_told_goes_out_once_it_is_committed(way, noor):
    phone = way.box.phone(noor)
    with way.database.write() as session:
        tell(session, [week(noor)], now=NOW)
        assert (way.jobs(), phone.received) == ([], [])
    way.work()
    assert (len(phone.received), way.box.states, way.jobs()) == (1, ["sent"], [])


def test_what_is_rolled_back_is_neither_called_for_nor_sent(way, noor):
    phone = way.box.phone(noor)
    with suppress(ZeroDivisionError), way.database.write() as session:
        assert tell(session, [week(noor)], now=NOW) == 1
        raise ZeroDivisionError
    assert way.jobs() == []
    way.work()
    assert (phone.asked, rows.deliveries(way.database)) == ([], [])


def test_whoever_is_called_again_sends_nothing_again(way, noor):
    phone = way.box.phone(noor)
    way.box.tell(week(noor))
    for _ in range(3):
        way.work()
        way.call()
    way.work()
    way.sweep()
    assert (len(phone.received), way.box.states) == (1, ["sent"])


def test_a_call_that_was_lost_loses_nothing(way, noor):
    phone = way.box.phone(noor)
    way.box.tell(week(noor))
    if way.is_procrastinate:
        way.sql("DELETE FROM procrastinate_jobs")
        way.work()
        assert phone.received == []
    way.sweep()
    assert len(phone.received) == 1


def test_two_workers_send_each_thing_once(way, noor):
    phones = [way.box.phone(noor) for _ in range(3)]
    for n in range(20):
        way.box.tell(week(noor, f"{n}"))
        way.grown_old() if way.is_procrastinate else None
    assert len(way.jobs()) == (20 if way.is_procrastinate else 0)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: way.work(), range(2)))
    # In which order they come is nobody's promise.
    assert [len(phone.received) for phone in phones] == [20] * 3
    assert [len({one.headers["Topic"] for one in phone.received}) for phone in phones] == [20] * 3
    assert way.jobs() == []


def test_a_thousand_notices_at_once_make_one_call(way, noor):
    for _ in range(2):
        way.box.phone(noor)
    way.box.tell(*(week(noor, f"{n}") for n in range(500)))
    assert len(rows.deliveries(way.database)) == 1000
    assert len(way.jobs()) == way.is_procrastinate


def test_a_burst_of_transactions_makes_few_calls(way, noor):
    """Whatever follows within a second of a call that still waits goes with it."""
    way.box.phone(noor)
    for n in range(60):
        way.box.tell(week(noor, f"{n}"))
    instants = [one.due_in for one in way.jobs()]
    assert all(after - before >= timedelta(seconds=1) for before, after in pairwise(instants))
    assert len(instants) < 30


def test_how_many_statements_a_transaction_takes_is_not_for_what_it_tells_to_say(way, noor):
    way.box.phone(noor)
    way.box.tell(week(noor, "first"))
    counts = []
    for many in (1, 40):
        sent = statements(way.database)
        way.box.tell(*(week(noor, f"{many} {n}") for n in range(many)))
        counts.append((len(sent), len([one for one in sent if "weft_enqueue" in one])))
    assert counts[0] == counts[1]
    assert counts[0][1] == way.is_procrastinate


def test_who_tells_nobody_calls_nobody(way, noor):
    sent = statements(way.database)
    way.box.tell(week(noor))
    with way.database.write() as session:
        make.promise(session, noor)
    assert [one for one in sent if "weft_enqueue" in one] == way.jobs() == []


def test_what_could_not_be_sent_is_called_for_when_it_is_due(way, noor):
    phone = way.box.phone(noor)
    phone.answers = [Answer(503)]
    way.box.tell(week(noor))
    way.work()
    assert phone.received == []
    if way.is_procrastinate:
        (again,) = way.jobs()
        assert timedelta(seconds=10) < again.due_in < timedelta(seconds=50)
        way.grown_old()
    way.box.clock.at += timedelta(minutes=1)
    way.work()
    assert len(phone.received) == 1


def test_a_worker_that_is_killed_while_it_sends_loses_nothing(way, tmp_path, database_url):
    way.box.clock.at = datetime.now(UTC)
    with way.database.write() as session:
        eve = make.eve(session, now=way.box.clock.at)
    phone = way.box.phone(eve)
    phone.answers = [Answer(waits=PATIENCE)]
    make.lend_keys(tmp_path)
    settings = {"WEFT_DISPATCH": way.name, "WEFT_PUSH_HOSTS": way.box.service.origin, "WEFT_PUSH_SUBJECT": "mailto:ada@example.org"}
    with served(tmp_path, database_url, "jobs", **settings) as worker:
        # The schedule has looked once, so that it is the call which is answered.
        wait_until(lambda: "deliver" in way.runs())
        way.box.tell(week(eve, at=way.box.clock.at))
        wait_until(lambda: phone.asked)
        assert [one.status for one in way.jobs()] == ["doing"] * way.is_procrastinate
        worker.killed()
    assert (way.box.states, phone.received) == (["waits"], [])
    way.box.clock.at += 2 * LEASE
    if way.is_procrastinate:
        way.grown_old()
        other = way.worker()
        other.start()
        wait_until(lambda: not way.jobs())
        assert other.stop(timedelta(seconds=PATIENCE))
    else:
        way.work()
    assert (way.box.states, len(phone.received)) == (["sent"], 1)


def test_whoever_is_asked_to_end_ends_well(way, tmp_path, database_url):
    way.database.close()
    make.lend_keys(tmp_path)
    with served(tmp_path, database_url, "jobs", WEFT_DISPATCH=way.name) as worker:
        assert worker.ended(signal.SIGTERM) == 0
    if way.is_procrastinate:
        assert way.sql("SELECT count(*) FROM procrastinate_workers") == 0


def test_summaries_are_made_once_whoever_is_called_for_them(way, monkeypatch):
    """Two processes of the schedule and two workers at once, with the bonds in parts of two."""
    monkeypatch.setattr(calls, "PART", 2)
    now = way.box.clock.at = datetime(2026, 3, 22, 17, 1, tzinfo=UTC)
    with way.database.write() as session:
        people = [make.couple(session, now=now - timedelta(days=6)) for _ in range(7)]
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(one) for one in (way.sweep, way.work, way.sweep, way.work)]:
            done.result()
    way.work()
    with way.database.read() as session:
        made = session.exec_driver_sql("SELECT count(*), count(DISTINCT bond_id) FROM weeks").one()
        told = session.exec_driver_sql("SELECT count(*) FROM notices WHERE kind = 'week'").scalar()
    assert (tuple(made), told, way.jobs()) == ((len(people), len(people)), 2 * len(people), [])


def test_a_worker_makes_the_summaries_of_its_part_alone(way):
    now = way.box.clock.at = datetime(2026, 3, 22, 17, 1, tzinfo=UTC)
    with way.database.write() as session:
        for _ in range(5):
            make.couple(session, now=now - timedelta(days=6))
        parts = bonds.reviewing_parts(session, now, 2)
    assert [len(parts), parts[0].until, parts[-1].until] == [3, parts[1].first, None]
    if not way.is_procrastinate:
        assert [summaries.summarise(way.database, now, part) for part in parts] == [2, 2, 1]
        return
    way.call(*(Call(Work.SUMMARISE, part=part) for part in parts[1:]))
    assert [one.task_name for one in way.jobs()] == ["summarise"] * 2
    way.work()
    with way.database.read() as session:
        left, of_first = ({bond.id for bond in bonds.reviewing(session, now, 9, part)} for part in (None, parts[0]))
    assert left == of_first
    assert len(left) == 2


@pytest.mark.parametrize(
    "part", [None, dispatch.Part(UUID(int=1)), dispatch.Part(UUID(int=1), UUID(int=2))], ids=["all", "the last", "one"]
)
def test_a_part_is_read_as_it_was_written(part):
    assert dispatch.part_of(Call(Work.SUMMARISE, part=part).arguments()) == part
