"""Planning a moment together, and calling it off."""

from datetime import datetime
from uuid import UUID

from server.db import Session
from server.domain import moments as rules
from server.domain import schedule
from server.domain.errors import ConflictError, NotFoundError
from server.store import bonds, members, moments
from server.store.moments import Moment


def plan(session: Session, moment: Moment, *, now: datetime) -> Moment:
    """Plan something in a bond of one's own; the same id again changes nothing, the same id for something else is refused."""
    bonds.lock(session, [moment.bond_id])
    if (moment.bond_id, moment.member_id) not in bonds.seats(session, [moment.bond_id]):
        raise NotFoundError("There is no such bond.")
    member = members.get(session, moment.member_id)
    rules.check_day(moment.on_date, schedule.local_day(now, member.zone, member.day_start))
    wanted = Moment(
        moment.id,
        moment.bond_id,
        moment.member_id,
        rules.what_of(moment.what),
        rules.place_of(moment.place),
        moment.on_date,
        moment.at_time,
        now,
    )
    known = moments.get(session, moment.id)
    if known is None:
        moments.put(session, wanted)
    elif _without_time(known) != _without_time(wanted):
        raise ConflictError("Something else has that id already.")
    return known or wanted


def cancel(session: Session, moment_id: UUID, *, member_id: UUID, now: datetime) -> None:
    """Call a moment off, as anybody in its bond may."""
    moment = moments.get(session, moment_id)
    if moment is None or (moment.bond_id, member_id) not in bonds.seats(session, [moment.bond_id]):
        raise NotFoundError("There is no such moment.")
    moments.cancel(session, moment, now=now)


def _without_time(moment: Moment) -> tuple[object, ...]:
    return moment.bond_id, moment.member_id, moment.what, moment.place, moment.on_date, moment.at_time
