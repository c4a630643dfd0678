"""What jobs look for every few seconds is found without looking through all that stands."""

import pytest

from server.actions import milestones
from server.store import milestones as store
from tests import standing
from tests.make import NOW


def test_folds_that_have_grown_are_found_by_their_own_index(session):
    if session.dialect.name != "sqlite":
        pytest.skip("what PostgreSQL chooses depends on how much there is")
    with standing.watched(session) as watched:
        milestones.look(session, now=NOW, limit=10)
        store.grown(session, 10, now=NOW)
    plans = [step.detail for text, values in watched.asked for step in session.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
    for table in ("streaks", "stitches", "weaves"):
        found = {step for step in plans if f" {table}" in step}
        assert found == {f"SCAN {table} USING INDEX ix_{table}_unannounced"}
