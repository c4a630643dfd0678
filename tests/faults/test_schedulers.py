"""Five processes that do what happens by itself, at once, and one that is stopped in the middle: every effect is there once."""

import signal
import sys
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from jobs import populate
from jobs.schedule import JOBS
from server.actions import notices as actions
from server.db import tables, upgrade
from server.domain import notices as wording
from server.domain.notices import Notice, NoticeKind
from server.push import keys
from server.store import bonds, health, members, occurrences, turns
from tests import make
from tests.faults.conftest import LONG
from tests.faults.opening import opened
from tests.push import rows
from tests.pushservice import Answer, PushService
from tests.served import served, weft

FIVE = 5
BONDS, DAYS, BEHIND = (200 if LONG else 6), 12, timedelta(days=9)
AMOUNT = populate.Amount(BONDS, DAYS, 4, seed=5)
PATIENCE = 240
LEASE = 3.0
WORKER = (sys.executable, str(Path(__file__).with_name("worker.py")), str(LEASE))


def wait_until(holds):
    began = monotonic()
    while not holds():
        assert monotonic() - began < PATIENCE
        sleep(0.1)


def settings_for(service):
    return {"WEFT_PUSH_HOSTS": service.origin, "WEFT_LOG": "error", "WEFT_PUSH_SUBJECT": "mailto:ada@example.org"}


def began(folder, url, service):
    """Nine days behind, with a phone for everybody, and something to be reminded of in ten minutes."""
    make.lend_keys(folder)
    mine, database, now = keys.load(folder / "secrets"), opened(url), datetime.now(UTC)
    upgrade.upgrade(database)
    populate.populate(database, now - BEHIND, AMOUNT, lambda *_: None)
    due = (now + timedelta(minutes=10)).replace(second=0, microsecond=0)
    with database.write() as session:
        people = [members.get(session, one) for one in session.scalars(select(tables.members.c.id)).all()]
        phones = [service.phone(mine.public) for _ in people]
        for person, phone in zip(people, phones, strict=True):
            rows.subscription(session, person, phone, keys=mine)
            make.promise(session, person, rule="FREQ=DAILY", due_time=due.astimezone(ZoneInfo(person.zone)).time(), now=now - BEHIND)
    return database, phones


def is_quiet(database):
    """Whether every job has run and nothing is due any more."""
    now = datetime.now(UTC)
    waits = select(tables.deliveries.c.id).where(
        tables.deliveries.c.state == "waits", tables.deliveries.c.next_at <= now + timedelta(minutes=6)
    )
    with database.read() as session:
        due = occurrences.turning(session, now, 1) or bonds.reviewing(session, now, 1) or turns.has_grown(session)
        return len(health.runs(session)) == len(JOBS) and not due and not session.execute(waits.limit(1)).first()


@pytest.mark.slow
def test_five_that_run_the_jobs_at_once_do_each_thing_once(place, kind, report):
    folder, url = place
    told = report(f"{FIVE} schedulers, {BONDS} bonds {BEHIND.days} days behind")
    with PushService() as service, ExitStack() as stack:
        database, phones = began(folder, url, service)
        running = [stack.enter_context(served(folder, url, "jobs", **settings_for(service))) for _ in range(FIVE)]
        wait_until(lambda: is_quiet(database))
        assert [one.ended() for one in running] == [0] * FIVE
        with database.read() as session:
            failures = {run.name: run.failure for run in health.runs(session).values() if run.failure}
            weeks = Counter((one.bond_id, one.to_on) for one in session.execute(select(tables.weeks)))
            said = Counter(one.kind for one in session.execute(select(tables.notices)))
            celebrated = session.execute(select(tables.milestones)).all()
        topics = [Counter(one.headers["Topic"] for one in phone.received) for phone in phones]
        told.tell(
            summaries=len(weeks),
            milestones=len(celebrated),
            told=dict(said),
            received=sum(one.total() for one in topics),
            twice=sum(times > 1 for one in topics for times in one.values()),
        )
        assert (failures, folder.with_suffix(".log").read_text()) == ({}, "")
        assert {said[kind] > 0 for kind in ("reminder", "milestone", "week")} == {True}
        assert said["reminder"] >= 2 * BONDS
        assert said["week"] == 2 * BONDS
        assert {times for one in topics for times in one.values()} == {1}
        assert sum(one.total() for one in topics) == len(rows.deliveries(database)) == said.total()
        assert set(rows.states(database)) == {"sent"}
        database.close()
    checked = weft(folder, url, "rebuild", "--check")
    assert (checked.returncode, checked.stdout) == (0, "Every figure is what the log makes it.\n")


@pytest.mark.slow
def test_a_worker_that_is_stopped_beyond_its_lease_sends_no_more_and_what_was_under_way_replaces_itself(place, kind, report):
    """What it was sending while it was stopped comes once more from another, under the same name, so the phone shows it once.

    What it had only claimed comes from the other alone.
    """
    folder, url = place
    told = report(f"a worker stopped beyond its lease of {LEASE:.0f} s")
    make.lend_keys(folder)
    mine, database = keys.load(folder / "secrets"), opened(url)
    upgrade.upgrade(database)
    with PushService() as service:
        with database.write() as session:
            noor = make.member(session, now=datetime.now(UTC))
        phones = [service.phone(mine.public) for _ in range(40)]
        with database.write() as session:
            for phone in phones:
                phone.answers = [Answer(waits=1)]
                rows.subscription(session, noor, phone, keys=mine)
        with served(folder, url, program=WORKER, **settings_for(service)) as stopped:
            tell(database, noor, "first")
            wait_until(lambda: service.open == 32)
            stopped.process.send_signal(signal.SIGSTOP)
            with served(folder, url, program=WORKER, **settings_for(service)) as other:
                wait_until(lambda: min(len(phone.received) for phone in phones) == 1 and set(rows.states(database)) == {"sent"})
                assert other.ended() == 0
            before = rows.deliveries(database)
            stopped.process.send_signal(signal.SIGCONT)
            tell(database, noor, "second")
            wait_until(lambda: rows.states(database) == ["sent"] * 80)
            assert stopped.ended() == 0
        assert rows.deliveries(database)[:40] == before
    times = [Counter(one.headers["Topic"] for one in phone.received) for phone in phones]
    tags = [{one.notification["tag"] for one in phone.received} for phone in phones]
    told.tell(phones=40, sent_once=sum(one.total() == 2 for one in times), sent_twice_under_one_name=sum(one.total() == 3 for one in times))
    database.close()
    assert {len(one) for one in times} == {len(one) for one in tags} == {2}
    assert sorted(one.total() for one in times) == [2] * 8 + [3] * 32


def tell(database, member, subject):
    now = datetime.now(UTC)
    notice = Notice(member.id, NoticeKind.WEEK, subject, now + wording.WEEK_LASTS)
    with database.write() as session:
        actions.tell(session, [notice], now=now)
