"""What a promise looks like in the API, made, changed and shown."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from server.actions.promises import Draft
from server.domain import schedule
from server.domain.promises import LONGEST, LONGEST_AREA
from server.domain.schedule import GRACE
from server.domain.streaks import SHOWN_AS_PERCENTAGE_FROM
from server.routes.api.values import MINUTE, Clock, Minutes, Words, clock, wall
from server.store import promises
from server.store.folds import StreakRow
from server.store.members import Member

Title = Annotated[Words, Meta(max_length=LONGEST["title"])]
Line = Annotated[Words, Meta(max_length=LONGEST["done_when"])]
Area = Annotated[Words, Meta(max_length=LONGEST_AREA)]


class NewPromise(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A promise to be made; without `bond` it is personal, without `zone` in one's own, without `starts_on` from today.

    `rule` is an RFC 5545 RRULE of days, `times` how often in a week of `FREQ=WEEKLY`, `grace` in minutes. `id` may be made by the sender.
    """

    title: Title
    area: Area
    rule: str
    id: UUID | None = None
    bond: UUID | None = None
    starts_on: date | None = None
    times: int | None = None
    due_time: Clock | None = None
    grace: Minutes = GRACE // MINUTE
    zone: str | None = None
    done_when: Line | None = None
    cue: Line | None = None

    def draft(self, member: Member, now: datetime) -> Draft:
        """What this member wants to promise."""
        return Draft(
            title=self.title,
            area=self.area,
            rule=self.rule,
            starts_on=self.starts_on or schedule.local_day(now, self.zone or member.zone, member.day_start),
            bond_id=self.bond,
            times=self.times,
            due_time=wall(self.due_time),
            grace=self.grace * MINUTE,
            zone=self.zone,
            done_when=self.done_when,
            cue=self.cue,
        )


class PromiseChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be changed; what is left out stays, null takes away."""

    title: Title | UnsetType = UNSET
    area: Area | UnsetType = UNSET
    rule: str | UnsetType = UNSET
    times: int | UnsetType | None = UNSET
    due_time: Clock | UnsetType | None = UNSET
    grace: Minutes | UnsetType = UNSET
    zone: str | UnsetType = UNSET
    done_when: Line | UnsetType | None = UNSET
    cue: Line | UnsetType | None = UNSET

    def given(self) -> dict[str, Any]:
        """The changes by name, in the domain's own types."""
        found = {name: value for name, value in msgspec.structs.asdict(self).items() if value is not UNSET}
        if "due_time" in found:
            found["due_time"] = wall(found["due_time"])
        if "grace" in found:
            found["grace"] = found["grace"] * MINUTE
        return found


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """When a promise comes due, from `from_on` until newer terms begin; `grace` is in minutes."""

    from_on: date
    rule: str
    times: int | None
    due_time: Clock | None
    grace: int
    zone: str
    day_start: Clock

    @classmethod
    def of(cls, terms: schedule.Terms) -> Self:
        """Terms as they stand."""
        return cls(
            from_on=terms.from_on,
            rule=terms.rule,
            times=terms.times,
            due_time=clock(terms.due_time) if terms.due_time else None,
            grace=terms.grace // MINUTE,
            zone=terms.zone,
            day_start=clock(terms.day_start),
        )


class Streak(msgspec.Struct, frozen=True, kw_only=True):
    """How a promise holds: `kept` of `valued`, from five on the `consistency` from 0 to 1, rounded; `stitches` are those ever kept."""

    current: int
    best: int
    stitches: int
    kept: int
    valued: int
    consistency: float | None

    @classmethod
    def of(cls, row: StreakRow) -> Self:
        """A streak as it stands; the consistency is rounded, since its last figures would tell the minute of a check-in."""
        consistency = round(row.score, 2) if row.valued >= SHOWN_AS_PERCENTAGE_FROM else None
        return cls(current=row.current, best=row.best, stitches=row.stitches, kept=row.kept, valued=row.valued, consistency=consistency)


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """A promise; `bond` is null for a personal one, `later_terms` have not begun, `streak` is left out for who hides streaks."""

    id: UUID
    bond: UUID | None
    by: UUID
    title: str
    area: str
    done_when: str | None
    cue: str | None
    starts_on: date
    released_on: date | None
    grown_from: UUID | None
    terms: Terms
    later_terms: Terms | None
    streak: Streak | UnsetType = UNSET

    @classmethod
    def of(cls, promise: promises.Promise, streak: StreakRow | None, now: datetime) -> Self:
        """A promise as it stands now."""
        plan = promise.plan
        terms = schedule.terms_on(plan, schedule.day_of(plan, now))
        return cls(
            id=promise.id,
            bond=promise.bond_id,
            by=promise.member_id,
            title=promise.title,
            area=promise.area,
            done_when=promise.done_when,
            cue=promise.cue,
            starts_on=plan.starts_on,
            released_on=plan.released_on,
            grown_from=promise.grown_from,
            terms=Terms.of(terms),
            later_terms=Terms.of(plan.terms[-1]) if plan.terms[-1] != terms else None,
            streak=Streak.of(streak) if streak else UNSET,
        )


class Promises(msgspec.Struct, frozen=True):
    """Promises, the oldest first."""

    promises: list[Promise]
