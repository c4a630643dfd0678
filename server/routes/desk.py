"""What a handler can reach: the database, the clock, the settings and this server's keys."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from server.clock import Clock
from server.config import Settings
from server.db import Database
from server.watching import Watch


@dataclass(frozen=True, slots=True)
class Desk:
    """Made once at start; `push_key` is the public VAPID key as base64url, empty where there is none, `build` names the assets.

    `watch` counts what happens, where somebody may ask for it.
    """

    database: Database
    clock: Clock
    settings: Settings
    push_key: str
    build: str
    watch: Watch | None = None

    def now(self) -> datetime:
        return self.clock.now()

    def of(self, member_id: UUID | None) -> "Desk":
        """The same desk for one request: what it reaches in the database is what this member may see; without one it is nobody's."""
        return replace(self, database=self.database.of(member_id) if member_id else self.database.of())
