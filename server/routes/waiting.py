"""A gap: every day that waits for a word, answered at once."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody

from server import gathering
from server.domain.check_ins import Kind, Tap
from server.domain.errors import ConflictError, InvalidError, RefusedError
from server.routes import access, fields, pages
from server.routes.access import Viewer
from server.routes.desk import Desk

SAID_OF_MANY = (Kind.KEPT, Kind.MISSED, Kind.RESERVE)
MOST = 200


@dataclass(frozen=True, slots=True)
class Gap:
    """One word for many days: `waits` names them as promise/day with spaces between.

    `id` is the tap's own; each day's check-in has one that follows from it, so that the same tap twice is one.
    """

    kind: str = ""
    waits: str = ""
    id: str = ""
    by: str = ""
    at: str = ""


@post("/waiting", opt=access.SIGNED_IN)
async def answer(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[Gap]
) -> Response[Any]:
    """Say it of each; those that cannot take it stay as they are, and how many is said."""
    taps = _taps(viewer, data)
    answers = await asyncio.to_thread(gathering.take_all, desk.database, taps, now=desk.now(), watch=desk.watch)
    refused = [one for one in answers if isinstance(one, RefusedError)]
    broken = next((one for one in answers if isinstance(one, Exception) and not isinstance(one, RefusedError)), None)
    if broken:
        raise broken
    if refused:
        raise ConflictError(f"{len(taps) - len(refused)} of {len(taps)} are counted. Of the others: {refused[0]}")
    return pages.back("/")


def _taps(viewer: Viewer, gap: Gap) -> list[Tap]:
    if gap.kind not in SAID_OF_MANY:
        raise InvalidError("There is no word for that.", "kind")
    named, at = fields.stamped(viewer, gap)
    days = gap.waits.split()
    if not 0 < len(days) <= MOST:
        raise InvalidError("Which days?", "waits")
    return [_tap(viewer, Kind(gap.kind), named, at, one) for one in days]


def _tap(viewer: Viewer, kind: Kind, named: UUID, at: Any, waits: str) -> Tap:
    promise, _, day = waits.partition("/")
    promise_id, spoken_of = fields.read(UUID, promise, "waits"), fields.read(date.fromisoformat, day, "waits")
    if promise_id is None or spoken_of is None:
        raise InvalidError("Which days?", "waits")
    return Tap(uuid5(named, waits), promise_id, viewer.member_id, kind, at, spoken_of, session_id=viewer.session_id)


HANDLERS = [answer]
