from dataclasses import replace
from datetime import timedelta

import pytest

from server.actions import check_ins, settling
from server.actions.check_ins import Answer
from server.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, RefusedError
from tests import make, standing
from tests.make import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def couple(session):
    return make.couple(session)


@pytest.fixture
def dinner(session, couple):
    return make.promise(session, couple.noor)


def test_refused_ones_in_the_middle_of_a_batch_spoil_no_other(session, couple, dinner):
    walk = make.promise(session, couple.sam, "Walk", due_time=None)
    eve = make.eve(session)
    said = [
        make.tap(dinner, "heads_up", to=NOW + 2 * HOUR),
        make.tap(dinner, by=eve),
        make.tap(walk, at=NOW - 100 * HOUR),
        make.tap(walk),
        make.tap(walk, "missed", by=couple.noor),
        make.tap(dinner, "heads_up", to=NOW + 3 * HOUR),
        make.tap(dinner, at=NOW + 5 * MINUTE),
    ]
    answers = check_ins.check_in(session, said, now=NOW)
    assert [type(one) for one in answers] == [Answer, NotFoundError, InvalidError, Answer, NotAllowedError, ConflictError, Answer]
    assert [standing.streak(session, one).current for one in (dinner, walk)] == [1, 1]
    assert standing.occurrence(session, dinner, "2026-03-20").told_ahead


def test_a_batch_that_is_refused_whole_leaves_no_trace(session, dinner):
    before = standing.everything(session)
    answers = check_ins.check_in(session, [make.tap(dinner, day=TODAY + DAY), make.tap(dinner, "withdraw")], now=NOW)
    assert all(isinstance(one, RefusedError) for one in answers)
    assert standing.everything(session) == before


def test_within_a_batch_each_sees_what_those_before_it_said(session, couple, dinner):
    kept = make.tap(dinner)
    differs = make.tap(dinner, "differs", by=couple.sam)
    answers = check_ins.check_in(
        session,
        [
            kept,
            kept,
            differs,
            make.tap(dinner, "agree_missed"),
            make.tap(dinner, "undo", target=kept.id),
            make.tap(dinner, "undo", target=kept.id),
        ],
        now=NOW,
    )
    assert [isinstance(one, Answer) and one.is_new for one in answers] == [True, False, True, True, True, False]
    assert standing.occurrence(session, dinner, "2026-03-20").outcome == "missed"


def test_a_batch_comes_to_what_the_same_taps_come_to_one_by_one(session, couple, dinner):
    others = make.other_couple(session)
    same = make.promise(session, others.cleo)
    for promise, friend, at_once in ((dinner, couple.sam, True), (same, others.dan, False)):
        later = NOW + 2 * DAY
        said = [
            make.tap(promise, at=NOW),
            make.tap(promise, "missed", day=TODAY + DAY),
            make.tap(promise, "excuse", by=friend, day=TODAY + DAY),
            make.tap(promise, day=TODAY + 2 * DAY),
            make.tap(promise, "missed", at=NOW - HOUR),
        ]
        for some in [said] if at_once else [[one] for one in said]:
            check_ins.check_in(session, some, now=later)
    found = [[replace(row, promise_id=None, bond_id=None, member_id=None) for row in rows(session, one)] for one in (dinner, same)]
    assert found[0] == found[1]
    assert standing.streak(session, dinner).current == standing.streak(session, same).current == 2


def rows(session, promise):
    return [standing.occurrence(session, promise, f"2026-03-{day}") for day in (20, 21, 22)]


def test_other_words_of_a_batch_use_no_spare_day(session, dinner):
    said = [make.tap(dinner, at=NOW + day * DAY) for day in range(3)] + [make.tap(dinner, "reserve")]
    answers = check_ins.check_in(session, said, now=NOW + 3 * DAY)
    assert all(isinstance(one, Answer) for one in answers)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["kept", "missed", "reserve"])
def test_a_tap_in_order_costs_the_same_after_years(session, couple, kind):
    """Statements, and rows read: the fold goes on from where it stood."""
    work = {}
    for by, days in ((couple.noor, 10), (make.other_couple(session).cleo, 3 * 365)):
        promise = make.promise(session, by, starts_on=TODAY - days * DAY)
        settling.settle(session, now=NOW, limit=5000)
        for day in range(-3, 1):
            make.check_in(session, promise, day=TODAY + day * DAY)
        make.check_in(session, promise, now=NOW + DAY)
        with standing.watched(session) as watched:
            make.check_in(session, promise, kind, now=NOW + 2 * DAY)
        work[days] = len(watched.asked), watched.rows_read(session)
    assert work[10] == work[3 * 365]
    assert work[10][0] < 40


AT_MOST = 20


def test_the_statements_do_not_grow_with_the_bonds_of_a_batch(session):
    asked = {}
    for bonds in (1, 128):
        dinners = [make.promise(session, make.couple(session).noor) for _ in range(bonds)]
        with standing.watched(session) as watched:
            answers = check_ins.check_in(session, [make.tap(one) for one in dinners], now=NOW)
        assert all(isinstance(one, Answer) for one in answers)
        asked[bonds] = len(watched.asked)
    assert asked[1] == asked[128] <= AT_MOST


def test_the_statements_do_not_grow_with_those_that_may_be_mended(session):
    asked = {}
    for bonds in (1, 12):
        dinners = [make.promise(session, make.couple(session).noor) for _ in range(bonds)]
        check_ins.check_in(session, [make.tap(one, "missed") for one in dinners], now=NOW)
        with standing.watched(session) as watched:
            check_ins.check_in(session, [make.tap(one, at=NOW + DAY) for one in dinners], now=NOW + DAY)
        asked[bonds] = len(watched.asked)
    assert asked[1] == asked[12]


def test_no_statement_of_a_tap_looks_through_what_was_said_before(session):
    """On SQLite two columns that are asked for pair by pair are found by the first alone, which is all of a promise's or a bond's past."""
    if session.dialect.name != "sqlite":
        pytest.skip("what PostgreSQL chooses depends on how much there is")
    dinners = [make.promise(session, make.couple(session).noor) for _ in range(3)]
    with standing.watched(session) as watched:
        check_ins.check_in(session, [make.tap(one) for one in dinners], now=NOW)
    asked = [(text, one) for text, values in watched.asked for one in (values if isinstance(values, list) else [values])[:1]]
    plans = [step.detail for text, values in asked for step in session.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
    tables = [
        step for step in plans if not step.startswith(("SCAN anon", "LIST", "USE TEMP", "CORRELATED", "CO-ROUTINE", "MULTI", "INDEX"))
    ]
    assert [step for step in tables if step.startswith("SCAN")] == []
    for table in (
        "events USING INDEX ix_events_promise_id_day",
        "bond_days USING PRIMARY KEY",
        "notices USING INDEX ix_notices_promise_id_day",
    ):
        (found,) = {step for step in tables if step.startswith(f"SEARCH {table}")}
        assert found.endswith(" AND day=?)")
