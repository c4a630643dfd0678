"""A program that speaks to the API with somebody's token."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, select

from server.db import Database
from server.db.tables import events, promises
from server.store import ids
from server.store.promises import Promise
from tests import make

if TYPE_CHECKING:
    from httpx import Response
    from litestar import Litestar
    from litestar.testing import TestClient

ROOT = "/api/v1"


@dataclass(frozen=True, slots=True)
class Caller:
    """Sends to the API what it is told to, as JSON."""

    client: "TestClient[Litestar]"
    token: str

    def get(self, path: str) -> "Response":
        return self.client.get(ROOT + path, headers=self.headers)

    def send(self, method: str, path: str, body: Any = None) -> "Response":
        return self.client.request(method, ROOT + path, json=body, headers=self.headers)

    def post(self, path: str, body: Any) -> "Response":
        return self.send("POST", path, body)

    def raw(self, path: str, content: bytes, media_type: str = "application/json") -> "Response":
        return self.client.post(ROOT + path, content=content, headers={**self.headers, "content-type": media_type})

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}


def check_in(promise: Promise, kind: str = "kept", /, **parts: Any) -> dict[str, Any]:
    """A check-in's body, tapped at make.NOW unless said otherwise."""
    found = {"id": ids.new(), "promise": promise.id, "kind": kind, "at": make.NOW.isoformat(), **parts}
    return {name: str(value) if isinstance(value, UUID) else value for name, value in found.items()}


def count(database: Database) -> tuple[int, int]:
    """How many events and promises there are."""
    with database.read() as session:
        return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in (events, promises))
