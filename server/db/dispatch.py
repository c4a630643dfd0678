"""What a transaction leaves to be done soon: noted where it is written, and called for as the transaction ends.

A call only says that something of a kind may be due. What is due stands in our rows, and whoever takes a call up claims it there:
a call that comes twice does nothing twice, and one that is lost is made up for by the schedule.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection, text

CALLS = "calls"
EMBEDDED, PROCRASTINATE = "embedded", "procrastinate"
WAYS = (EMBEDDED, PROCRASTINATE)
AT_ONCE = timedelta(0)
_ENQUEUE = text("SELECT weft_enqueue(CAST(:calls AS jsonb))")


class Work(StrEnum):
    """What whoever is free may be called for."""

    DELIVER = "deliver"
    SUMMARISE = "summarise"


@dataclass(frozen=True, slots=True)
class Part:
    """The bonds from one id on, and up to another that is no longer of it; the last part has no end."""

    first: UUID
    until: UUID | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """Something to be done `after` a while, in a part of the bonds or in all."""

    work: Work
    after: timedelta = AT_ONCE
    part: Part | None = None

    def arguments(self) -> dict[str, str]:
        """The part as words, which `part_of` reads."""
        return {name: str(one) for name in ("first", "until") if (one := getattr(self.part, name, None))}


class Dispatch(Protocol):
    """How calls reach whoever answers them."""

    def enqueue(self, session: Connection, calls: Collection[Call]) -> None:
        """Let the calls be known with this transaction's commit, and not at all if it is rolled back; it waits for nobody."""


class Embedded:
    """Nobody has to be called: the schedule of this process looks into the rows every few seconds."""

    def enqueue(self, session: Connection, calls: Collection[Call]) -> None:
        """Nothing is written."""


class Procrastinate:
    """Jobs of procrastinate in the same database, in one statement a transaction; server.db.procrastinate makes what it calls."""

    def enqueue(self, session: Connection, calls: Collection[Call]) -> None:
        """Any number of processes on any number of machines take them up."""
        rows = [{"work": one.work.value, "args": one.arguments(), "after": one.after.total_seconds()} for one in calls]
        session.execute(_ENQUEUE, {"calls": json.dumps(rows)})


def of(way: str) -> Dispatch:
    """The dispatch that WEFT_DISPATCH names."""
    return Procrastinate() if way == PROCRASTINATE else Embedded()


def part_of(arguments: Mapping[str, str]) -> Part | None:
    """The part that a call was for; None where it was for all."""
    if "first" not in arguments:
        return None
    return Part(UUID(arguments["first"]), UUID(arguments["until"]) if "until" in arguments else None)


def begin(session: Connection) -> None:
    """Begin to note what this transaction calls for."""
    session.info[CALLS] = {}


def note(session: Connection, call: Call) -> None:
    """Note a call; of several for the same, the first that is due is enough."""
    noted = _noted(session)
    key = call.work, call.part
    if key not in noted or call.after < noted[key].after:
        noted[key] = call


def end(session: Connection, dispatch: Dispatch) -> None:
    """Enqueue what was noted, as the last thing before the commit, since others may wait for what is enqueued here."""
    if noted := _noted(session):
        dispatch.enqueue(session, [*noted.values()])


def _noted(session: Connection) -> dict[Any, Call]:
    noted: dict[Any, Call] = session.info.setdefault(CALLS, {})
    return noted
