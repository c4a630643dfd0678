"""When a miss was owned, why it happened, and what is likely to be missed next: all of it its promiser's alone, none of it a figure."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar

from server.domain import check_ins
from server.domain.check_ins import OWNINGS, Said
from server.domain.outcomes import Outcome

LOOKED_BACK, MISSES = 4, 2
CLOSE = timedelta(minutes=15)
K = TypeVar("K", bound=Hashable)


class Owned(StrEnum):
    """When the word came: before it was due, before anybody asked, or after."""

    EARLY = "early"
    FIRST = "first"
    AFTER = "after"


class Cause(StrEnum):
    """What got in the way, in the promiser's own view."""

    FORGOT = "forgot"
    PROMISED_TOO_MUCH = "promised_too_much"
    PLANS_CHANGED = "plans_changed"
    AVOIDED_IT = "avoided_it"
    CIRCUMSTANCES = "circumstances"


def owned(said: Sequence[Said], due_at: datetime, settles_at: datetime) -> Owned | None:
    """When a miss was owned; None where it was not.

    Weft asks when the day has settled, another member by saying anything of it: what came earlier came first.
    """
    live = check_ins.live(said)
    words = [one for one in live if one.kind in OWNINGS]
    if not words:
        return None
    at = min(one.at for one in words)
    if at < due_at:
        return Owned.EARLY
    asked = any(not one.by_promiser and one.at < at for one in live)
    return Owned.AFTER if asked or at >= settles_at else Owned.FIRST


def is_at_risk(last: Sequence[Outcome]) -> bool:
    """Whether two of the last four settled occurrences, oldest first, were missed."""
    return list(last[-LOOKED_BACK:]).count(Outcome.MISSED) >= MISSES


def crowded(due: Mapping[K, datetime]) -> set[K]:
    """What is due within 15 minutes of something else."""
    in_order = sorted(due.items(), key=lambda one: one[1])
    close = [(one, other) for (one, at), (other, then) in pairwise(in_order) if then - at <= CLOSE]
    return {one for pair in close for one in pair}
