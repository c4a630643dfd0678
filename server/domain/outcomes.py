"""What the log says of one occurrence (RULES.md 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.domain import check_ins
from server.domain.check_ins import DIFFERENCE_LASTS, OWNINGS, Kind, Said
from server.domain.schedule import CLOSES_AFTER, Occurrence, allowance

H_LATE = timedelta(minutes=30)
SAID_AFTERWARDS = 0.5
MENDED = 0.5
HOLDS_FROM = 0.5
DORMANT_AFTER = timedelta(days=14)


class Outcome(StrEnum):
    """What an occurrence stands as."""

    PENDING = "pending"
    KEPT = "kept"
    LATE = "late"
    PARTLY = "partly"
    EXCUSED = "excused"
    OPEN = "open"
    MISSED = "missed"
    MENDED = "mended"
    UNREPORTED = "unreported"


class Effect(StrEnum):
    """What an outcome does to a streak."""

    ADDS = "adds"
    HOLDS = "holds"
    BREAKS = "breaks"
    STOPS = "stops"


@dataclass(frozen=True, slots=True)
class Judgement:
    """An occurrence's outcome; `value` from 0 to 1 or None, `changes_at` when it turns by itself, `done` for n times a week."""

    outcome: Outcome
    value: float | None = None
    changes_at: datetime | None = None
    told_ahead: bool = False
    witnessed: bool = False
    done: int = 0


def judge(occurrence: Occurrence, said: Sequence[Said], now: datetime, *, paused: bool, was_active: bool) -> Judgement:
    """Judge an occurrence by what was said of it, in order of arrival, at `now`.

    `paused`: the promise, its promiser or the bond was paused on its day. `was_active`: somebody of the bond had sent something in
    the 14 days before it settled. A missed one is mended only by the fold (`streaks`), which sees what came after it.
    """
    said = check_ins.live(said)
    told = any(one.kind is Kind.HEADS_UP for one in said)
    weekly = occurrence.terms.times is not None
    kept = [one for one in said if one.kind is Kind.KEPT] if weekly else check_ins.surviving(said)
    seen_by_other = any(not one.by_promiser for one in kept)
    done = len({one.day for one in kept}) if weekly else 0

    def found(outcome: Outcome, value: float | None = None, changes_at: datetime | None = None) -> Judgement:
        return Judgement(outcome, value, changes_at, told, seen_by_other, done)

    if difference := check_ins.open_difference(said, now):
        return found(Outcome.OPEN, None, difference.received_at + DIFFERENCE_LASTS)
    value = _share_done(occurrence, done, now) if weekly else _worth(occurrence, said, kept)
    if value == 1:
        return found(Outcome.KEPT, 1.0)
    if paused or any(one.kind in (Kind.EXCUSE, Kind.RESERVE) for one in said):
        return found(Outcome.EXCUSED)
    if value is not None:
        return found(Outcome.PARTLY if weekly else Outcome.LATE, value)
    if any(one.kind in OWNINGS for one in said) and not kept:
        return found(Outcome.MISSED, 0.0)
    return found(*_silence(occurrence.settles_at, now, was_active=was_active))


def silence(settles_at: datetime, now: datetime, *, was_active: bool) -> Judgement:
    """What time alone makes of an occurrence: of one that waits, or that is pending and on none of whose days it was done.

    Whatever was said of it left it so, and nothing of that will judge it otherwise later: `judge` says the same.
    """
    return Judgement(*_silence(settles_at, now, was_active=was_active))


def _worth(occurrence: Occurrence, said: Sequence[Said], kept: Sequence[Said]) -> float | None:
    """The value of what was said to be kept: 1 on time, less the later, None where nobody said so."""
    if not kept:
        return None
    if any(not one.by_promiser for one in kept):
        return 1.0
    moved = next((one.to for one in said if one.kind is Kind.HEADS_UP and one.to), occurrence.due_at)
    at = min(one.at for one in kept)
    late_by = at - (moved + allowance(occurrence.terms))
    if late_by <= timedelta(0) or check_ins.confirmed(said, occurrence.settles_at):
        return 1.0
    return SAID_AFTERWARDS if at > occurrence.settles_at else 2 ** -(late_by / H_LATE)


def _share_done(occurrence: Occurrence, done: int, now: datetime) -> float | None:
    times = occurrence.terms.times or 1
    if done >= times:
        return 1.0
    return done / times if done and now >= occurrence.settles_at else None


def _silence(settles_at: datetime, now: datetime, *, was_active: bool) -> tuple[Outcome, float | None, datetime | None]:
    if now < settles_at:
        return Outcome.PENDING, None, settles_at
    if now < settles_at + CLOSES_AFTER:
        return Outcome.UNREPORTED, None, settles_at + CLOSES_AFTER
    return Outcome.UNREPORTED, 0.0 if was_active else None, None


def effect(outcome: Outcome, value: float | None, *, waits: bool) -> Effect:
    """What an outcome does to a streak; `waits` while an unreported one still can be answered."""
    if outcome is Outcome.KEPT:
        return Effect.ADDS
    if outcome is Outcome.PENDING or (outcome is Outcome.UNREPORTED and waits):
        return Effect.STOPS
    return Effect.HOLDS if value is None or value >= HOLDS_FROM else Effect.BREAKS


def holds_a_day(outcome: Outcome, value: float | None) -> bool:
    """Whether this outcome weaves its day (RULES.md 6)."""
    good = (Outcome.KEPT, Outcome.MENDED, Outcome.LATE, Outcome.PARTLY)
    return outcome in good and value is not None and value >= HOLDS_FROM
