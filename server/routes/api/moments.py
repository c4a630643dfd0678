"""Moments that people plan together."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from server.actions import moments
from server.domain import schedule
from server.domain.moments import LONGEST_PLACE, LONGEST_WHAT
from server.routes import access
from server.routes.access import Viewer
from server.routes.api import problems
from server.routes.api.bodies import Strict
from server.routes.api.slowing import hold_back
from server.routes.api.values import Clock, Plain, Words, clock, wall
from server.routes.desk import Desk
from server.store import bonds, ids, members
from server.store import moments as store


class NewMoment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What, on which day, and if you like when, in the bond's zone, and where. `id` may be made by the sender."""

    bond: UUID
    what: Annotated[Words, Meta(max_length=LONGEST_WHAT)]
    on_date: date
    at_time: Clock | None = None
    place: Annotated[Plain, Meta(max_length=LONGEST_PLACE)] = ""
    id: UUID | None = None


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A planned moment; `by` planned it, anybody in the bond may call it off."""

    id: UUID
    bond: UUID
    by: UUID
    what: str
    on_date: date
    at_time: Clock | None
    place: str


class Moments(msgspec.Struct, frozen=True):
    """What is planned from today on, the nearest first and 60 at most."""

    moments: list[Moment]


@get("/moments", opt=access.SIGNED_IN_OR_TOKEN, responses=problems.declared(), sync_to_thread=True)
def show(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Moments:
    """What one's bonds have planned."""
    with desk.database.read() as session:
        me = members.get(session, viewer.member_id)
        mine = [one.id for one in bonds.of_member(session, me.id)]
        found = store.planned(session, mine, since=schedule.local_day(desk.now(), me.zone, me.day_start))
    return Moments([_shown(one) for one in found])


@post(
    "/moments",
    opt=access.SIGNED_IN_OR_TOKEN,
    guards=[hold_back],
    dto=Strict[NewMoment],
    return_dto=None,
    response_description="It is planned.",
    responses=problems.declared(404, 409, 413, 415, 429),
    sync_to_thread=True,
)
def plan(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: JSONBody[NewMoment]) -> Moment:
    """Plan something together; the same id again changes nothing."""
    wanted = store.Moment(
        data.id or ids.new(), data.bond, viewer.member_id, data.what, data.place, data.on_date, wall(data.at_time), desk.now()
    )
    with desk.database.write() as session:
        return _shown(moments.plan(session, wanted, now=desk.now()))


@delete(
    "/moments/{moment_id:uuid}",
    opt=access.SIGNED_IN_OR_TOKEN,
    guards=[hold_back],
    status_code=204,
    responses=problems.declared(404, 429),
    sync_to_thread=True,
)
def cancel(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], moment_id: FromPath[UUID]) -> None:
    """Call it off."""
    with desk.database.write() as session:
        moments.cancel(session, moment_id, member_id=viewer.member_id, now=desk.now())


def _shown(one: store.Moment) -> Moment:
    return Moment(
        id=one.id,
        bond=one.bond_id,
        by=one.member_id,
        what=one.what,
        on_date=one.on_date,
        at_time=None if one.at_time is None else clock(one.at_time),
        place=one.place,
    )


HANDLERS: list[Any] = [show, plan, cancel]
