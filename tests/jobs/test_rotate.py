import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from subprocess import Popen

import pytest
from sqlalchemy import select, text

from jobs import demo, rotate
from server import keyring
from server.config import SettingsError
from server.db import Database, sealing
from server.db.sealing import Sealer, UnsealedError
from server.db.tables import column_keys, events, members, promises
from server.store import promises as promised
from server.store import resealing
from server.store import sealing as words
from tests import make
from tests.served import WEFT, environment, weft
from tests.standing import everything


@pytest.fixture
def secrets(tmp_path):
    make.lend_keys(tmp_path / "data")
    return tmp_path / "data" / "secrets"


@pytest.fixture
def locked(store, secrets):
    """A database that opens its words with the keys in a folder of secrets, as a server does, in which something was said."""
    url = store.copy()
    changed = keyring.changes(secrets)
    database = Database(url, Sealer(keyring.load(secrets), changed)).everything()
    with database.write() as session:
        couple = make.couple(session)
        dinner = make.promise(session, couple.noor, cue="After the tram")
        make.check_in(session, dinner)
        make.check_in(session, dinner, "seen", by=couple.sam, day=make.NOW.date(), line="Thank you for the soup")
        for n in range(rotate.AT_ONCE):
            make.promise(session, make.member(session, f"Eve {n}"), "Read")
    yield database
    database.close()
    store.drop(url)


def turned(database, secrets):
    return rotate.rotate(database, secrets, lambda done, of: None, aside="before")


def keys_in(database):
    """With which keys words are sealed."""
    found = set()
    with database.read() as session:
        for table in resealing.TABLES:
            for row in session.execute(select(table)):
                for column in (one for one in words.SEALED if one.table is table):
                    found |= _keys(row._mapping[column.name], words.SEALED[column].plain)
    return found


def _keys(value, plain):
    if isinstance(value, str):
        return {sealing.key_of(value)} if value else set()
    return set().union(*(_keys(one, ()) for name, one in value.items() if name not in plain)) if isinstance(value, dict) else set()


def test_everything_is_sealed_anew_and_reads_as_before(locked, secrets):
    demo.tell(locked, make.NOW)
    with locked.read() as session:
        before = everything(session)
    (former,) = keys_in(locked)
    count, aside = turned(locked, secrets)
    (newest,) = keys_in(locked)
    assert (newest == former, count > 100) == (False, True)
    assert list(keyring.load(secrets)) == [newest]
    assert former in aside.read_text()
    assert aside.stat().st_mode & 0o777 == 0o600
    with locked.read() as session:
        after = everything(session)
        assert session.scalars(select(column_keys.c.id)).all() == [newest]
    assert {name: rows for name, rows in after.items() if rows != before[name]}.keys() == {"column_keys"}


def test_the_log_stays_append_only(locked, secrets):
    turned(locked, secrets)
    with pytest.raises(Exception, match="append-only"), locked.write() as session:
        session.execute(text("UPDATE events SET sent = NULL"))


def test_the_former_key_opens_nothing_afterwards(locked, secrets):
    turned(locked, secrets)
    with locked.read() as session:
        row = session.execute(select(promises)).first()
    with pytest.raises(UnsealedError):
        make.SEALER.open(f"promises|title|{row.bond_id or row.member_id}", row.title)


def test_it_goes_on_where_it_was_killed(locked, secrets, monkeypatch):
    """Whatever it has come to, everything opens, and the next run brings it to its end under the same key."""
    chunks, real = iter(range(2)), resealing.reseal

    def killed(*given, **how):
        next(chunks)
        return real(*given, **how)

    monkeypatch.setattr(resealing, "reseal", killed)
    with pytest.raises(StopIteration):
        turned(locked, secrets)
    monkeypatch.setattr(resealing, "reseal", real)
    assert len(keyring.load(secrets)) == len(keys_in(locked)) == 2
    newest = list(keyring.load(secrets))[-1]
    with locked.read() as session:
        everything(session)
    turned(locked, secrets)
    assert keys_in(locked) == set(keyring.load(secrets)) == {newest}


def test_a_server_that_was_running_seals_with_the_new_key_and_opens_both(locked, secrets):
    running = Database(
        locked.url.render_as_string(hide_password=False), Sealer(keyring.load(secrets), keyring.changes(secrets))
    ).everything()
    with running.read() as session:
        before = everything(session)["promises"]
    new = keyring.add(secrets)
    with running.write() as session:
        nadja = make.member(session, "Nadja")
        assert sealing.key_of(session.execute(select(members.c.name).where(members.c.id == nadja.id)).scalar_one()) == new
    turned(locked, secrets)
    with running.read() as session:
        assert everything(session)["promises"] == before
    running.close()


def test_who_writes_meanwhile_is_not_lost(locked, secrets):
    done = threading.Event()

    def write():
        while not done.is_set():
            with locked.write() as session:
                make.promise(session, make.member(session, "Eve"), "Read")

    writing = threading.Thread(target=write)
    writing.start()
    try:
        turned(locked, secrets)
    finally:
        done.set()
        writing.join()
    assert keys_in(locked) == set(keyring.load(secrets))


@pytest.mark.postgres
def test_what_somebody_is_changing_meanwhile_is_waited_for(locked, secrets):
    if locked.is_sqlite:
        pytest.skip("SQLite has one writer")
    with locked.read() as session:
        promise_id = session.scalar(select(promises.c.id).limit(1))
    with ThreadPoolExecutor() as pool:
        with locked.write() as session:
            session.execute(text("SELECT 1 FROM promises WHERE id = :id FOR UPDATE"), {"id": promise_id})
            turning = pool.submit(turned, locked, secrets)
            while len(keyring.load(secrets)) == 1 or not waiting(locked):
                os.sched_yield()
            promised.reword(session, promise_id, {"title": "Something else"})
        turning.result()
    assert keys_in(locked) == set(keyring.load(secrets))
    with locked.read() as session:
        assert promised.by_ids(session, [promise_id])[promise_id].title == "Something else"


def waiting(database):
    """Whether somebody waits for another's lock."""
    with database.read() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def test_two_do_not_turn_at_once(locked, secrets):
    with keyring.held(secrets), pytest.raises(SettingsError, match="already"):
        turned(locked, secrets)


def test_the_command_is_killed_and_run_again(locked, secrets, store):
    url = locked.url.render_as_string(hide_password=False)
    with locked.write() as session:
        eve = make.member(session, "Eve")
        for n in range(300):
            make.promise(session, eve, f"Read {n}")
    killed = Popen([WEFT, "keys", "rotate"], env=environment(secrets.parent, url))
    while len(keyring.load(secrets)) == 1 and killed.poll() is None:
        os.sched_yield()
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    done = weft(secrets.parent, url, "keys", "rotate")
    assert (done.returncode, "sealed anew" in done.stdout, "column.keys.before-" in done.stderr) == (0, True, True)
    assert keys_in(locked) == set(keyring.load(secrets))
    with locked.read() as session:
        assert any("Read 299" in row for row in everything(session)["promises"])
        assert session.scalar(select(events.c.id).limit(1))
