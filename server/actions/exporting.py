"""Taking along what is one's own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from server.actions import operating, sessions
from server.db import Session, scope
from server.domain import schedule
from server.domain.exported_words import (
    OwnCheckIn,
    OwnDay,
    OwnPause,
    OwnPromise,
    OwnRepair,
    OwnStreak,
    OwnTerms,
    OwnWord,
)
from server.domain.exports import VERSION, Episode, Export, OtherMember, OwnAct, OwnAnswer, OwnBond, OwnMilestone, Profile, WayIn
from server.domain.milestones import MilestoneKind
from server.domain.repairs import Repair
from server.domain.schedule import Terms
from server.store import bonds, events, exports, folds, nudges, passkeys, private, promises, push, repairs, supporters, tokens
from server.store.events import Event
from server.store.folds import StreakRow
from server.store.occurrences import Key
from server.store.promises import Promise

MINUTE = timedelta(minutes=1)
PAUSED = "paused"
WORDS = (repairs.SORRY, repairs.TOLD, repairs.HEARD, repairs.ANSWERED)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Gone:
    """What was let go in one's bonds: the rows by day, and the plans by which a day of a week belongs to its Monday."""

    rows: Mapping[Key, Any]
    plans: Mapping[UUID, Promise]

    def key(self, promise_id: UUID | None, day: date | None) -> Key | None:
        """The episode to which something about a day belongs, if that was let go."""
        promise = self.plans.get(promise_id) if promise_id else None
        if promise is None or day is None:
            return None
        occurrence = schedule.occurrence_of(promise.plan, day)
        key = (promise.id, occurrence.day if occurrence else day)
        return key if key in self.rows else None

    def apart(self, found: Iterable[T]) -> tuple[list[T], dict[Key, list[T]]]:
        """What stays in its list, and what belongs to an episode."""
        stays: list[T] = []
        inside: dict[Key, list[T]] = {key: [] for key in self.rows}
        for one in found:
            key = self.key(one.promise, one.day)  # type: ignore[attr-defined]
            (stays if key is None else inside[key]).append(one)
        return stays, inside


def gather(session: Session, member_id: UUID, *, now: datetime) -> Export:
    """Everything that is a member's own, and of the others only their names and on which days they kept what they promised.

    What both let go stands in no list; the hurt side finds it apart, with their own words and the repair that was given to them.
    """
    scope.include_left(session, member_id)
    gone = _gone(session, member_id)
    log = exports.said(session, member_id)
    check_ins, checked = gone.apart([_check_in(one) for one in log if one.kind in events.CHECK_INS and one.promise_id])
    words, worded = gone.apart([_word(one) for one in log if one.kind in WORDS])
    marks, marked = gone.apart(exports.marks(session, member_id))
    answers, answered = _answers(session, member_id, gone)
    me = exports.profile(session, member_id)
    inside: dict[str, Mapping[Key, list[Any]]] = {"check_ins": checked, "words": worded, "marks": marked, "answers": answered}
    return Export(
        version=VERSION,
        made_at=now,
        profile=me,
        ways_in=_ways_in(session, member_id, now),
        operator_acts=[OwnAct(act=act.value, at=at) for act, at in operating.lately_done(session, member_id, now=now)],
        bonds=_bonds(session, member_id),
        promises=_promises(session, member_id),
        pauses=[_pause(one) for one in log if one.kind == PAUSED],
        check_ins=check_ins,
        repairs=gone.apart([_repair(one) for one in log if one.kind == events.REPAIR])[0],
        words=words,
        marks=marks,
        **_beside(session, member_id, gone),
        moments=exports.planned(session, member_id),
        milestones=_milestones(session, me, gone),
        answers=answers,
        weeks=exports.figures(session, member_id),
        **_between(session, member_id),
        let_go=_episodes(session, me, gone, inside),
        kept_by_others=exports.kept_by_others(session, member_id),
    )


def _beside(session: Session, member_id: UUID, gone: _Gone) -> dict[str, Any]:
    """What lies beside the log: what one has begun to write, what one calls a miss, asks to move a day, proposals."""
    return {
        "drafts": gone.apart(exports.drafts(session, member_id))[0],
        "ownings": gone.apart(exports.described(session, member_id))[0],
        "moves": gone.apart(exports.asked_moves(session, member_id))[0],
        "answers_to_moves": gone.apart(exports.answered_moves(session, member_id))[0],
        "proposals": exports.proposals(session, member_id),
        **private.exported(session, member_id),
    }


def _between(session: Session, member_id: UUID) -> dict[str, Any]:
    """What one said and asked of the others, and whom and what one let in."""
    return {
        "review_lines": exports.review_lines_of(session, member_id),
        "asks": exports.asked(session, member_id),
        "answers_to_asks": exports.answered_asks(session, member_id),
        "invitations": exports.invited(session, member_id),
        "supporters": supporters.proposed_by(session, member_id),
        "openings": supporters.opened_by(session, member_id),
        "nudges": nudges.wished(session, member_id),
        "calendars": exports.feeds(session, member_id),
    }


def _gone(session: Session, member_id: UUID) -> _Gone:
    rows = {(row.promise_id, row.day): row for row in exports.gone(session, member_id)}
    return _Gone(rows, promises.by_ids(session, {promise_id for promise_id, _ in rows}))


def _ways_in(session: Session, member_id: UUID, now: datetime) -> list[WayIn]:
    devices = (
        WayIn(kind="device", name=one.device, made_at=one.made_at, used_on=one.seen_on)
        for one in sessions.devices(session, member_id, now=now)
    )
    keys = (
        WayIn(kind="passkey", name=one.name, made_at=one.made_at, used_on=one.used_on) for one in passkeys.of_member(session, member_id)
    )
    phones = (WayIn(kind="phone", name=one.device or "", made_at=one.made_at, used_on=None) for one in push.of_member(session, member_id))
    programs = (
        WayIn(kind="token", name=one.name, made_at=one.made_at, used_on=one.used_on) for one in tokens.of_member(session, member_id)
    )
    return [*devices, *keys, *phones, *programs]


