"""Each thing that a doctor may find, made so once, and once not."""

import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text

from jobs import condition, doctor, surroundings
from jobs.findings import Finding
from server import config
from server.db import Database, copies
from server.store import condition as stored
from server.store.measures import Ending, Outbox
from tests import make

HOUR = timedelta(hours=1)
STAYS = "import sys; held = open(sys.argv[1], 'rb'); print('here', flush=True); sys.stdin.read()"


def settings_of(**env):
    return config.from_environment(env)


@contextmanager
def at_work(file, word):
    """A process that has a file open and is called so."""
    process = subprocess.Popen([sys.executable, "-c", STAYS, file, word], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout
        assert process.stdin
        process.stdout.readline()
        yield process.pid
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(10)


@pytest.fixture(autouse=True)
def careful(monkeypatch):
    """The PostgreSQL of the tests forgets on purpose, to be fast."""
    monkeypatch.setattr(stored, "WANTED", {})


def unwell(session):
    """What is found about PostgreSQL."""
    return [str(one) for one in condition.postgresql(session) if not one.is_well]


@pytest.fixture
def on_sqlite(database):
    if not database.is_sqlite:
        pytest.skip("asks SQLite")
    return database


@pytest.fixture
def on_postgresql(database):
    if database.is_sqlite:
        pytest.skip("asks PostgreSQL")
    with database.everything().read() as session:
        yield session


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"WEFT_ORIGIN": "https://weft.example.org"}, ""),
        ({"WEFT_ORIGIN": "http://localhost:8000"}, ""),
        ({"WEFT_ORIGIN": "https://192.0.2.7"}, "a number"),
        ({"WEFT_ORIGIN": "http://weft.example.org"}, "without HTTPS"),
        ({"WEFT_HOST": "0.0.0.0", "WEFT_ORIGIN": "http://localhost:8000"}, "each machine itself"),
    ],
    ids=["https", "localhost", "a number", "plain", "for others"],
)
def test_an_address_at_which_phones_take_no_passkeys_is_found(env, words):
    found = surroundings.origin(settings_of(**env))
    assert (found.is_well, words in found.what) == (not words, True)


def test_a_push_subject_that_is_no_address_is_found():
    assert surroundings.subject(settings_of(WEFT_PUSH_SUBJECT="mailto:noor@example.org")).is_well
    assert "WEFT_PUSH_SUBJECT" in surroundings.subject(settings_of(WEFT_PUSH_SUBJECT="noor")).what_to_do


@pytest.mark.parametrize(("free", "word"), [(10**9, "well"), (3 * 10**8, "note"), (10**7, "look")], ids=["much", "less", "little"])
def test_a_disk_that_fills_up_is_noted_and_then_harms(tmp_path, monkeypatch, free, word):
    monkeypatch.setattr(surroundings.shutil, "disk_usage", lambda _: type("Usage", (), {"free": free}))
    assert surroundings.space(tmp_path).word == word


def test_two_servers_on_one_file_are_found(on_sqlite):
    file = str(on_sqlite.url.database)
    with at_work(file, "serve") as first:
        assert surroundings.others(on_sqlite).is_well
        with at_work(file, "doctor"):
            assert surroundings.others(on_sqlite).is_well
        with at_work(file, "jobs") as second:
            found = surroundings.others(on_sqlite)
    assert not found.is_well
    assert {str(first), str(second)} <= set(found.what.replace(",", " ").replace(")", " ").split())


def test_a_file_that_is_damaged_is_found(on_sqlite, tmp_path):
    assert condition.damage(on_sqlite) is None
    with on_sqlite.write() as session:
        for _ in range(40):
            make.couple(session)
    broken = tmp_path / "broken.sqlite3"
    copies.copy(on_sqlite, broken)
    with broken.open("r+b") as file:
        file.seek(4096 * 8)
        file.write(os.urandom(4096 * 24))
    damaged = Database(f"sqlite:///{broken}")
    found = condition.damage(damaged.everything())
    damaged.close()
    assert found
    assert "weft restore" in found.what_to_do


