"""`weft demo`: eleven weeks of Noor and Sam up to a moment, told through the actions and jobs by which it would have happened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from jobs import milestones, settle, story, summaries
from jobs.story import NOOR, SAM, WEEKS, ZONE, Part, Word
from server.actions import asks, bonds, check_ins, deciding, promises, repairs, reviews
from server.actions import moments as planned
from server.actions.promises import Draft
from server.db import Database, Session
from server.domain import schedule
from server.domain.check_ins import Kind, Tap
from server.domain.members import DAY_START
from server.domain.repairs import RepairAnswer
from server.domain.reviews import STEPS, LineKind
from server.domain.schedule import DAY
from server.store import ids, members
from server.store import moments as planning
from server.store import promises as promised
from server.store.asks import Ask
from server.store.members import Member

NIGHT = time(3, 5)
AFTER_A_MISS, AFTER_A_NIGHT = timedelta(hours=2), timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is in the story: members by name, and their bond."""

    members: dict[str, UUID]
    bond_id: UUID


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happens at an instant."""

    at: datetime
    happen: Callable[[Database, datetime], object]


def tell(database: Database, until: datetime) -> Cast:
    """Let everything happen that happened until an instant, in its order, and return who it happened to."""
    today = schedule.local_day(until, ZONE, DAY_START)
    first = today - timedelta(weeks=WEEKS)
    with database.write() as session:
        cast = _meet(session, schedule.instant(first, DAY_START, ZONE))
    moments = [
        *_nights(first, today),
        _plan(cast, today),
        _review(cast, today),
        *(one for part in story.parts(today) for one in _live(cast, part, first, today)),
    ]
    for moment in sorted(moments, key=lambda one: one.at):
        if moment.at <= until:
            moment.happen(database, moment.at)
    _turn(database, until)
    return cast


def _meet(session: Session, at: datetime) -> Cast:
    people = {name: Member(ids.new(), name, ZONE, DAY_START) for name in (NOOR, SAM)}
    for member in people.values():
        members.insert(session, member, now=at)
    found = {name: member.id for name, member in people.items()}
    return Cast(found, bonds.make(session, ids.new(), kind="partners", member_ids=list(found.values()), zone=ZONE, now=at).id)


def _plan(cast: Cast, today: date) -> Moment:
    """What Sam has planned for the two of them, the evening before."""
    at = schedule.instant(today - DAY, story.PLANNED_AT, ZONE)
    wanted = planning.Moment(ids.new(), cast.bond_id, cast.members[SAM], *story.WALK, today + DAY, story.WALK_AT, at)
    return Moment(at, _does(planned.plan, wanted))


def _review(cast: Cast, today: date) -> Moment:
    """The week before, gone through together on its Sunday and closed by both."""
    to_on = today - timedelta(days=today.weekday() + 1)
    return Moment(schedule.instant(to_on, story.REVIEWED_AT, ZONE), lambda database, at: _go_through(database, cast, to_on, at))


def _go_through(database: Database, cast: Cast, to_on: date, at: datetime) -> None:
    key, noor, sam = (cast.bond_id, to_on), cast.members[NOOR], cast.members[SAM]
    with database.write() as session:
        for member_id in (noor, sam):
            reviews.begin(session, *key, member_id=member_id, now=at)
        for by, kind, text in story.SAID:
            deciding.say(session, key, ids.new(), LineKind(kind), text, member_id=cast.members[by], now=at)
        dinner = next(one for one in promised.made_by(session, noor) if one.title == story.KEPT_ON)
        deciding.decide(session, key, ids.new(), dinner.id, LineKind.KEEP, {}, member_id=noor, now=at)
        asked = deciding.ask(session, key, Ask(ids.new(), cast.bond_id, noor, sam, story.ASKED, at, to_on), now=at)
        asks.counter(session, asked.id, story.COUNTERED, member_id=sam, now=at)
        supper = planning.Moment(ids.new(), cast.bond_id, sam, *story.PANCAKES, to_on + 6 * DAY, None, at)
        deciding.plan(session, key, supper, now=at)
        for step in STEPS:
            for member_id in (noor, sam):
                reviews.go_on(session, *key, step, member_id=member_id, now=at)


def _nights(first: date, today: date) -> Iterator[Moment]:
    """The jobs, when a day has ended and when a week is looked at."""
    for n in range((today - first).days + 1):
        day = first + n * DAY
        yield Moment(schedule.instant(day, NIGHT, ZONE), _turn)
        if day.weekday() == bonds.SUNDAY_EVENING.weekday:
            yield Moment(schedule.instant(day, bonds.SUNDAY_EVENING.at, ZONE), _turn)


def _turn(database: Database, at: datetime) -> None:
    settle.open_ahead(database, at)
    settle.settle(database, at)
    milestones.celebrate(database, at)
    summaries.summarise(database, at)
    summaries.refresh(database, at)


def _live(cast: Cast, part: Part, first: date, today: date) -> Iterator[Moment]:
    """A promise being made, and all that was said of it."""
    promise_id = ids.new()
    draft = Draft(
        title=part.title,
        area=part.area,
        rule=part.rule,
        starts_on=first,
        bond_id=None if part.is_personal else cast.bond_id,
        times=part.times,
        due_time=part.due_time,
    )
    promiser = cast.members[part.by]
    yield Moment(schedule.instant(first, DAY_START, ZONE), _does(promises.make, promise_id, draft, member_id=promiser))
    for day in _days(part, first, today):
        for word in part.words((today - day).days):
            yield from _say(cast, part, promise_id, day, word)


def _days(part: Part, first: date, today: date) -> Iterator[date]:
    """The days on which something is said: those that are due, or every other day for n times a week."""
    every = (first + n * DAY for n in range((today - first).days + 1))
    if part.times:
        return (day for day in every if day.weekday() % 2 and day < today)
    terms = schedule.Terms(first, part.rule, ZONE, DAY_START)
    return (one.day for one in schedule.occurrences(schedule.plan_of(first, [terms]), first, today))


def _say(cast: Cast, part: Part, promise_id: UUID, day: date, word: Word) -> Iterator[Moment]:
    at = schedule.instant(day, word.at, ZONE)
    more: dict[str, Any] = {
        name: schedule.instant(day, value, ZONE) if isinstance(value, time) else value for name, value in word.more.items()
    }
    tap = Tap(ids.new(), promise_id, cast.members[word.by or part.by], Kind(word.kind), at=at, day=day, **more)
    yield Moment(at, _does(check_ins.check_in_one, tap))
    if word.repair:
        other = next(member_id for name, member_id in cast.members.items() if name != part.by)
        yield Moment(at + AFTER_A_MISS, _does(repairs.repair, promise_id, day, word.repair, member_id=cast.members[part.by]))
        yield Moment(at + AFTER_A_NIGHT, _does(repairs.answer, promise_id, day, said=RepairAnswer.HEARD, member_id=other))


def _does(action: Callable[..., object], *parts: Any, **named: Any) -> Callable[[Database, datetime], object]:
    """An action in a transaction of its own."""

    def happen(database: Database, at: datetime) -> None:
        with database.write() as session:
            action(session, *parts, now=at, **named)

    return happen
