"""A day that two people saw differently; it is said and ended by check-ins."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from server.domain import schedule
from server.domain.differences import Standing
from server.domain.errors import NotFoundError
from server.domain.outcomes import Outcome
from server.routes import access
from server.routes.access import Viewer
from server.routes.api import problems
from server.routes.desk import Desk
from server.routes.showing import difference
from server.store import members, promises


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """The latest difference about a day: `said` is as what `by` had it stand, `seen_by` are those who saw it differently.

    One that is open ends by an `agree_missed` of `by` or a `withdraw` of a receiver, and on `falls_on`, a day of who asks, by itself.
    """

    promise: UUID
    day: date
    by: UUID
    said: Outcome
    seen_by: list[UUID]
    standing: Standing
    falls_on: date


@get(
    "/promises/{promise_id:uuid}/differences/{day:date}",
    opt=access.SIGNED_IN_OR_TOKEN,
    responses=problems.declared(404),
    sync_to_thread=True,
)
def show(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], promise_id: FromPath[UUID], day: FromPath[date]) -> Difference:
    """What each of them said of a day."""
    with desk.database.read() as session:
        promise = promises.visible(session, viewer.member_id, [promise_id]).get(promise_id)
        if promise is None:
            raise NotFoundError("There is no such promise.")
        found = difference.load(session, promise, day, now=desk.now())
        me = members.get(session, viewer.member_id)
    return Difference(
        promise=promise_id,
        day=day,
        by=promise.member_id,
        said=found.stood,
        seen_by=[one.member_id for one in found.difference.seen_by],
        standing=found.difference.standing,
        falls_on=schedule.local_day(found.difference.falls_at, me.zone, me.day_start),
    )


HANDLERS: list[Any] = [show]
