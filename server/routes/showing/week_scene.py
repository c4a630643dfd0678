"""What the page of a week is made from, read in one go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from server.actions import folding
from server.db import Session
from server.domain import check_ins, owning, schedule, weeks
from server.domain.check_ins import OWNINGS, Kind, Said
from server.domain.errors import NotFoundError
from server.domain.members import DAY_START
from server.domain.outcomes import Outcome
from server.domain.owning import Owned
from server.domain.schedule import CLOSES_AFTER
from server.routes.showing.scene import Scene
from server.routes.showing.week_sentence import When
from server.store import events, milestones, occurrences, questions
from server.store import weeks as weeks_made
from server.store.bonds import Bond
from server.store.events import Event
from server.store.members import Member
from server.store.milestones import Answer, Milestone
from server.store.occurrences import Row
from server.store.questions import Question
from server.store.weeks import Summary

CLOSING = timedelta(days=7)
"""How long before a week something may have been due that closes in it."""
LONGEST = timedelta(days=6)
"""How long after a day the week that holds it may end."""
SETTLED = [one.value for one in weeks.COUNTED if one is not Outcome.EXCUSED]
Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Share:
    """How many were kept `of` those that have settled; what was let go, and what is still open, is not among them."""

    kept: int = 0
    of: int = 0

    @property
    def percent(self) -> int:
        return round(100 * self.kept / self.of) if self.of else 0

    @property
    def text(self) -> str:
        return f"{self.kept} of {self.of} kept"


@dataclass(frozen=True, slots=True)
class Week:
    """A bond's week: its summary and those beside it, its occurrences, the thanks said for its days, what was reached in it.

    `unsaid` are the days of which nothing was ever said, that closed between the page before and this one: they stand here and not again.
    `answered` is what was said in it to milestones, `owned` when its missed ones were owned, `past` its summary and those before it,
    `brought` the questions that somebody moved to it.
    """

    scene: Scene
    bond: Bond
    summary: Summary
    earlier: Summary | None
    later: Summary | None
    rows: Sequence[Row]
    unsaid: Sequence[Row]
    thanks: Sequence[Event]
    reached: Sequence[Milestone]
    answered: Sequence[tuple[Milestone, Answer]] = ()
    owned: Sequence[When] = ()
    past: Sequence[Summary] = ()
    brought: Sequence[Question] = ()

    @property
    def me(self) -> Member:
        return self.scene.me

    @property
    def people(self) -> Sequence[Member]:
        return self.scene.people[self.bond.id]

    @property
    def before(self) -> Summary | None:
        """The summary of the week before, beside which this one is seen: of as many days, and just before these."""
        beside = self.earlier and self.earlier.days == self.summary.days and self.earlier.to_on + timedelta(days=1) == self.summary.from_on
        return self.earlier if beside else None

    @property
    def number(self) -> int:
        """Which week of the bond this is, counted from 1."""
        first = weeks.first_review(self.bond.review, self.bond.made_at)
        return max((self.summary.to_on - first).days // 7 + 1, 1)

    @property
    def open_rows(self) -> list[Row]:
        """What has not settled, by day."""
        still_open = (row for row in self.rows if row.waits or row.outcome in (Outcome.PENDING, Outcome.OPEN))
        return sorted(still_open, key=lambda row: row.last_day)

    def share(self, people: Iterable[Member], area: str = "") -> Share:
        """What these members kept, of everything or of one area."""
        ids = {one.id for one in people}
        waiting = sum(1 for row in self.rows if row.waits and row.member_id in ids and area in ("", self.area_of(row)))
        return share(self.summary, ids, area, waiting=waiting)

    def total(self, name: str, summary: Summary | None = None) -> int:
        """One count over all members, of this week or of another summary."""
        return sum(figures(summary or self.summary, one.id).get(name, 0) for one in self.people)

    def area_of(self, row: Row) -> str:
        return self.scene.promises[row.promise_id].area


def latest(session: Session, scene: Scene, bond: Bond) -> Week | None:
    """The latest week that was made; None before the first."""
    made = weeks_made.of_bond(session, bond.id)
    return _load(session, scene, bond, made) if made else None


def of_day(session: Session, scene: Scene, bond: Bond, day: date) -> Week:
    """The week that ends with a day, or that holds it; NotFoundError where none was made."""
    made = weeks_made.of_bond(session, bond.id, last=min(day, date.max - LONGEST) + LONGEST)
    holding = [place for place, one in enumerate(made) if one.from_on <= day <= one.to_on]
    if not holding:
        raise NotFoundError("There is no page of that week.")
    place = max(holding, key=lambda place: made[place].to_on == day)
    return _load(session, scene, bond, made[place:], weeks_made.next_after(session, bond.id, made[place].to_on))


def _load(session: Session, scene: Scene, bond: Bond, made: Sequence[Summary], later: Summary | None = None) -> Week:
    """The first of summaries, the latest first, with those before it and the one after it."""
    summary = made[0]
    found = occurrences.seen_in_bonds(session, [bond.id], summary.from_on - CLOSING, summary.to_on)
    shared = [row for row in found if row.promise_id in scene.promises]
    rows = [row for row in shared if row.last_day >= summary.from_on]
    said = folding.said_in(session, scene.promises, rows)
    seen = [one.id for some in said.values() for one in check_ins.live(some) if one.kind is Kind.SEEN]
    thanks = sorted(events.by_ids(session, seen).values(), key=lambda one: one.seq)
    begins, ends = (schedule.instant(day, DAY_START, bond.zone) for day in (summary.from_on, summary.to_on + schedule.DAY))
    reached = milestones.visible(session, scene.me.id, since=begins, until=ends - datetime.resolution)
    return Week(
        scene=scene,
        bond=bond,
        summary=summary,
        earlier=made[1] if len(made) > 1 else None,
        later=later,
        rows=rows,
        unsaid=_unsaid(bond, summary, shared),
        thanks=thanks,
        reached=[one for one in reached if one.bond_id == bond.id],
        answered=milestones.answered(session, bond.id, since=begins, until=ends),
        owned=[_when(row, said[row.key]) for row in rows if row.outcome is Outcome.MISSED],
        past=made,
        brought=questions.of_week(session, bond.id, summary.to_on),
    )


def _when(row: Row, said: Sequence[Said]) -> When:
    """When a missed one was owned; that of a whole week has no day of its own."""
    found = owning.owned(said, row.due_at, row.settles_at)
    if found in (Owned.EARLY, Owned.FIRST):
        return When.EARLY if found is Owned.EARLY else When.FIRST
    same_day = any(one.at < row.settles_at for one in check_ins.live(said) if one.kind in OWNINGS)
    return When.SAME_DAY if same_day and row.day == row.last_day else When.LATER


def _unsaid(bond: Bond, summary: Summary, rows: Iterable[Row]) -> list[Row]:
    """What closed without a word since the moment of the week before, but for what dormancy let rest."""
    here = weeks.moment(bond.review, summary.to_on)
    before = weeks.moment(bond.review, summary.to_on - timedelta(weeks=1))
    closed = [row for row in rows if row.outcome is Outcome.UNREPORTED and not row.waits and row.value is not None]
    return sorted((row for row in closed if before < row.settles_at + CLOSES_AFTER <= here), key=lambda row: row.last_day)


def figures(summary: Summary, member_id: UUID, area: str = "") -> Figures:
    """A member's figures of everything or of one area; empty where they have none."""
    found: dict[str, Any] = summary.summary["members"].get(str(member_id), {})
    chosen: Figures = found.get("areas", {}).get(area, {}) if area else found.get("all", {})
    return chosen


def areas(summary: Summary, member_id: UUID) -> list[str]:
    """The areas in which a member had something due."""
    return list(summary.summary["members"].get(str(member_id), {}).get("areas", {}))


def share(summary: Summary, member_ids: Iterable[UUID], area: str = "", *, waiting: int = 0) -> Share:
    """What members kept by a summary; of what it calls unreported, so many still wait for a word."""
    found = [figures(summary, one, area) for one in member_ids]
    kept = sum(one.get("kept", 0) for one in found)
    settled = sum(one.get(name, 0) for one in found for name in SETTLED)
    return Share(kept, max(settled - waiting, kept))
