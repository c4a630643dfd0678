"""What the page of a review is made from, read in one go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from server.db import Session
from server.domain.bonds import Kind
from server.domain.outcomes import Outcome
from server.domain.reviews import STEPS, LineKind, Step
from server.routes.showing import choosing, week_scene
from server.routes.showing.scene import Scene
from server.routes.showing.week_scene import Week
from server.store import asks, moments, repairs, reviews
from server.store.asks import Ask
from server.store.moments import Moment
from server.store.occurrences import Key, Row
from server.store.repairs import Standing
from server.store.reviews import Line, Review, Seat
from web.views import Link, WeekPage

OWNED = (Outcome.MISSED, Outcome.MENDED)


@dataclass(frozen=True, slots=True)
class Found:
    """A week and its review, None before it has begun; `left` is one that was left before its end and is taken up here.

    `standings` says of the missed days what was said about them since.
    """

    week: Week
    review: Review | None
    seats: Mapping[UUID, Seat]
    lines: Sequence[Line]
    asks: Sequence[Ask]
    planned: Mapping[UUID, Moment]
    standings: Mapping[Key, Standing]
    left: "Left | None"

    @property
    def scene(self) -> Scene:
        return self.week.scene

    @property
    def query(self) -> str:
        return choosing.query(self.scene.bonds, self.week.bond)

    @property
    def step(self) -> Step:
        return STEPS[self.review.step if self.review else 0]

    @property
    def has_joined(self) -> bool:
        return self.scene.me.id in self.seats

    @property
    def others_here(self) -> list[UUID]:
        """Whose page is open beside one's own, in the order of their strands."""
        ids = (one.id for one in self.week.people if one.id != self.scene.me.id)
        return [one for one in ids if one in self.seats and (until := self.seats[one].here_until) and until > self.scene.now]

    def is_ready(self, member_id: UUID) -> bool:
        """Whether somebody has said "next" to the step that stands."""
        return self.review is not None and member_id in self.seats and self.seats[member_id].ready >= self.review.step

    def address(self, more: str = "", **parts: str) -> str:
        """Where the review is, or one of its forms, in the bond that one looks at."""
        query = "&".join([*filter(None, [self.query.removeprefix("?")]), *(f"{name}={value}" for name, value in parts.items())])
        return f"/weeks/{self.week.summary.to_on}/review{more}{'?' if query else ''}{query}"

    def again(self, step: Step) -> dict[str, str]:
        """What an address adds to stay with a step that is over."""
        return {} if step is self.step else {"at": step.value}

    def by(self, line: Line) -> str:
        """Who said it; on one phone it was said by the two of them, and who has left has no name here any more."""
        if self.review is not None and self.review.on_one_phone:
            return "the two of you" if len(self.week.people) == 2 else "all of you"
        return "You" if line.member_id == self.scene.me.id else self.scene.names.get(line.member_id, "somebody who was here then")

    def said(self, kind: LineKind) -> list[Line]:
        return [one for one in self.lines if one.kind is kind]


@dataclass(frozen=True, slots=True)
class Left:
    """A review that was left at a step, its week, and what was said in it."""

    review: Review
    week: Week
    lines: Sequence[Line]


def load(session: Session, scene: Scene, found: Week) -> Found:
    """Read it."""
    key = found.bond.id, found.summary.to_on
    review = reviews.get(session, *key)
    left = _left(session, scene, found, review)
    lines = reviews.lines(session, [key]) if review else []
    since = review.begun_at.date() if review else found.summary.to_on
    planned = moments.planned(session, [key[0]], since=since) if any(one.moment_id for one in lines) else []
    return Found(
        week=found,
        review=review,
        seats=reviews.seats(session, key) if review else {},
        lines=lines,
        asks=asks.of_review(session, *key),
        planned={one.id: one for one in planned},
        standings=_standings(session, [*frayed(found), *(frayed(left.week) if left else ())]),
        left=left,
    )


def frayed(found: Week) -> list[Row]:
    """The days of a week on which it went otherwise or that wait for a word; in a team only one's own."""
    rows = [row for row in found.rows if row.outcome in (*OWNED, Outcome.OPEN) or row.waits]
    seen = [*rows, *(row for row in found.unsaid if row not in rows)]
    is_team = found.bond.kind is Kind.TEAM
    return sorted((row for row in seen if not is_team or row.member_id == found.me.id), key=lambda row: row.last_day)


def with_way(session: Session, view: WeekPage, found: Week) -> WeekPage:
    """The page of a week with the way to begin its review, to go on with it, or to what was said."""
    review = reviews.get(session, found.bond.id, found.summary.to_on)
    is_closed = review is not None and review.closed_at is not None
    label = "Go through it together" if review is None else "What you said together" if is_closed else "Go on together"
    url = f"/weeks/{found.summary.to_on}/review{choosing.query(found.scene.bonds, found.bond)}"
    return replace(view, review=Link(label=label, url=url), is_reviewed=is_closed)


def _left(session: Session, scene: Scene, found: Week, review: Review | None) -> Left | None:
    """What was left before its end: taken up by this review, or, before it has begun, by the one that will begin."""
    find = reviews.taken_up if review else reviews.unfinished_before
    left = find(session, found.bond.id, found.summary.to_on)
    if left is None:
        return None
    return Left(left, week_scene.of_day(session, scene, found.bond, left.to_on), reviews.lines(session, [left.key]))


def _standings(session: Session, rows: Iterable[Row]) -> dict[Key, Standing]:
    missed: dict[UUID, list[date]] = {}
    for row in rows:
        if row.outcome in OWNED:
            missed.setdefault(row.promise_id, []).append(row.day)
    found = {one: repairs.of_promise(session, one, since=min(days)) for one, days in missed.items()}
    return {(one, day): found[one][day] for one, days in missed.items() for day in days if day in found[one]}
