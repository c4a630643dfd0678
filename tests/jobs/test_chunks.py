import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from jobs import chunks
from jobs.chunks import BREATH, LONG, Pace, in_chunks, in_two_steps


@pytest.mark.parametrize(
    ("worked", "then"),
    [(LONG / 4, 200), (LONG * 0.64, 125), (LONG * 0.9, 100), (LONG * 1.25, 80), (LONG * 9, 50)],
    ids=["short", "rather short", "well", "long", "far too long"],
)
def test_the_next_part_is_as_large_as_goes_into_what_others_may_wait(worked, then):
    pace = Pace(100, 500)
    pace.took(0, worked)
    assert pace.at_once == then


def test_a_part_is_never_larger_than_the_most_nor_smaller_than_half_of_the_first():
    pace = Pace(100, 150)
    pace.took(0, 0)
    assert pace.at_once == 150
    for _ in range(9):
        pace.took(0, 9 * LONG)
    assert pace.at_once == 50


@pytest.mark.parametrize(("waited", "breath"), [(0.0, BREATH), (0.1, 0.018)], ids=["alone", "with others"])
def test_a_job_that_had_to_wait_for_others_lets_them_in_for_longer(waited, breath):
    pace = Pace(100)
    pace.took(waited, 0.018)
    assert pace.breath == breath


def test_whatever_there_is_is_done_part_by_part(database, monkeypatch):
    monkeypatch.setattr(chunks, "BREATH", 0)
    left, parts = list(range(57)), []

    def step(_, limit):
        parts.append(left[:limit])
        del left[:limit]
        return len(parts[-1])

    assert in_chunks(database, step, 10) == 57
    assert [one for part in parts for one in part] == list(range(57))
    assert max(map(len, parts)) <= 10


@pytest.fixture
def at_work(database):
    """A step of a job, and how many were at it at once: on SQLite it takes its time, elsewhere it waits for two others."""
    counting, meeting, there, most = threading.Lock(), threading.Barrier(3), set(), []

    def step(*_):
        with counting:
            there.add(threading.get_ident())
            most.append(len(there))
        if database.is_sqlite:
            time.sleep(0.01)
        else:
            meeting.wait(10)
        with counting:
            there.discard(threading.get_ident())
        return 0

    return step, most


def test_where_one_writes_at_a_time_the_jobs_take_their_steps_one_after_the_other(database, at_work):
    step, most = at_work
    with ThreadPoolExecutor(3) as jobs:
        for one in [jobs.submit(in_two_steps, database, step, lambda *_: 0, int, 10) for _ in range(3)]:
            one.result()
    assert max(most) == (1 if database.is_sqlite else 3)
