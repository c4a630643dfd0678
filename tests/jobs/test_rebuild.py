import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from jobs import rebuild, settle
from jobs.populate import Amount, populate
from jobs.replay import Replay
from server.actions import rebuilding
from server.actions.repairs import repair
from server.clock import StandingClock
from server.domain.repairs import Repair
from server.store import standing
from tests import make
from tests.naive.histories import history
from tests.standing import every_fold

DAY = timedelta(days=1)
WORDS = Repair("I stayed.", "It went cold.", "It was on me.", "I cook.", "An alarm.")
DAMAGES = (
    "UPDATE streaks SET current = current + 1",
    "UPDATE occurrences SET outcome = 'kept', value = 1 WHERE outcome = 'missed'",
    "UPDATE bond_days SET broke = broke + 1",
    "UPDATE stitches SET kept = kept - 1",
    "UPDATE weaves SET together = 99",
    "DELETE FROM occurrences",
    "DELETE FROM streaks",
    "DELETE FROM bond_days",
    "DELETE FROM stitches",
    "DELETE FROM weaves",
)


def again(database, at, *, only_compare):
    return rebuild.rebuild(database, StandingClock(at), lambda done, of: None, only_compare=only_compare)


def rows(database):
    with database.read() as session:
        return every_fold(session)


@pytest.fixture
def lived(database):
    """Some days of Noor and Sam, and of Eve's own: kept, late, owned and mended, and silent."""
    with database.write() as session:
        couple = make.couple(session)
        dinner, own = make.promise(session, couple.noor), make.promise(session, make.eve(session), "Read", due_time=None)
        make.promise(session, couple.sam, "Walk", rule="FREQ=WEEKLY", times=2, due_time=None)
    for n, kind in enumerate(("kept", "missed", "kept", "kept", "kept", None, "kept")):
        at = make.NOW + n * DAY
        settle.settle(database, at)
        with database.write() as session:
            if kind:
                make.check_in(session, dinner, kind, now=at)
                make.check_in(session, own, kind, now=at)
            if kind == "missed":
                repair(session, dinner.id, at.date(), WORDS, member_id=couple.noor.id, now=at)
    return make.NOW + 12 * DAY


@pytest.mark.parametrize("seed", range(4))
def test_any_history_folds_to_the_same_values_again(seed):
    lived = Replay()
    lived.run(json.dumps(line) if isinstance(line, dict) else line for line in history(seed, 50))
    assert again(lived.database, lived.clock.at, only_compare=True) == (0, [])
    lived.database.close()


def test_the_log_folds_to_the_same_values_again(database, lived):
    assert again(database, lived, only_compare=True) == (0, [])
    assert again(database, lived, only_compare=False) == (0, [])
    assert again(database, lived, only_compare=True) == (0, [])


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_figure_that_the_log_does_not_make_is_found_and_put_right(database, lived, damage):
    settle.settle(database, lived)
    with database.write() as session:
        session.execute(text(damage))
    found, told = again(database, lived, only_compare=True)
    assert found >= len(told) > 0
    assert again(database, lived, only_compare=False) == (found, told)
    assert again(database, lived, only_compare=True) == (0, [])


def test_comparing_changes_nothing(database, lived):
    before = rows(database)
    again(database, lived, only_compare=True)
    assert rows(database) == before


def test_a_difference_says_what_is_and_what_should_be(database, lived):
    settle.settle(database, lived)
    with database.write() as session:
        session.execute(text("UPDATE weaves SET together = 99"))
        (told,) = rebuilding.compare(session, standing.parts(session), now=lived)
    assert told.startswith("weaves ")
    assert "together is 99, should be " in told


def test_no_more_than_twenty_differences_are_told(database, clock):
    populate(database, clock.at, Amount(bonds=2, days=20, promises=2, seed=1), lambda done, of: None)
    with database.write() as session:
        session.execute(text("UPDATE occurrences SET witnessed = NOT witnessed"))
    found, told = again(database, clock.at, only_compare=True)
    assert found > len(told) == 20


def test_progress_is_told_to_the_end(database, clock):
    populate(database, clock.at, Amount(bonds=3, days=2, promises=50, seed=1), lambda done, of: None)
    seen = []
    rebuild.rebuild(database, clock, lambda done, of: seen.append((done, of)), only_compare=True)
    assert seen == [(1, 3), (2, 3), (3, 3)]
