"""Streak, consistency and mending: the fold of a promise's occurrences (RULES.md 5)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from math import sqrt
from operator import attrgetter
from typing import Any, NamedTuple

from server.domain import outcomes
from server.domain.outcomes import MENDED, Effect, Outcome
from server.domain.schedule import Plan, share_of_days, terms_on

REPAIR_WITHIN = timedelta(days=14)
KEPT_TO_MEND = 3
SHORTEST, LONGEST = 2.4, 13.0
COMEBACK_TO, COMEBACK_FROM = 5, 3
SHOWN_AS_PERCENTAGE_FROM = 5


@dataclass(frozen=True, slots=True)
class Stitch:
    """One occurrence as the fold sees it; `repaired` when a missed one has a repair in time."""

    day: date
    outcome: Outcome
    value: float | None
    waits: bool = False
    repaired: bool = False

    @property
    def effect(self) -> Effect:
        return outcomes.effect(self.outcome, self.value, waits=self.waits)


@dataclass(frozen=True, slots=True)
class Streak:
    """The state that a fold carries from one occurrence to the next.

    `score` is the consistency from 0 to 1, `valued` how many carried a value and `kept` how many of those were kept. `fell_on` is the
    break that still waits for its comeback, `comeback_on` the last break that had one. `mends_from` is the missed day that may yet be
    mended, `kept_since` how many were kept after it.
    """

    current: int = 0
    best: int = 0
    score: float = 0.0
    valued: int = 0
    kept: int = 0
    fell_on: date | None = None
    comeback_on: date | None = None
    mends_from: date | None = None
    kept_since: int = 0

    def packed(self) -> list[object]:
        """As a list that JSON can hold."""
        return [one.isoformat() if isinstance(one, date) else one for one in _parts(self)]


class Standing(NamedTuple):
    """The consistency of a streak, and how many occurrences it speaks of."""

    score: float
    valued: int


_names = [field.name for field in fields(Streak)]
_SCORE, _VALUED = _names.index("score"), _names.index("valued")
_parts = attrgetter(*(field.name for field in fields(Streak)))


@dataclass(frozen=True, slots=True)
class Folded:
    """A stitch with the state after it; None from where the fold stopped."""

    stitch: Stitch
    after: Streak | None


def unpacked(parts: Sequence[object] | None) -> Streak:
    """The state that `packed` wrote; the beginning for None."""
    if parts is None:
        return Streak()
    return Streak(*(date.fromisoformat(one) if isinstance(one, str) else one for one in parts))  # type: ignore[arg-type]


def standing(parts: Sequence[Any] | None) -> Standing | None:
    """What `packed` wrote of the consistency alone, for who needs no more of it."""
    return None if parts is None else Standing(parts[_SCORE], parts[_VALUED])


def half_life(plan: Plan, today: date) -> float:
    """`h` of RULES.md 5, in occurrences, under the terms in force today."""
    return min(max(13 * sqrt(share_of_days(plan, terms_on(plan, today))), SHORTEST), LONGEST)


def may_mend(settles_at: datetime, missed_at: datetime, repaired_at: datetime) -> bool:
    """Whether a repair came within 14 days of the miss or of its word, whichever is later."""
    return repaired_at <= max(settles_at, missed_at) + REPAIR_WITHIN


def fold(before: Streak, stitches: Sequence[Stitch], half_life: float) -> list[Folded]:
    """Fold occurrences in order of day onto the state before them; a missed one that is mended comes out as mended."""
    folded: list[Folded] = []
    state: Streak | None = before
    for place, found in enumerate(stitches):
        stitch = _mended(found, stitches[place + 1 :]) if found.outcome in (Outcome.MISSED, Outcome.MENDED) else found
        state = None if state is None or stitch.effect is Effect.STOPS else _step(state, stitch, half_life)
        folded.append(Folded(stitch, state))
    return folded


def kept_since(later: Sequence[Stitch]) -> int | None:
    """How many of the three that mend a missed one were kept so far; None once one of them was not."""
    following = [one.outcome for one in later if one.value is not None][:KEPT_TO_MEND]
    return len(following) if all(one is Outcome.KEPT for one in following) else None


def _mended(stitch: Stitch, later: Sequence[Stitch]) -> Stitch:
    if stitch.repaired and kept_since(later) == KEPT_TO_MEND:
        return replace(stitch, outcome=Outcome.MENDED, value=MENDED)
    return replace(stitch, outcome=Outcome.MISSED, value=0.0)


def _step(state: Streak, stitch: Stitch, half_life: float) -> Streak:
    state = _counted(state, stitch, half_life)
    if stitch.effect is Effect.ADDS:
        return _come_back(replace(state, current=state.current + 1, best=max(state.best, state.current + 1)))
    if stitch.effect is Effect.BREAKS:
        return replace(state, current=0, fell_on=stitch.day if state.current >= COMEBACK_FROM else state.fell_on)
    return state


def _come_back(state: Streak) -> Streak:
    if state.fell_on is None or state.current < COMEBACK_TO:
        return state
    return replace(state, comeback_on=state.fell_on, fell_on=None)


def _counted(state: Streak, stitch: Stitch, half_life: float) -> Streak:
    if stitch.value is None:
        return state
    is_kept = stitch.outcome is Outcome.KEPT
    state = replace(
        state,
        score=state.score + (stitch.value - state.score) * (1 - 2 ** (-1 / half_life)),
        valued=state.valued + 1,
        kept=state.kept + is_kept,
    )
    if stitch.outcome in (Outcome.MISSED, Outcome.MENDED):
        return replace(state, mends_from=stitch.day, kept_since=0)
    if state.mends_from is None or not is_kept or state.kept_since + 1 == KEPT_TO_MEND:
        return replace(state, mends_from=None, kept_since=0)
    return replace(state, kept_since=state.kept_since + 1)
