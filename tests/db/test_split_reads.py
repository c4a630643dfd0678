"""What is read of a log that is split: by a promise one part, by an id all of them."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from server.store import events as log
from tests import make
from tests.conftest import ON_POSTGRESQL
from tests.splitting import DAY, parts

pytestmark = pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite has no parts, and needs none")


@contextmanager
def reads_of_the_log(database):
    """Collects the parts into which each statement looks that reads the log, as PostgreSQL explains it."""
    looked: list[set[str]] = []
    explaining = [False]

    def explain(connection, cursor, statement, parameters, context, many):
        if explaining[0] or many or " events" not in statement or not statement.lstrip().startswith("SELECT"):
            return
        explaining[0] = True
        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
        explaining[0] = False
        leaves = {line.partition(" on ")[2].split()[0] for line in plan if " on events_of_" in line and "Index Scan on ix" not in line}
        looked.append({one.rpartition("_")[0] for one in leaves})

    event.listen(database.writer, "before_cursor_execute", explain)
    try:
        yield looked
    finally:
        event.remove(database.writer, "before_cursor_execute", explain)


@pytest.mark.parametrize("personal", [False, True], ids=["shared", "personal"])
def test_what_a_promise_is_read_by_looks_into_one_part(split, personal):
    with split.write() as session:
        couple = make.couple(session)
        promise = make.promise(session, couple.noor, personal=personal)
        make.check_in(session, promise)
        (one,) = {place for line, place in parts(session).items()}
    with reads_of_the_log(split) as looked, split.of(couple.noor.id).write() as session:
        key = (promise.id, make.NOW.date())
        found = log.said_on(session, [key], [promise])
        log.repairs_on(session, [key], [promise])
        log.spare_days(session, [promise.id], key[1] - DAY, [promise])
        past = log.history(session, promise.id, since=key[1] - 9 * DAY, of=[promise])
    assert (len(found[key]), len(past)) == (1, 1)
    assert looked == [{one}] * 4


def test_a_tap_looks_into_one_part_but_for_whether_its_id_is_known(split):
    with split.write() as session:
        couple = make.couple(session)
        promise = make.promise(session, couple.noor)
        (one,) = set(parts(session).values())
    with reads_of_the_log(split) as looked, split.of(couple.noor.id).write() as session:
        make.check_in(session, promise)
    assert sorted(map(len, looked))[-1:] == [16]
    assert [place for place in looked if len(place) != 16] == [{one}] * (len(looked) - 1)
