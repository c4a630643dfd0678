"""What a handler can reach: the database, the clock, the settings and this server's keys."""

from dataclasses import dataclass
from datetime import datetime

from server.clock import Clock
from server.config import Settings
from server.db import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """Made once at start; `push_key` is the public VAPID key as base64url, empty where there is none, `build` names the assets."""

    database: Database
    clock: Clock
    settings: Settings
    push_key: str
    build: str

    def now(self) -> datetime:
        return self.clock.now()
