"""What has been accepted so far: the truth that everything else is folded from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from tests.naive.shapes import RefusedError
from tests.naive.terms import Schedule


@dataclass(frozen=True)
class Member:
    """A person and the setting of their days."""

    id: str
    zone: str
    day_start: time


@dataclass(frozen=True)
class Bond:
    """Two members or more, and their review moment."""

    id: str
    members: tuple[str, ...]
    zone: str
    review_weekday: int
    review_time: time
    made_at: datetime


@dataclass
class Promise:
    """What one member says they will do; personal without a bond."""

    id: str
    bond: Bond | None
    by: str
    schedule: Schedule

    @property
    def members(self) -> tuple[str, ...]:
        """Everyone who may see it."""
        return self.bond.members if self.bond else (self.by,)


@dataclass(frozen=True)
class Pause:
    """Days, both included, on which a promise, a member or a bond rests."""

    scope: str
    id: str
    first_on: date
    last_on: date


@dataclass(frozen=True)
class Repair:
    """An accepted repair of one occurrence."""

    by: str
    promise: str
    day: date
    at: datetime


@dataclass(frozen=True)
class CheckIn:
    """An accepted check-in; `named` is its occurrence's day, none for an extra."""

    order: int
    id: str
    by: str
    promise: str
    kind: str
    at: datetime
    received_at: datetime
    sent_day: date | None
    day: date
    named: date | None
    to: datetime | None
    target: str | None
    label: str | None


@dataclass
class World:
    """All that was accepted, and a number that grows with it."""

    members: dict[str, Member] = field(default_factory=dict)
    bonds: dict[str, Bond] = field(default_factory=dict)
    promises: dict[str, Promise] = field(default_factory=dict)
    pauses: list[Pause] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    check_ins: list[CheckIn] = field(default_factory=list)
    version: int = 0

    def promise(self, id: str) -> Promise:
        """The promise of this id, else 404."""
        if id not in self.promises:
            raise RefusedError(404, "no such promise")
        return self.promises[id]

    def promise_for(self, id: str, member: str) -> Promise:
        """The promise as one member may see it, else 404."""
        promise = self.promise(id)
        if member not in promise.members:
            raise RefusedError(404, "no such promise")
        return promise

    def sent(self, id: str) -> CheckIn | None:
        """The accepted check-in of this id."""
        return next((c for c in self.check_ins if c.id == id), None)

    def undone(self) -> set[str]:
        """The ids of the check-ins that were taken back."""
        return {c.target for c in self.check_ins if c.kind == "undo" and c.target}

    def said(self) -> dict[tuple[str, date], list[CheckIn]]:
        """What stands said, by occurrence and in the order of arrival."""
        undone = self.undone()
        said: dict[tuple[str, date], list[CheckIn]] = {}
        for c in self.check_ins:
            if c.named is not None and c.kind != "undo" and c.id not in undone:
                said.setdefault((c.promise, c.named), []).append(c)
        return said