def _bonds(session: Session, member_id: UUID) -> list[OwnBond]:
    mine = exports.of_bonds(session, member_id)
    people = bonds.people(session, [one.id for one in mine if one.left_at is None and not one.is_closed])
    others = {bond_id: [OtherMember(id=one.id, name=one.name) for one in some if one.id != member_id] for bond_id, some in people.items()}
    return [msgspec.structs.replace(one, others=others.get(one.id, [])) for one in mine]


def _promises(session: Session, member_id: UUID) -> list[OwnPromise]:
    made = promises.made_by(session, member_id)
    streaks = folds.streaks_of(session, [one.id for one in made])
    days, closed = exports.days(session, member_id), exports.ended_by_closing(session, member_id)
    found = [_promise(one, streaks.get(one.id), days.get(one.id, [])) for one in made]
    return [msgspec.structs.replace(one, released_on=None) if one.id in closed else one for one in found]


def _promise(promise: Promise, streak: StreakRow | None, days: list[OwnDay]) -> OwnPromise:
    return OwnPromise(
        id=promise.id,
        bond=promise.bond_id,
        title=promise.title,
        area=promise.area,
        done_when=promise.done_when,
        cue=promise.cue,
        made_at=promise.made_at,
        starts_on=promise.plan.starts_on,
        released_on=promise.plan.released_on,
        grown_from=promise.grown_from,
        terms=[_terms(one) for one in promise.plan.terms],
        streak=_streak(streak) if streak else None,
        days=days,
    )


def _terms(terms: Terms) -> OwnTerms:
    return OwnTerms(
        from_on=terms.from_on,
        rule=terms.rule,
        times=terms.times,
        due_time=f"{terms.due_time:%H:%M}" if terms.due_time else None,
        grace=terms.grace // MINUTE,
        zone=terms.zone,
        day_start=f"{terms.day_start:%H:%M}",
    )


def _streak(row: StreakRow) -> OwnStreak:
    names = ("current", "best", "stitches", "kept", "valued")
    return OwnStreak(**{name: getattr(row, name) for name in names}, consistency=row.score)


def _check_in(one: Event) -> OwnCheckIn:
    return OwnCheckIn(
        **_line(one),
        kind=one.kind,
        received_at=one.received_at,
        extra=one.extra,
        to=one.sent.get("to"),
        target=_id(one, "target"),
        label=one.sent.get("label"),
        line=one.sent.get("line"),
    )


def _word(one: Event) -> OwnWord:
    return OwnWord(**_line(one), kind=one.kind, answer=one.sent.get("answer"))


def _repair(one: Event) -> OwnRepair:
    words = {field.name: one.sent.get(field.name, "") for field in fields(Repair)}
    return OwnRepair(**_line(one), **words, way=one.sent.get("way", "sent"), linked=_id(one, "linked"))


def _line(one: Event) -> dict[str, Any]:
    return {"id": one.id, "promise": one.promise_id, "day": one.day, "at": one.at}


def _id(one: Event, name: str) -> UUID | None:
    return UUID(one.sent[name]) if name in one.sent else None


def _pause(one: Event) -> OwnPause:
    first, last = (date.fromisoformat(one.sent[name]) for name in ("from", "until"))
    return OwnPause(promise=one.promise_id, bond=None if one.promise_id else one.bond_id, from_on=first, until_on=last, at=one.at)


def _milestones(session: Session, me: Profile, gone: _Gone) -> list[OwnMilestone]:
    found = ((row, _day_of(row)) for row in exports.reached(session, me.id))
    return [
        OwnMilestone(
            id=row.id,
            kind=row.kind,
            count=row.threshold,
            bond=row.bond_id,
            promise=row.promise_id,
            day=day,
            reached_on=_day(me, row.reached_at),
        )
        for row, day in found
        if gone.key(row.promise_id, day) is None
    ]


def _answers(session: Session, member_id: UUID, gone: _Gone) -> tuple[list[OwnAnswer], dict[Key, list[OwnAnswer]]]:
    """What one said to milestones, and apart from it what was said to the mend of a day that was let go."""
    stays: list[OwnAnswer] = []
    inside: dict[Key, list[OwnAnswer]] = {key: [] for key in gone.rows}
    for row in exports.answers(session, member_id):
        key = gone.key(row.promise_id, _day_of(row))
        (stays if key is None else inside[key]).append(OwnAnswer(milestone=row.milestone_id, line=row.line, at=row.at))
    return stays, inside


def _episodes(session: Session, me: Profile, gone: _Gone, inside: Mapping[str, Mapping[Key, list[Any]]]) -> list[Episode]:
    """What was let go, for the hurt side alone."""
    hurt = {key: row for key, row in gone.rows.items() if row.hurt_id == me.id}
    given = exports.given(session, hurt)
    return [
        Episode(
            promise=promise_id,
            day=day,
            outcome=row.outcome,
            let_go_on=_day(me, row.agreed_at),
            repair=given.get((promise_id, day)),
            **{name: found[promise_id, day] for name, found in inside.items()},
        )
        for (promise_id, day), row in hurt.items()
    ]


def _day_of(row: Any) -> date | None:
    """The day that a milestone is of, where it is a mend."""
    return date.fromisoformat(row.subject) if row.kind == MilestoneKind.MEND else None


def _day(me: Profile, at: datetime) -> date:
    return schedule.local_day(at, me.zone, time.fromisoformat(me.day_start))
