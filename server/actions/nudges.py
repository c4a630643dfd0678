"""Saying "thinking of you" with one tap; whether it reaches the other is the other's to choose, and nobody's to see."""

from datetime import datetime
from uuid import UUID

from server.actions import notices
from server.db import Session
from server.domain import notices as wording
from server.domain import nudges as rules
from server.domain import schedule
from server.domain.errors import NotFoundError
from server.store import bonds, members, nudges
from server.store.nudges import Nudge


def nudge(session: Session, bond_id: UUID, *, to_id: UUID, member_id: UUID, now: datetime) -> None:
    """Tap for another member, once a day; again that day changes nothing. What is done here knows nothing of what the other chose."""
    bonds.lock(session, [bond_id])
    _check_pair(session, bond_id, member_id, to_id)
    day = now.astimezone(schedule.zone_of(bonds.get(session, bond_id).zone)).date()
    nudges.put(session, Nudge(bond_id, member_id, to_id, day), now=now)


def tell(session: Session, *, now: datetime, limit: int) -> int:
    """Find out which nudges reach their receivers, tell those, and return how many were looked at."""
    found = nudges.not_looked_at(session, limit)
    seats = bonds.seats(session, {one.bond_id for one in found})
    told = []
    for one in found:
        wish = nudges.wish(session, one.to_id)
        is_muted = (one.bond_id, one.from_id) in wish.muted or not {(one.bond_id, one.from_id), (one.bond_id, one.to_id)} <= seats
        reaches = rules.reaches(most=wish.most, reached=nudges.count_reached(session, one.to_id, one.day), is_muted=is_muted)
        nudges.settle(session, one, reaches=reaches)
        if reaches:
            name = members.get(session, one.from_id).name
            told.append(wording.nudge(one.to_id, one.from_id, one.day, bond_id=one.bond_id, name=name, now=now))
    notices.tell(session, told, now=now)
    return len(found)


def choose(session: Session, most: str, *, member_id: UUID) -> None:
    """Choose how many may reach one in a day, 0 to 3."""
    nudges.choose(session, member_id, rules.most_of(most))


def mute(session: Session, bond_id: UUID, *, from_id: UUID, mutes: bool, member_id: UUID) -> None:
    """Mute another member, or hear them again; they find nothing of it."""
    _check_pair(session, bond_id, member_id, from_id)
    (nudges.mute if mutes else nudges.unmute)(session, bond_id, member_id, from_id)


def _check_pair(session: Session, bond_id: UUID, member_id: UUID, other_id: UUID) -> None:
    seats = bonds.seats(session, [bond_id])
    if member_id == other_id or not {(bond_id, member_id), (bond_id, other_id)} <= seats:
        raise NotFoundError("There is nobody like that here.")