def test_a_log_of_writes_that_grows_is_noted(on_sqlite, clock, monkeypatch):
    assert all(one.is_well for one in condition.examine(on_sqlite, clock.at))
    with on_sqlite.write() as session:
        make.couple(session)
    monkeypatch.setattr(condition, "LARGE_LOG", 0)
    assert [one.word for one in condition.examine(on_sqlite, clock.at) if not one.is_well] == ["note"]


def test_a_clock_that_was_set_back_is_found(database, clock):
    with database.write() as session:
        make.check_in(session, make.promise(session, make.member(session), now=clock.at), now=clock.at)
    assert all(one.is_well for one in condition.examine(database, clock.at))
    assert ["clock right" in one.what_to_do for one in condition.examine(database, clock.at - HOUR) if not one.is_well] == [True]


def test_an_outbox_that_grows_is_found(clock):
    at = clock.at
    assert condition.outbox(Outbox(5, 2, at - timedelta(minutes=3), 4), at).is_well
    assert condition.outbox(Outbox(5, 0, None, 4), at).is_well
    assert condition.outbox(Outbox(5000, 4000, at - timedelta(minutes=3), 4), at).word == "note"
    stuck = condition.outbox(Outbox(5, 2, at - HOUR, 4), at)
    assert (stuck.word, "60 minutes" in stuck.what) == ("look", True)


def test_phones_that_stop_taking_notices_are_noted():
    assert condition.phones(Ending(live=10, ended=4)).is_well
    assert condition.phones(Ending(live=0, ended=2)).is_well
    assert condition.phones(Ending(live=1, ended=4)).word == "note"


def test_settings_of_postgresql_that_lose_are_found(on_postgresql, monkeypatch):
    monkeypatch.setattr(stored, "WANTED", {"synchronous_commit": ("on",)})
    on_postgresql.execute(text("SET LOCAL synchronous_commit = on"))
    assert unwell(on_postgresql) == []
    on_postgresql.execute(text("SET LOCAL synchronous_commit = off"))
    assert ["synchronous_commit is off" in one for one in unwell(on_postgresql)] == [True]
    on_postgresql.execute(text("SET LOCAL synchronous_commit = on"))
    on_postgresql.execute(text("SET LOCAL TimeZone = 'Asia/Tokyo'"))
    assert ["not in UTC" in one for one in unwell(on_postgresql)] == [True]
    on_postgresql.execute(text("SET LOCAL TimeZone = 'UTC'"))
    monkeypatch.setattr(stored, "OLDEST", 99)
    assert ["version 99" in one for one in unwell(on_postgresql)] == [True]


def test_a_table_that_is_open_to_all_of_postgresql_is_found(on_postgresql):
    on_postgresql.execute(text("ALTER TABLE promises DISABLE ROW LEVEL SECURITY"))
    assert ["promises" in one for one in unwell(on_postgresql)] == [True]
    on_postgresql.rollback()


def test_a_clock_that_is_not_postgresql_s_is_found(on_postgresql):
    now = stored.now(on_postgresql)
    assert now
    assert condition.clocks(on_postgresql, now).is_well
    assert "NTP" in condition.clocks(on_postgresql, now - HOUR).what_to_do


def test_only_what_harms_lets_the_doctor_fail():
    assert [Finding("a").is_harm, Finding("a", "b").is_harm, Finding("a", "b", harms=False).is_harm] == [False, True, False]


def test_nothing_that_anybody_wrote_is_in_what_the_doctor_says(database, clock, tmp_path):
    with database.write() as session:
        couple = make.couple(session)
        promise = make.promise(session, couple.noor, "Water the orchids")
        make.check_in(session, promise, now=clock.at)
    told = "".join(map(str, doctor.examine(database, settings_of(WEFT_DATA=str(tmp_path)), clock)))
    assert [word for word in ("Noor", "Sam", "orchids", str(couple.noor.id), str(promise.id)) if word in told] == []
