"""`weft replay`: a history in, what the rules make of it out, through the same actions and jobs as the server."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from jobs import history, milestones, outcome_report, settle, summaries
from jobs.history import Line
from server.clock import StandingClock
from server.db import Database
from server.domain.errors import RefusedError
from server.errors import status_of
from server.store import turns

NAMESPACE = UUID("6f1d7c52-6c0e-5d0a-9a35-3f1c5b0d7e11")
MOST_TURNS_AT_ONCE = 5


class Replay:
    """A fresh store in memory and a clock that stands at each line's `now`."""

    def __init__(self) -> None:
        self.database = Database("sqlite://")
        self.database.create_all()
        self.clock: StandingClock | None = None
        self.names: dict[UUID, str] = {}
        self.refused: list[dict[str, Any]] = []

    def id_of(self, kind: str, name: str) -> UUID:
        """The row's id for a name in the history."""
        found = uuid5(NAMESPACE, f"{kind}:{name}")
        self.names[found] = name
        return found

    def run(self, lines: Iterable[str]) -> None:
        """Run every line; one that is refused is noted and changes nothing."""
        for number, text in enumerate(lines, 1):
            if not text.strip():
                continue
            try:
                line = history.read(text, after=self.clock.at if self.clock else None)
                self._move_to(line.now)
                self._do(line)
            except RefusedError as refusal:
                self.refused.append({"line": number, "status": status_of(refusal), "why": str(refusal)})
            if self.clock:
                self._tick(self.clock.at)

    def _do(self, line: Line) -> None:
        with self.database.write() as session:
            history.do(session, line, self.id_of)

    def _move_to(self, now: datetime) -> None:
        """Let the jobs run at every instant in between at which something turns."""
        last, turns = None, 0
        while (at := self._next_turn()) and at < now:
            turns = turns + 1 if at == last else 0
            if turns > MOST_TURNS_AT_ONCE:
                raise RuntimeError(f"the jobs make no headway at {at}")
            last = at
            self._tick(at)
        self.clock = StandingClock(now)

    def _tick(self, at: datetime) -> None:
        """Run the jobs of this instant; those with nothing to do are left out."""
        if (turn := self._next_turn()) and turn <= at:
            settle.open_ahead(self.database, at)
            settle.settle(self.database, at)
            summaries.summarise(self.database, at)
        milestones.celebrate(self.database, at)

    def _next_turn(self) -> datetime | None:
        with self.database.read() as session:
            return turns.next_turn(session)


def replay(lines: Iterable[str]) -> dict[str, Any]:
    """Run a history and say what the rules make of it; docs/replay.md has both shapes."""
    run = Replay()
    try:
        run.run(lines)
        return outcome_report.report(run.database, run.names, run.refused, now=run.clock.at if run.clock else None)
    finally:
        run.database.close()


def as_text(found: dict[str, Any]) -> str:
    """The document, the same bytes for the same history."""
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"
