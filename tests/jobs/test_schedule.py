import threading
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from jobs import schedule
from jobs.schedule import JOBS, Job, Means, Schedule
from server import config
from server.push import keys
from server.push.sender import Sender
from server.store import health
from tests import make

PATIENCE = 10
HOUR = timedelta(hours=1)


@pytest.fixture
def means(database, clock, tmp_path):
    settings = config.from_environment({"WEFT_DATA": str(tmp_path)})
    return Means(database, clock, Sender(keys.load(settings.secrets), settings, clock), tmp_path / "backups")


def runs(means):
    with means.database.read() as session:
        return health.runs(session)


def fail(_):
    raise ZeroDivisionError


def noting(event):
    return lambda _: event.set() or 1


def test_every_job_runs_on_a_server_without_anybody(means):
    assert [(job.name, schedule.run(job, means).failure) for job in JOBS] == [(job.name, None) for job in JOBS]


def test_after_a_long_time_off_one_round_does_all_and_the_next_nothing(means):
    with means.database.write() as session:
        couple = make.couple(session)
        make.promise(session, couple.noor)
    means.clock.at += timedelta(days=30)
    first = {job.name: schedule.run(job, means).count for job in JOBS for _ in range(2)}
    assert first["settle"] == 0
    assert [schedule.run(job, means).count for job in JOBS] == [0] * len(JOBS)


def test_a_job_that_fails_is_logged_and_stops_no_other(means):
    ran = threading.Event()
    some = Schedule(means, [Job("broken", HOUR, fail), Job("whole", HOUR, noting(ran))])
    with capture_logs() as logs:
        some.start()
        assert ran.wait(PATIENCE)
        assert some.stop(timedelta(seconds=PATIENCE))
    assert [one["job"] for one in logs if one["event"] == "job failed"] == ["broken"]


def test_how_a_job_went_is_written_down(means):
    some = Schedule(means)
    with capture_logs():
        some.perform(Job("broken", HOUR, fail))
        some.perform(Job("whole", HOUR, lambda _: 3))
    found = runs(means)
    assert (found["broken"].failure, found["whole"].failure, found["whole"].count) == ("ZeroDivisionError", None, 3)
    assert found["whole"].ended_at == means.clock.now()


def test_doing_nothing_is_written_down_once_a_minute(means):
    idle, some, seen = Job("idle", HOUR, lambda _: 0), Schedule(means), []
    for _ in range(5):
        some.perform(idle)
        seen.append(runs(means)["idle"].ended_at)
        means.clock.at += timedelta(seconds=20)
    assert seen == [make.NOW] * 3 + [make.NOW + timedelta(seconds=60)] * 2


def test_a_job_runs_although_the_clock_was_set_back(means):
    times = threading.Semaphore(0)
    some = Schedule(means, [Job("counted", HOUR, lambda _: times.release() or 1)])
    some.start()
    assert times.acquire(timeout=PATIENCE)
    means.clock.at -= timedelta(days=400)
    assert any(some.look() or times.acquire(timeout=0.1) for _ in range(100))
    assert some.stop(timedelta(seconds=PATIENCE))


def test_ending_waits_only_so_long_for_a_job(means):
    running, may_end = threading.Event(), threading.Event()
    some = Schedule(means, [Job("long", HOUR, lambda _: running.set() or int(may_end.wait(PATIENCE)))])
    some.start()
    assert running.wait(PATIENCE)
    assert not some.stop(timedelta(milliseconds=20))
    may_end.set()
    for ending in [one for one in threading.enumerate() if one.name == "ending"]:
        ending.join(PATIENCE)
