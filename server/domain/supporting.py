"""What a supporter may be shown: areas that every member of the bond has opened, each for 90 days, then closed by themselves."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.domain import text as words
from server.domain.errors import InvalidError

OPEN_FOR = timedelta(days=90)
ASKED_AGAIN = timedelta(days=14)
"""How long before an opening ends its member is asked once whether it goes on."""
READ_BACK = timedelta(weeks=12)
LONGEST_WHO = 80


class Area(StrEnum):
    """What is opened one by one."""

    PROMISES = "promises"
    MENDING = "mending"
    REVIEWS = "reviews"
    ASKS = "asks"
    MOMENTS = "moments"


@dataclass(frozen=True, slots=True)
class Opening:
    """An area that a member has opened until an instant; it `lapses` where they said that it shall not go on."""

    member_id: UUID
    area: Area
    open_until: datetime
    lapses: bool = False

    def is_open(self, now: datetime) -> bool:
        return now < self.open_until

    def asks(self, now: datetime) -> bool:
        """Whether its member is asked if it goes on."""
        return self.is_open(now) and not self.lapses and now >= self.open_until - ASKED_AGAIN


def open_to_all(openings: Iterable[Opening], people: Collection[UUID], now: datetime) -> tuple[Area, ...]:
    """The areas that each of these people has opened, in their fixed order."""
    opened = {(one.member_id, one.area) for one in openings if one.is_open(now)}
    return tuple(area for area in Area if people and all((who, area) in opened for who in people))


def area_of(text: str) -> Area:
    """An area by its name (InvalidError where there is none)."""
    if text not in list(Area):
        raise InvalidError("There is no such area.", "area")
    return Area(text)


def who_of(text: str) -> str:
    """Who it would be, in one line (InvalidError where it is none)."""
    who = words.folded(text, "who")
    if not words.is_seen(who):
        raise InvalidError("A few words, please: a name, or what they are to you.", "who")
    if len(who) > LONGEST_WHO:
        raise InvalidError(f"Up to {LONGEST_WHO} characters, please.", "who")
    return who
