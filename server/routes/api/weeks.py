"""The week, in figures."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from server.db import Session
from server.domain import weeks
from server.domain.bonds import Kind
from server.domain.weaves import DayState
from server.domain.weeks import Week
from server.routes import access
from server.routes.access import Viewer
from server.routes.api import problems, spans
from server.routes.api.values import Instant, utc
from server.routes.desk import Desk
from server.store import bonds, folds
from server.store import weeks as week_store
from server.store.bonds import Bond
from server.store.weeks import Summary


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of a week's occurrences, `due` is all of them; the consistency at both ends is from 0 to 1, null before there is one."""

    due: int
    kept: int
    late: int
    partly: int
    excused: int
    missed: int
    mended: int
    unreported: int
    told_ahead: int
    consistency_before: float | None
    consistency: float | None


class MemberWeek(msgspec.Struct, frozen=True, kw_only=True):
    """One member's week, in all and by area."""

    member: UUID
    all: Figures
    areas: dict[str, Figures]


class BondWeek(msgspec.Struct, frozen=True, kw_only=True):
    """A bond's week; `members` and the instants are there once its summary was made, `woven` as soon as a day is.

    In a team everybody sees their own figures alone.
    """

    bond: UUID
    from_on: date
    until_on: date
    made_at: Instant | None
    refreshed_at: Instant | None
    woven: list[date]
    members: list[MemberWeek]


class Weeks(msgspec.Struct, frozen=True):
    """The week of each of one's bonds, the oldest bond first."""

    weeks: list[BondWeek]


@get("/weeks/{day:date}", opt=access.SIGNED_IN_OR_TOKEN, responses=problems.declared(404), sync_to_thread=True)
def show(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], day: FromPath[date]) -> Weeks:
    """The weeks that hold a day; every bond's week ends on its own weekday."""
    spans.sane(day, "day")
    with desk.database.read() as session:
        return Weeks([_week(session, bond, day, viewer) for bond in bonds.of_member(session, viewer.member_id)])


def _week(session: Session, bond: Bond, day: date, viewer: Viewer) -> BondWeek:
    summary = week_store.holding(session, bond.id, day)
    week = Week(summary.from_on, summary.to_on) if summary else _unmade(session, bond, day)
    return BondWeek(
        bond=bond.id,
        from_on=week.from_on,
        until_on=week.to_on,
        made_at=utc(summary.made_at) if summary else None,
        refreshed_at=utc(summary.refreshed_at) if summary else None,
        woven=_woven(session, bond, week),
        members=_members(summary, bond, viewer) if summary else [],
    )


def _unmade(session: Session, bond: Bond, day: date) -> Week:
    """The week of a day whose summary was not made: where the review was moved, it begins when the last one is over."""
    week = weeks.week_of(bond.review, day)
    last = week_store.latest(session, [bond.id]).get(bond.id)
    return weeks.after(last, week.to_on) if last and day > last.to_on else week


def _woven(session: Session, bond: Bond, week: Week) -> list[date]:
    days = folds.days_between(session, bond.id, week.from_on, week.to_on)
    return [day for day, found in days.items() if found.state is DayState.WOVEN]


def _members(summary: Summary, bond: Bond, viewer: Viewer) -> list[MemberWeek]:
    found = {UUID(member): one for member, one in summary.summary["members"].items()}
    return [_member(one, found[one]) for one in sorted(found) if bond.kind is not Kind.TEAM or one == viewer.member_id]


def _member(member_id: UUID, found: dict[str, Any]) -> MemberWeek:
    areas = {area: _figures(one) for area, one in found["areas"].items()}
    return MemberWeek(member=member_id, all=_figures(found["all"]), areas=areas)


def _figures(found: dict[str, Any]) -> Figures:
    """Figures with their consistencies rounded, since the last figures would tell the minute of a check-in."""
    ends = {name: None if found[name] is None else round(found[name], 2) for name in ("consistency_before", "consistency")}
    return msgspec.convert({**found, **ends}, Figures)


HANDLERS = [show]
