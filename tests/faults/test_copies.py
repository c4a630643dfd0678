"""Copies that are made while people tap, and put back: nobody waits for them, and all that was acknowledged before is in them."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median
from time import monotonic, sleep

import pytest
from sqlalchemy import select

from jobs import populate
from server.db import tables, upgrade
from server.gathering import take_all
from tests import make
from tests.faults import phones
from tests.faults.conftest import LONG
from tests.faults.opening import opened
from tests.faults.report import crowding, lost, middle_and_most
from tests.postgres import cluster
from tests.served import weft

AMOUNT = populate.Amount(400, 60, 4, seed=9) if LONG else populate.Amount(30, 20, 4, seed=9)
COPIES = 10 if LONG else 1
LONGEST_WAIT = 0.050
TRIES = 3 if LONG else 2
CHECKED_WITHIN = 600
"""Seconds in which every figure is reckoned anew."""


class Writer:
    """Somebody who taps without a pause, and how long each tap waited for its commit."""

    def __init__(self, url):
        self.database = opened(url)
        now = datetime.now(UTC)
        with self.database.write() as session:
            noor = make.member(session, now=now - timedelta(days=5))
            self.promises = [make.promise(session, noor, due_time=None, now=now - timedelta(days=5)) for _ in range(40)]
        self.acknowledged, self.waits = [], []

    def write_while(self, chance, happen):
        """Tap for as long as something happens; return the longest waits, in order."""
        first = len(self.waits)
        with ThreadPoolExecutor(1) as other:
            happening = other.submit(happen)
            while not happening.done():
                self.write(chance)
            happening.result()
        return self.waits[first:]

    def write(self, chance):
        """One tap."""
        began, now = monotonic(), datetime.now(UTC)
        tap = make.tap(chance.choice(self.promises), at=now - chance.random() * phones.WITHIN)
        (answer,) = take_all(self.database, [tap], now=now)
        assert not isinstance(answer, Exception)
        self.waits.append(monotonic() - began)
        self.acknowledged.append(str(tap.id))


@pytest.fixture
def writer(place):
    folder, url = place
    folder.mkdir(mode=0o700)
    database = opened(url)
    upgrade.upgrade(database)
    populate.populate(database, datetime.now(UTC) - timedelta(days=6), AMOUNT, lambda *_: None)
    database.close()
    found = Writer(url)
    yield found
    found.database.close()


@contextmanager
def there(kind, tmp_path):
    """Another data folder, and a database in which there is nothing yet."""
    elsewhere = tmp_path / "elsewhere"
    if kind == "sqlite":
        yield elsewhere, f"sqlite:///{elsewhere}/weft.sqlite3"
        return
    with cluster() as opened:
        yield elsewhere, opened.empty()


def of_which(database):
    """What the copy that was put back holds."""
    with database.read() as session:
        return [str(one) for one in session.scalars(select(tables.events.c.id))]


def beside_and_alone(writer, chance, folder, url, tmp_path):
    """Tap while copies are made, and as long without: how long taps waited, what was acknowledged before the last copy, and that copy."""
    before, copies = [], []

    def copy_again_and_again():
        for _ in range(COPIES):
            copies.append(tmp_path / f"copy-{len(writer.acknowledged)}-{len(copies)}")
            before[:] = writer.acknowledged
            done = weft(folder, url, "backup", str(copies[-1]))
            assert done.returncode == 0, done.stderr

    began = monotonic()
    beside = writer.write_while(chance, copy_again_and_again)
    alone = writer.write_while(chance, partial(sleep, monotonic() - began))
    return beside, alone, before, copies[-1]


def put_back(kind, tmp_path, copy):
    """What a copy holds once it is the database of another Weft, and what that says of its figures."""
    with there(kind, tmp_path) as (elsewhere, back):
        assert weft(elsewhere, back, "restore", str(copy)).returncode == 0
        checked = weft(elsewhere, back, "rebuild", "--check", patience=CHECKED_WITHIN)
        database = opened(back)
        found = of_which(database)
        database.close()
    return found, checked


@pytest.mark.slow
def test_a_copy_under_load_holds_up_no_tap_and_holds_all_that_was_acknowledged_before(place, kind, writer, report, tmp_path):
    """What else this machine does can only lengthen a wait, so the best of a few tries is what a copy costs."""
    if kind == "postgresql" and shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not here")
    told, tries = report(f"{COPIES} copies under load"), []
    while not tries or (len(tries) < TRIES and max(tries[-1][0]) > LONGEST_WAIT):
        tries.append(beside_and_alone(writer, told.chance, *place, tmp_path))
    beside, alone, _, _ = min(tries, key=lambda one: max(one[0]))
    _, _, before, copy = tries[-1]
    found, checked = put_back(kind, tmp_path, copy)
    gone, crowded = lost(before, found), crowding()
    told.tell(
        size=f"{copy.stat().st_size / 2**20:.1f} MB",
        acknowledged_before=len(before),
        found=len(set(writer.acknowledged) & set(found)),
        lost=len(gone),
        write_beside_a_copy=middle_and_most(beside),
        write_alone=middle_and_most(alone),
        ratio=f"{max(beside) / max(alone):.1f}",
        tries=len(tries),
        crowded=f"{crowded:.1f}",
    )
    assert gone == []
    assert (checked.returncode, checked.stdout) == (0, "Every figure is what the log makes it.\n")
    # Beside other tests a single wait says nothing of the copy: every one of them is judged where nothing else runs.
    judged, compared = (max(beside), max(alone)) if LONG else (median(beside), median(alone))
    assert judged <= max(LONGEST_WAIT * crowded, compared)
