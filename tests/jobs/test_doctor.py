from datetime import timedelta

import pytest
from sqlalchemy import text

from jobs import backup, doctor, schedule
from jobs.schedule import JOBS, Means, Schedule
from server import config, keyring
from server.db import Database
from server.domain.notices import Subscription
from server.push import keys
from server.push.sender import Sender
from server.store import column_keys, condition, push
from tests import make

PHONE = Subscription("https://push.example/1", "key", "secret")


@pytest.fixture(autouse=True)
def careful(monkeypatch):
    """The PostgreSQL of the tests forgets on purpose, to be fast."""
    monkeypatch.setattr(condition, "WANTED", {})


@pytest.fixture
def settings(tmp_path):
    make.lend_keys(tmp_path / "data")
    return config.from_environment({"WEFT_DATA": str(tmp_path / "data")})


@pytest.fixture
def well(database, settings, clock):
    """A server that has made its keys and run its jobs."""
    means = Means(database, clock, Sender(keys.load(settings.secrets), settings, clock), settings.data / "backups")
    for job in JOBS:
        Schedule(means).perform(job)
    return database


def unwell(database, settings, clock):
    return [str(one) for one in doctor.examine(database, settings, clock) if not one.is_well]


def test_a_server_that_runs_is_well(well, settings, clock):
    assert unwell(well, settings, clock) == []
    assert len(doctor.examine(well, settings, clock)) == (16 if well.is_sqlite else 19)


def test_a_server_that_never_ran_is_told_what_to_do(database, settings, clock):
    found = unwell(database, settings, clock)
    assert all("weft serve" in one or "Start Weft" in one or "weft backup" in one for one in found)
    assert len(found) == len(JOBS) + 1 + database.is_sqlite


def test_a_database_without_tables_needs_migrating(settings, clock, empty_url):
    empty = Database(empty_url)
    assert any("weft migrate" in one for one in unwell(empty, settings, clock))
    empty.close()


def test_others_may_not_read_the_data(well, settings, clock):
    settings.data.chmod(0o755)
    (settings.secrets / keys.FILE).chmod(0o644)
    found = unwell(well, settings, clock)
    assert [one.count("chmod") for one in found] == [1, 1]


def test_phones_that_subscribed_under_another_key_are_found(well, settings, clock):
    with well.write() as session:
        noor = make.member(session)
        push.put(session, PHONE, member_id=noor.id, session_id=None, vapid_key="another", shows_details=False, now=clock.at)
    assert ["another push key" in one for one in unwell(well, settings, clock)] == [True]


def test_jobs_that_stopped_are_found(well, settings, clock):
    clock.at += timedelta(hours=49)
    found = unwell(well, settings, clock)
    assert len([one for one in found if one.startswith("look  The job")]) == len(JOBS)


def test_a_job_that_fails_is_found(well, settings, clock, monkeypatch):
    with well.write() as session:
        session.execute(text("UPDATE job_runs SET failure = 'OSError' WHERE name = 'settle'"))
    assert ["“settle” failed with OSError" in one for one in unwell(well, settings, clock)] == [True]


def test_a_copy_that_is_too_old_is_found(well, settings, clock):
    if not well.is_sqlite:
        pytest.skip("PostgreSQL is its operator's to copy")
    for path in (settings.data / "backups").iterdir():
        path.rename(backup.named(settings.data / "backups", clock.at - timedelta(days=3)))
    assert ["weft backup" in one for one in unwell(well, settings, clock)] == [True]


def test_a_clock_behind_the_log_is_found(well, settings, clock):
    with well.write() as session:
        make.check_in(session, make.promise(session, make.member(session), now=clock.at), now=clock.at)
    clock.at -= timedelta(minutes=30)
    assert ["clock" in one for one in unwell(well, settings, clock)] == [True]


def test_an_address_without_https_is_found(well, clock, settings):
    plain = config.from_environment({"WEFT_DATA": str(settings.data), "WEFT_ORIGIN": "http://weft.example.org"})
    assert ["HTTPS" in one for one in unwell(well, plain, clock)] == [True]


def test_a_wrong_figure_is_found_and_left_alone(well, settings, clock):
    with well.write() as session:
        make.couple(session)
        session.execute(text("UPDATE weaves SET together = 9"))
    for _ in range(2):
        assert ["weft rebuild" in one for one in unwell(well, settings, clock)] == [True]


def test_what_is_due_but_not_done_yet_is_no_wrong_figure(well, settings, clock):
    with well.write() as session:
        couple = make.couple(session)
        make.promise(session, couple.noor)
    clock.at += timedelta(days=2)
    assert not any("weft rebuild" in one for one in unwell(well, settings, clock))


def test_every_job_has_a_name_of_its_own():
    assert len({job.name for job in schedule.JOBS}) == len(schedule.JOBS)


def test_words_whose_key_is_not_there_or_another_are_found(well, settings, clock):
    column_keys.note_newest(well)
    (settings.secrets / keyring.FILE).unlink()
    assert ["column.keys back from the backup" in one for one in unwell(well, settings, clock)] == [True]
    keyring.load(settings.secrets)
    assert ["a key that" in one and "column.keys back from the backup" in one for one in unwell(well, settings, clock)] == [True]
    assert list(settings.secrets.glob("column*")) == [settings.secrets / keyring.FILE]
