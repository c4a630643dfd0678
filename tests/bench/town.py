"""A town of couples with a history, made once and copied for each round."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from jobs import milestones, populate, settle, summaries
from server.actions import tokens
from server.db import Database
from server.db.tables import promises
from server.domain.check_ins import Kind, Tap
from server.store import ids
from tests.bench.load import request

BEFORE = timedelta(hours=12)
"""How long ago the last of the history was said: what is due today is still to come."""


@dataclass(frozen=True, slots=True)
class Town:
    """Promises by who made them, and each member's token."""

    promises: list[tuple[UUID, UUID]]
    tokens: dict[UUID, str]

    def taps(self) -> list[Tap]:
        """One tap for every promise."""
        return [Tap(ids.new(), promise_id, member_id, Kind.KEPT) for promise_id, member_id in self.promises]

    def requests(self) -> list[bytes]:
        """The same over the wire."""
        return [self._request(promise_id, member_id) for promise_id, member_id in self.promises]

    def _request(self, promise_id: UUID, member_id: UUID) -> bytes:
        said = {"id": str(ids.new()), "promise": str(promise_id), "kind": "kept", "at": datetime.now(UTC).isoformat()}
        headers = {"Authorization": f"Bearer {self.tokens[member_id]}", "Content_Type": "application/json"}
        return request("POST", "/api/v1/check-ins", json.dumps(said).encode(), **headers)


def build(database: Database, *, bonds: int, days: int, promises_each: int = 4, now: datetime) -> Town:
    """Make the town in an empty database."""
    populate.populate(database, now - BEFORE, populate.Amount(bonds, days, promises_each, seed=1), lambda *_: None)
    return read(database, now)


def do_what_is_due(database: Database, now: datetime) -> None:
    """Do what jobs do by themselves where they run: who measures one thing waits for no other."""
    settle.settle(database, now)
    settle.open_ahead(database, now)
    milestones.celebrate(database, now)
    summaries.summarise(database, now)


def read(database: Database, now: datetime) -> Town:
    """Give everybody of a database a token."""
    with database.write() as session:
        found = [(row.id, row.member_id) for row in session.execute(select(promises.c.id, promises.c.member_id).order_by(promises.c.id))]
        people = {member_id: tokens.make(session, member_id, name="Bench", scope="write", now=now) for _, member_id in found}
    return Town(found, people)
