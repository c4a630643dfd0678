"""`weft populate`: made-up bonds with a history up to now, many and quickly, to measure with."""

import time as machine
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from jobs.chunks import BREATH
from server.actions import bonds as bonding
from server.actions import rebuilding
from server.db import Database, Session
from server.domain import schedule
from server.domain.errors import ConflictError, InvalidError
from server.domain.members import DAY_START
from server.domain.schedule import DAY, Occurrence, Plan, Terms
from server.store import bonds, events, members, promises
from server.store.events import Event
from server.store.members import Member
from server.store.promises import Promise
from server.store.standing import Part

BONDS_AT_ONCE = 20
MOST = {"bonds": 1_000_000, "days": 3650, "promises": 50}
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "UTC")
SHAPES = (
    ("Home for dinner", "time", "FREQ=DAILY", time(18, 30)),
    ("Phone away after nine", "presence", "FREQ=DAILY", None),
    ("Text when leaving work", "staying_in_touch", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", time(17, 30)),
    ("Call at nine", "staying_in_touch", "FREQ=DAILY", time(21)),
)
LATEST = timedelta(minutes=100)


@dataclass(frozen=True, slots=True)
class Amount:
    """How much to make; the same seed at the same instant makes the same."""

    bonds: int
    days: int
    promises: int
    seed: int


def populate(database: Database, until: datetime, amount: Amount, progress: Callable[[int, int], None]) -> int:
    """Make bonds of two with everything that was said in them up to an instant; return how many check-ins that is."""
    _check(amount)
    total = 0
    for first in range(0, amount.bonds, BONDS_AT_ONCE):
        numbers = range(first, min(first + BONDS_AT_ONCE, amount.bonds))
        with database.write() as session:
            total += _some(session, [_Maker(amount, number, until) for number in numbers])
        progress(numbers[-1] + 1, amount.bonds)
        machine.sleep(BREATH)
    return total


def _check(amount: Amount) -> None:
    for name, most in MOST.items():
        if not 1 <= getattr(amount, name) <= most:
            raise InvalidError(f"--{name} is from 1 to {most}.", name)


def _some(session: Session, makers: Sequence["_Maker"]) -> int:
    said = [one for maker in makers for one in maker.make(session)]
    events.append(session, sorted(said, key=lambda one: one.received_at))
    rebuilding.fold(session, [maker.part for maker in makers], now=makers[0].until)
    return len(said)


class _Maker:
    """Makes one bond; what is left to chance comes from the seed and the bond's number."""

    def __init__(self, amount: Amount, number: int, until: datetime) -> None:
        self.amount, self.number, self.until = amount, number, until
        self.chance = Random(f"{amount.seed}:{number}")  # noqa: S311  # repeatable is the point
        self.zone = ZONES[number % len(ZONES)]
        self.today = schedule.local_day(until, self.zone, DAY_START)
        self.first = self.today - amount.days * DAY
        self.began_at = schedule.instant(self.first, DAY_START, self.zone)
        self.bond_id = self._id(self.began_at)
        self.part = Part(self.bond_id, tuple(self._id(self.began_at) for _ in range(amount.promises)))

    def make(self, session: Session) -> list[Event]:
        """Write the members, the bond and its promises, and return what was said."""
        if bonds.exists(session, self.bond_id):
            raise ConflictError("These bonds are here already. Choose another --seed.")
        people = [Member(self._id(self.began_at), f"Member {self.number}.{n}", self.zone, DAY_START) for n in (1, 2)]
        for member in people:
            members.insert(session, member, now=self.began_at)
        bonding.make(session, self.bond_id, kind="partners", member_ids=[one.id for one in people], zone=self.zone, now=self.began_at)
        return [
            one for n, promise_id in enumerate(self.part.promise_ids) for one in self._promise(session, promise_id, n, people[n % 2].id)
        ]

    def _promise(self, session: Session, promise_id: UUID, n: int, member_id: UUID) -> Iterator[Event]:
        title, area, rule, due_time = SHAPES[n % len(SHAPES)]
        plan = Plan(self.first, (Terms(self.first, rule, self.zone, DAY_START, due_time=due_time),))
        promise = Promise(promise_id, self.bond_id, member_id, title, area, None, None, self.began_at, None, plan)
        promises.insert_promise(session, promise)
        for occurrence in schedule.occurrences(plan, self.first, self.today):
            yield from self._say(promise, occurrence)

    def _say(self, promise: Promise, occurrence: Occurrence) -> Iterator[Event]:
        """Kept on most days, now and then late or missed, and sometimes nothing at all."""
        dice = self.chance.random()
        at = occurrence.due_at - self.chance.random() * LATEST
        if 0.85 <= dice < 0.93:
            at = min(occurrence.late_from + self.chance.random() * LATEST, occurrence.settles_at)
        if dice < 0.97 and at <= self.until:
            yield self._event(promise, occurrence.day, at, "kept" if dice < 0.93 else "missed")

    def _event(self, promise: Promise, day: date, at: datetime, kind: str) -> Event:
        return Event(self._id(at), kind, self.bond_id, promise.id, promise.member_id, at, at, day, sent={"day": day.isoformat()})

    def _id(self, at: datetime) -> UUID:
        """A UUID of version 7 without the machine's chance (RFC 9562, 5.7)."""
        whole = int(at.timestamp() * 1000) << 80 | self.chance.getrandbits(76)
        return UUID(int=whole & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)
