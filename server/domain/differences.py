"""What became of "I saw it differently" (RULES.md 3): nobody judges between two words, and what is not ended falls away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.domain import check_ins
from server.domain.check_ins import DIFFERENCE_LASTS, OWNINGS, Kind, Said

ENDS = frozenset({*OWNINGS, Kind.WITHDRAW})


class Standing(StrEnum):
    """How a difference stands."""

    OPEN = "open"
    AGREED = "agreed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Difference:
    """The latest difference of an occurrence: those who saw it so, how it stands, and when it falls away or would have."""

    seen_by: tuple[Said, ...]
    standing: Standing
    falls_at: datetime


def latest(said: Sequence[Said], now: datetime) -> Difference | None:
    """The latest difference in what was said of an occurrence, in order of arrival; None where everybody saw it alike."""
    live = check_ins.live(said)
    last = next((place for place in reversed(range(len(live))) if live[place].kind is Kind.DIFFERS), None)
    if last is None:
        return None
    first = max((place + 1 for place in range(last) if live[place].kind in ENDS), default=0)
    seen_by = {one.member_id: one for one in live[first : last + 1] if one.kind is Kind.DIFFERS}
    return Difference(tuple(seen_by.values()), _standing(live, last, now), live[last].received_at + DIFFERENCE_LASTS)


def before(said: Sequence[Said]) -> list[Said]:
    """What had been said of an occurrence when its latest difference came: the word that the difference is about."""
    live = check_ins.live(said)
    last = max((place for place, one in enumerate(live) if one.kind is Kind.DIFFERS), default=len(live))
    return [one for one in live[:last] if one.kind not in (Kind.DIFFERS, Kind.WITHDRAW)]


def is_corrected(said: Sequence[Said]) -> bool:
    """Whether the promiser took back a `kept` of their own by owning that it was missed."""
    live = check_ins.live(said)
    stands = {one.id for one in check_ins.surviving(live)}
    return any(one.kind is Kind.KEPT and one.by_promiser and one.id not in stands for one in live)


def _standing(live: Sequence[Said], last: int, now: datetime) -> Standing:
    if check_ins.open_difference(live, now):
        return Standing.OPEN
    ended = next((one for one in live[last + 1 :] if one.kind in ENDS), None)
    if ended is None or ended.received_at >= live[last].received_at + DIFFERENCE_LASTS:
        return Standing.LAPSED
    return Standing.WITHDRAWN if ended.kind is Kind.WITHDRAW else Standing.AGREED
