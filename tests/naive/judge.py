"""What the log says of one occurrence: section 4 of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.naive.terms import Occurrence
from tests.naive.world import CheckIn, Promise, World

FORTNIGHT = timedelta(days=14)
FALLS_AWAY = timedelta(days=7)
HALVES_IN = timedelta(minutes=30)
OWNING = ("missed", "agree_missed")


@dataclass(frozen=True)
class Standing:
    """An outcome, its value, and what it does to a streak: adds, holds, breaks or stops."""

    outcome: str
    value: float | None
    effect: str


PENDING = Standing("pending", None, "stops")
KEPT = Standing("kept", 1.0, "adds")
EXCUSED = Standing("excused", None, "holds")
OPEN = Standing("open", None, "holds")
MISSED = Standing("missed", 0.0, "breaks")
MENDED = Standing("mended", 0.5, "holds")
WAITING = Standing("unreported", None, "stops")
CLOSED = Standing("unreported", 0.0, "breaks")
DORMANT = Standing("unreported", None, "holds")


def judge(
    world: World,
    promise: Promise,
    occurrence: Occurrence,
    said: Sequence[CheckIn],
    now: datetime,
) -> Standing:
    """What stands at an instant, before any mending."""
    if any(is_open(differs, said, now) for differs in said):
        return OPEN
    if is_kept(promise, occurrence, said):
        return KEPT
    if is_paused(world, promise, occurrence) or says(said, "excuse") or says(said, "reserve"):
        return EXCUSED
    if occurrence.times is not None:
        return _week(world, promise, occurrence, said, now)
    if by_promiser(promise, standing_kepts(occurrence, said)):
        return _late(promise, occurrence, said)
    if says(said, "missed") or says(said, "agree_missed"):
        return MISSED
    return _silence(world, promise, occurrence, now)


def says(said: Sequence[CheckIn], kind: str) -> bool:
    """Whether a check-in of this kind stands."""
    return any(c.kind == kind for c in said)


def standing_kepts(occurrence: Occurrence, said: Sequence[CheckIn]) -> list[CheckIn]:
    """The kept check-ins that no owning voids; in a week nothing voids them."""
    owned = [c for c in said if c.kind in OWNING and occurrence.times is None]
    return [c for c in said if c.kind == "kept" and not any((c.at, c.order) < (o.at, o.order) for o in owned)]


def by_promiser(promise: Promise, check_ins: Sequence[CheckIn]) -> list[CheckIn]:
    """Those that the promiser said."""
    return [c for c in check_ins if c.by == promise.by]


def by_receivers(promise: Promise, check_ins: Sequence[CheckIn]) -> list[CheckIn]:
    """Those that a receiver said."""
    return [c for c in check_ins if c.by != promise.by]


def after_the_fact(promise: Promise, occurrence: Occurrence, said: Sequence[CheckIn]) -> list[CheckIn]:
    """The promiser's standing kept check-ins that were tapped after it settled."""
    kepts = by_promiser(promise, standing_kepts(occurrence, said))
    return [c for c in kepts if c.at > occurrence.settles_at]


def is_open(differs: CheckIn, said: Sequence[CheckIn], now: datetime) -> bool:
    """Whether this is a difference that nothing has ended."""
    if differs.kind != "differs" or now >= differs.received_at + FALLS_AWAY:
        return False
    ends = ("agree_missed", "withdraw", "missed")
    return not any(c.kind in ends and c.order > differs.order for c in said)


def is_kept(promise: Promise, occurrence: Occurrence, said: Sequence[CheckIn]) -> bool:
    """Whether the word was kept."""
    kepts = standing_kepts(occurrence, said)
    if occurrence.times is not None:
        return len({c.day for c in kepts}) >= occurrence.times
    if by_receivers(promise, kepts):
        return True
    mine = [c.at for c in by_promiser(promise, kepts)]
    if mine and min(mine) <= on_time_until(occurrence, said):
        return True
    vouches = [c for c in said if c.kind == "vouch"]
    vouched = after_the_fact(promise, occurrence, said)
    return any(v.order > kept.order for v in vouches for kept in vouched)


def on_time_until(occurrence: Occurrence, said: Sequence[CheckIn]) -> datetime:
    """The last instant at which a tap is in time, moved by a heads-up."""
    moved = [c.to for c in said if c.kind == "heads_up" and c.to is not None]
    return (moved[0] if moved else occurrence.due_at) + occurrence.grace


def is_paused(world: World, promise: Promise, occurrence: Occurrence) -> bool:
    """Whether the promise, its promiser or its bond was paused on that day."""
    scopes = {("promise", promise.id), ("member", promise.by)}
    if promise.bond is not None:
        scopes.add(("bond", promise.bond.id))
    return any((p.scope, p.id) in scopes and p.first_on <= occurrence.day <= p.last_on for p in world.pauses)


def is_dormant(world: World, promise: Promise, occurrence: Occurrence) -> bool:
    """Whether nobody of the bond had sent anything for fourteen days before it settled."""
    since, until = occurrence.settles_at - FORTNIGHT, occurrence.settles_at
    sent = [(c.by, c.at) for c in world.check_ins] + [(r.by, r.at) for r in world.repairs]
    return not any(by in promise.members and since < at < until for by, at in sent)


def is_repaired(world: World, promise: Promise, occurrence: Occurrence, said: Sequence[CheckIn]) -> bool:
    """Whether a repair was written in time."""
    owned = [c.at for c in said if c.kind in OWNING]
    until = max(occurrence.settles_at, *owned) + FORTNIGHT
    return any(r.promise == promise.id and r.day == occurrence.day and r.at <= until for r in world.repairs)


def holds_if(outcome: str, value: float) -> Standing:
    """A value of a half or more holds a streak, less breaks it."""
    return Standing(outcome, value, "holds" if value >= 0.5 else "breaks")


def _week(
    world: World,
    promise: Promise,
    occurrence: Occurrence,
    said: Sequence[CheckIn],
    now: datetime,
) -> Standing:
    done = len({c.day for c in said if c.kind == "kept"})
    if done == 0 and (says(said, "missed") or says(said, "agree_missed")):
        return MISSED
    if done > 0 and occurrence.times is not None and now >= occurrence.settles_at:
        return holds_if("partly", done / occurrence.times)
    return _silence(world, promise, occurrence, now)


def _late(promise: Promise, occurrence: Occurrence, said: Sequence[CheckIn]) -> Standing:
    first = min(c.at for c in by_promiser(promise, standing_kepts(occurrence, said)))
    if first > occurrence.settles_at:
        return holds_if("late", 0.5)
    late = first - on_time_until(occurrence, said)
    return holds_if("late", 2.0 ** -(late / HALVES_IN))


def _silence(world: World, promise: Promise, occurrence: Occurrence, now: datetime) -> Standing:
    if now < occurrence.settles_at:
        return PENDING
    if now < occurrence.closes_at:
        return WAITING
    return DORMANT if is_dormant(world, promise, occurrence) else CLOSED
