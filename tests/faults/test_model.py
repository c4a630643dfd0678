"""Random people doing random things, and jobs that come late, twice or not at all, against the plain model of the rules.

What fails is written down as a history: `weft replay FILE` and the model read it alike, and the seed tells it again.
"""

import json
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from jobs import cleanup, history, milestones, outcome_report, rebuild, reminders, settle, summaries
from jobs.replay import Replay
from server.clock import StandingClock
from server.db import Database
from server.domain.errors import RefusedError
from server.errors import status_of
from tests.faults.conftest import LONG
from tests.naive import fold, histories

Job = Callable[[Database, datetime], int]
BY_THEMSELVES = (
    settle.open_ahead,
    settle.settle,
    reminders.remind,
    milestones.celebrate,
    summaries.summarise,
    summaries.refresh,
    cleanup.clean_up,
)
IN_THE_END = (settle.open_ahead, settle.settle, summaries.summarise, milestones.celebrate)
ONCE = (settle.settle, milestones.celebrate, summaries.summarise)
LONGEST = 80


class People(RuleBasedStateMachine):
    """A history that is told line by line to a Weft whose jobs keep no time."""

    def __init__(self) -> None:
        super().__init__()
        self.weft = Replay()
        self.ahead: list[str] = []
        self.lines: list[str] = []
        self.accepted: list[dict[str, Any]] = []

    @initialize(seed=st.integers(0, 2**32))
    def a_life_begins(self, seed: int) -> None:
        note(f"the history of seed {seed}")
        self.ahead = [json.dumps(line) for line in histories.history(seed, LONGEST)]
        self.time_passes(6)

    @precondition(lambda self: self.ahead)
    @rule(lines=st.integers(1, 12))
    def time_passes(self, lines: int) -> None:
        for _ in range(min(lines, len(self.ahead))):
            self._tell(self.ahead.pop(0))

    @rule(some=st.lists(st.sampled_from(BY_THEMSELVES), min_size=1, max_size=4))
    def some_jobs_run(self, some: list[Job]) -> None:
        self._run(*some)

    @rule()
    def jobs_run_twice(self) -> None:
        self._run(*BY_THEMSELVES)
        assert self._run(*ONCE) == [0, 0, 0]

    @precondition(lambda self: self.accepted)
    @rule(which=st.integers(0, 1000))
    def a_phone_sends_again_what_was_taken(self, which: int) -> None:
        """Whatever has passed since, the first answer holds and nothing changes."""
        again = self.accepted[which % len(self.accepted)]
        before = self._comes_to()
        self._tell(json.dumps({"at": again["now"], **again, "now": self.now.isoformat()}))
        assert self._comes_to() == before

    @rule()
    def every_fold_can_be_made_again(self) -> None:
        assert rebuild.rebuild(self.weft.database, self.weft.clock, lambda *_: None, only_compare=True) == (0, [])

    def teardown(self) -> None:
        """In the end the model comes to the same; what was reached while no job looked is not celebrated afterwards."""
        try:
            if self.lines:
                self._agree()
        finally:
            self.weft.database.close()

    @property
    def now(self) -> datetime:
        assert self.weft.clock
        return self.weft.clock.at

    def _tell(self, text: str) -> None:
        self.lines.append(text)
        try:
            line = history.read(text, after=self.weft.clock.at if self.weft.clock else None)
            self.weft.clock = StandingClock(line.now)
            with self.weft.database.write() as session:
                history.do(session, line, self.weft.id_of)
        except RefusedError as refusal:
            self.weft.refused.append({"line": len(self.lines), "status": status_of(refusal), "why": ""})
        else:
            self.accepted += [line.fields] if line.do == "check_in" else []

    def _run(self, *jobs: Job) -> list[int]:
        return [job(self.weft.database, self.now) for job in jobs]

    def _comes_to(self) -> dict[str, Any]:
        self._run(*IN_THE_END)
        return outcome_report.report(self.weft.database, self.weft.names, (), now=self.now)

    def _agree(self) -> None:
        found = self._comes_to() | {"refused": self.weft.refused}
        expected = fold.replay(self.lines)
        written = Path(tempfile.gettempdir(), "weft-model.jsonl")
        written.write_text("\n".join(self.lines))
        for part in ("promises", "bonds"):
            assert found[part] == expected[part], written
        assert _statuses(found) == _statuses(expected), written
        assert _reached(found) <= _reached(expected), written


def _statuses(document: dict[str, Any]) -> list[tuple[int, int]]:
    return [(one["line"], one["status"]) for one in document["refused"]]


def _reached(document: dict[str, Any]) -> set[tuple[str, str, int]]:
    return {(one["kind"], one["scope"], one["threshold"]) for one in document["milestones"]}


def test_whatever_people_do_and_whenever_jobs_run_the_rules_hold():
    """Five hundred steps, in the long form ten thousand."""
    lives = 200 if LONG else 10
    run_state_machine_as_test(People, settings=settings(max_examples=lives, stateful_step_count=50, deadline=None, print_blob=True))
