"""Who one is, and with whom."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get
from litestar.di import NamedDependency
from msgspec import Meta

from server.domain.bonds import Kind
from server.routes import access
from server.routes.access import Viewer
from server.routes.api import problems
from server.routes.api.values import Clock, clock
from server.routes.desk import Desk
from server.store import bonds, members


class Person(msgspec.Struct, frozen=True):
    """Somebody in a bond."""

    id: UUID
    name: str


class Bond(msgspec.Struct, frozen=True, kw_only=True):
    """A bond, its members in the order of joining; its week ends on `review_weekday` (0 is Monday) at `review_time` in `zone`."""

    id: UUID
    kind: Kind
    zone: str
    review_weekday: Annotated[int, Meta(ge=0, le=6)]
    review_time: Clock
    members: list[Person]


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """The member who asks; a day of theirs begins at `day_start` in `zone`."""

    id: UUID
    name: str
    zone: str
    day_start: Clock
    hides_streaks: bool
    bonds: list[Bond]


@get("/me", opt=access.SIGNED_IN_OR_TOKEN, responses=problems.declared(), sync_to_thread=True)
def show(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Me:
    """The member who asks, and their bonds."""
    with desk.database.read() as session:
        me = members.get(session, viewer.member_id)
        mine = bonds.of_member(session, me.id)
        people = bonds.people(session, [one.id for one in mine])
    shown = [_bond(one, people[one.id]) for one in mine]
    return Me(id=me.id, name=me.name, zone=me.zone, day_start=clock(me.day_start), hides_streaks=me.hides_streaks, bonds=shown)


def _bond(bond: bonds.Bond, people: Iterable[members.Member]) -> Bond:
    review = bond.review
    persons = [Person(one.id, one.name) for one in people]
    return Bond(id=bond.id, kind=bond.kind, zone=bond.zone, review_weekday=review.weekday, review_time=clock(review.at), members=persons)


HANDLERS = [show]
