import threading
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from sqlite3 import connect

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from jobs import backup
from server.db import Database, copies
from server.db.copies import CopyError
from server.db.tables import metadata
from tests import make
from tests.make import NOW

DAY = timedelta(days=1)


@pytest.fixture
def lived(database):
    with database.write() as session:
        couple = make.couple(session)
        make.check_in(session, make.promise(session, couple.noor))
    return database


@pytest.fixture
def copied(lived, tmp_path):
    copies.copy(lived, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def on_sqlite(database):
    if not database.is_sqlite:
        pytest.skip("PostgreSQL is its operator's to copy")


def rows(url):
    database = Database(url).everything()
    with database.read() as session:
        found = {one.name: sorted(map(repr, session.execute(one.select()))) for one in metadata.tables.values()}
    database.close()
    return found


def count(database):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(metadata.tables["events"]))


def damage(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2 :] = b"\0" * (len(whole) - len(whole) // 2)
    path.write_bytes(whole)


def test_a_copy_put_back_holds_everything_and_still_refuses_to_change_the_log(database_url, copied, empty_url):
    assert copies.put_back(empty_url, copied, aside="before") is None
    assert rows(empty_url) == rows(database_url)
    back = Database(empty_url).everything()
    with pytest.raises(DBAPIError, match="append-only"), back.write() as session:
        session.execute(text("DELETE FROM events"))
    back.close()


def test_a_copy_is_its_owners_alone(copied):
    assert copied.stat().st_mode & 0o777 == 0o600


def test_a_copy_does_not_wait_for_somebody_who_writes_nor_holds_what_is_not_committed(lived, tmp_path):
    with lived.write() as session:
        make.eve(session)
        copies.copy(lived, tmp_path / "copy")
    if lived.is_sqlite:
        with closing(connect(tmp_path / "copy")) as copy:
            assert copy.execute("SELECT count(*) FROM members").fetchone() == (2,)


def test_taps_go_on_while_copies_are_made(lived, tmp_path):
    with lived.write() as session:
        promise = make.promise(session, make.member(session))
    ended = threading.Event()

    def tap():
        while not ended.is_set():
            with lived.write() as session:
                make.check_in(session, promise)

    tapping = threading.Thread(target=tap)
    tapping.start()
    try:
        for n in range(5):
            copies.copy(lived, tmp_path / f"{n}.sqlite3")
            if lived.is_sqlite:
                copies.check(tmp_path / f"{n}.sqlite3")
    finally:
        ended.set()
        tapping.join()


def test_a_copy_writes_over_nothing(lived, copied):
    with pytest.raises(CopyError, match="there already"):
        copies.copy(lived, copied)


def test_a_copy_that_fails_leaves_nothing_behind(lived, tmp_path, monkeypatch):
    def no_space(path):
        raise OSError("no space")

    monkeypatch.setattr(copies, "_flush", no_space)
    with pytest.raises(OSError, match="no space"):
        copies.copy(lived, tmp_path / "folder.sqlite3")
    assert list(tmp_path.glob("*folder*")) == []


def test_a_file_that_is_no_copy_is_refused(database_url, tmp_path):
    (tmp_path / "words").write_text("Dear diary")
    for name in ("words", "nothing"):
        with pytest.raises(CopyError):
            copies.put_back(database_url, tmp_path / name, aside="before")


def test_a_damaged_copy_is_refused_and_what_is_there_stays(on_sqlite, lived, database_url, copied):
    damage(copied)
    lived.close()
    with pytest.raises(CopyError):
        copies.put_back(database_url, copied, aside="before")
    assert count(Database(database_url)) == 2


def test_what_was_there_before_a_copy_was_put_back_is_kept_beside_it(on_sqlite, lived, database_url, copied):
    with lived.write() as session:
        make.check_in(session, make.promise(session, make.member(session)))
    kept = copies.put_back(database_url, copied, aside="before")
    assert rows(f"sqlite:///{kept}") != rows(database_url)
    assert (count(Database(f"sqlite:///{kept}")), count(Database(database_url))) == (4, 2)


def test_a_copy_is_not_put_over_other_tables(database, database_url, copied):
    if database.is_sqlite:
        pytest.skip("SQLite keeps what was there beside it")
    with pytest.raises(CopyError, match="empty"):
        copies.put_back(database_url, copied, aside="before")


def test_a_copy_reaches_the_disk_while_it_is_written(on_sqlite, lived, tmp_path, monkeypatch):
    """All of it at the end would hold up the commits of those who check in."""
    reached = []
    fsync = copies.os.fsync

    def noted(descriptor):
        fsync(descriptor)
        reached.append(copies.os.fstat(descriptor).st_size)

    with lived.everything().write() as session:
        session.execute(text("CREATE TABLE much AS SELECT randomblob(20000000) AS bytes"))
    monkeypatch.setattr(copies, "TRICKLE", 0.001)
    monkeypatch.setattr(copies.os, "fsync", noted)
    copies.copy(lived, tmp_path / "copy")
    assert [size for size in reached if size < (tmp_path / "copy").stat().st_size]


def test_a_copy_is_made_once_a_day(on_sqlite, database, tmp_path):
    times = [NOW, NOW + timedelta(hours=23), NOW + DAY, NOW + DAY]
    assert [backup.back_up(database, tmp_path, at) for at in times] == [1, 0, 1, 0]
    assert backup.newest_at(tmp_path) == NOW + DAY


def test_a_clock_that_was_ahead_stops_no_copy(on_sqlite, database, tmp_path):
    backup.back_up(database, tmp_path, NOW + 400 * DAY)
    assert backup.back_up(database, tmp_path, NOW) == 1


def test_seven_days_and_four_weeks_of_copies_are_kept(on_sqlite, database, tmp_path):
    for n in range(50):
        backup.back_up(database, tmp_path, NOW + n * DAY)
    days = sorted((NOW + 49 * DAY - backup._made_at(path)).days for path in tmp_path.iterdir())
    assert days[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert len(days) == 11
    assert [later - sooner for sooner, later in pairwise(days[7:])] == [7, 7, 7]


def test_what_somebody_else_keeps_there_stays(on_sqlite, database, tmp_path):
    mine = tmp_path / "weft-before-the-move.sqlite3"
    mine.touch()
    for n in range(30):
        backup.back_up(database, tmp_path, NOW + n * DAY)
    assert mine.exists()


def test_postgresql_is_left_to_its_operator(database, tmp_path):
    if database.is_sqlite:
        pytest.skip("SQLite is copied")
    assert backup.back_up(database, tmp_path, NOW) == 0
