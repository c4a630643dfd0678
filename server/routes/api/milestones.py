"""Milestones."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from server.domain import schedule
from server.domain.milestones import MilestoneKind
from server.routes import access
from server.routes.access import Viewer
from server.routes.api import problems, spans
from server.routes.desk import Desk
from server.store import members, milestones
from server.store.members import Member


class Milestone(msgspec.Struct, frozen=True, kw_only=True):
    """Something reached, once: `count` in a row, in all, together, after a break, or 1 for a mend; `reached_on` is a day of who asks."""

    id: UUID
    kind: MilestoneKind
    count: int
    reached_on: date
    bond: UUID | None
    member: UUID | None
    promise: UUID | None


class Milestones(msgspec.Struct, frozen=True):
    """Milestones from `since` to `until`, both included, the latest first and 200 at most."""

    since: date
    until: date
    milestones: list[Milestone]


@get("/milestones", opt=access.SIGNED_IN_OR_TOKEN, responses=problems.declared(), sync_to_thread=True)
def show(
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    since: Annotated[date | None, QueryParameter(description=spans.FIRST)] = None,
    until: Annotated[date | None, QueryParameter(description=spans.LAST)] = None,
) -> Milestones:
    """What one's bonds and one's own personal promises have reached."""
    with desk.database.read() as session:
        me = members.get(session, viewer.member_id)
        span = spans.asked(since, until, today=_day(me, desk.now()))
        begins, ends = _begins(me, span.first), _begins(me, span.last + spans.DAY) - datetime.resolution
        found = milestones.visible(session, me.id, since=begins, until=ends)
    return Milestones(span.first, span.last, [_shown(one, me) for one in found])


def _begins(member: Member, day: date) -> datetime:
    return schedule.instant(day, member.day_start, member.zone)


def _day(member: Member, at: datetime) -> date:
    return schedule.local_day(at, member.zone, member.day_start)


def _shown(one: milestones.Milestone, me: Member) -> Milestone:
    return Milestone(
        id=one.id,
        kind=one.kind,
        count=one.threshold,
        reached_on=_day(me, one.reached_at),
        bond=one.bond_id,
        member=one.member_id,
        promise=one.promise_id,
    )


HANDLERS = [show]
