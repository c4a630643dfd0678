"""When a bond looks at its week, when it rests, and when a member wants quiet."""

from dataclasses import replace
from datetime import date, datetime, time
from uuid import UUID

from server.actions import promises
from server.db import Session
from server.domain import schedule, weeks
from server.domain.errors import InvalidError, NotFoundError
from server.store import bonds, members
from server.store.bonds import Bond
from server.store.promises import Pause

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def choose_review(session: Session, bond_id: UUID, *, weekday: str, at: str, member_id: UUID, now: datetime) -> None:
    """Choose the weekday and the local time at which a bond's week ends; the next moment follows at once."""
    bonds.lock(session, [bond_id])
    bond = _own(session, bond_id, member_id)
    if weekday not in WEEKDAYS:
        raise InvalidError("Choose a day of the week.", "weekday")
    review = replace(bond.review, weekday=WEEKDAYS.index(weekday), at=_time(at, "time"))
    next_on = weeks.next_review(review, now)
    moment = {"next_review_on": next_on, "next_review_at": weeks.moment(review, next_on)}
    bonds.update(session, bond_id, review_weekday=review.weekday, review_time=review.at, **moment)


def choose_quiet_hours(session: Session, member_id: UUID, *, since: str, until: str) -> None:
    """Choose the local hours in which nothing of the others arrives; both empty, or both the same, mean none."""
    if bool(since) != bool(until):
        raise InvalidError("Both times, or neither.", "quiet_until" if since else "quiet_from")
    begin, end = (_time(since, "quiet_from"), _time(until, "quiet_until")) if since else (None, None)
    if begin == end:
        begin = end = None
    members.update(session, member_id, quiet_from=begin, quiet_until=end)


def rest(session: Session, bond_id: UUID, *, since: str, until: str, member_id: UUID, now: datetime) -> None:
    """Let a bond rest for some days, both included, from today on at the earliest."""
    _own(session, bond_id, member_id)
    first, last = _days(session, since, until, member_id, now)
    bonds.lock(session, [bond_id])
    promises.pause(session, Pause(first, last, bond_id=bond_id), member_id=member_id, now=now)


def rest_oneself(session: Session, *, since: str, until: str, member_id: UUID, now: datetime) -> None:
    """Let all that a member promised rest for some days, both included, from today on at the earliest."""
    first, last = _days(session, since, until, member_id, now)
    promises.pause(session, Pause(first, last, member_id=member_id), member_id=member_id, now=now)


def _days(session: Session, since: str, until: str, member_id: UUID, now: datetime) -> tuple[date, date]:
    first, last = _date(since, "from"), _date(until, "until")
    me = members.get(session, member_id)
    if first < schedule.local_day(now, me.zone, me.day_start):
        raise InvalidError("That day is over. A pause begins today or later.", "from")
    return first, last


def _own(session: Session, bond_id: UUID, member_id: UUID) -> Bond:
    found = next((one for one in bonds.of_member(session, member_id) if one.id == bond_id), None)
    if found is None:
        raise NotFoundError("There is no such bond.")
    return found


def _time(text: str, field: str) -> time:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise InvalidError("A time between 00:00 and 23:59, please.", field) from None


def _date(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidError("A date, please.", field) from None
