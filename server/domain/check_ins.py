"""Who may say what of an occurrence, and until when (RULES.md 3)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.domain import schedule
from server.domain import text as words
from server.domain.errors import ConflictError, InvalidError, NotAllowedError
from server.domain.schedule import Occurrence, Plan

FIRST_YEAR, LAST_YEAR = 1980, 2200
EARLIEST = timedelta(hours=72)
CLOCK_AHEAD = timedelta(minutes=5)
UNDO_WITHIN = timedelta(minutes=15)
DIFFERENCE_LASTS = timedelta(days=7)
SPARE_DAYS = 2
SPARE_WINDOW = timedelta(days=28)


class Kind(StrEnum):
    """What a check-in can say."""

    KEPT = "kept"
    MISSED = "missed"
    HEADS_UP = "heads_up"
    RESERVE = "reserve"
    EXCUSE = "excuse"
    VOUCH = "vouch"
    SEEN = "seen"
    DIFFERS = "differs"
    AGREE_MISSED = "agree_missed"
    WITHDRAW = "withdraw"
    UNDO = "undo"


PROMISERS = frozenset({Kind.MISSED, Kind.HEADS_UP, Kind.RESERVE, Kind.AGREE_MISSED})
RECEIVERS = frozenset({Kind.EXCUSE, Kind.VOUCH, Kind.SEEN, Kind.DIFFERS, Kind.WITHDRAW})
AT_ANY_TIME = frozenset({Kind.SEEN, Kind.DIFFERS, Kind.AGREE_MISSED, Kind.WITHDRAW})
OWNINGS = frozenset({Kind.MISSED, Kind.AGREE_MISSED})
LONGEST_LINE = 280
LABELS = ("slip", "broke_my_word")


@dataclass(frozen=True, slots=True)
class Tap:
    """A check-in as it was sent; `at` and `day` are None where the sender left them out, `session_id` where no signed-in device sent it."""

    id: UUID
    promise_id: UUID
    member_id: UUID
    kind: Kind
    at: datetime | None = None
    day: date | None = None
    to: datetime | None = None
    target: UUID | None = None
    label: str | None = None
    line: str | None = None
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A check-in that stands in the log; lists of them are in order of arrival, which `seq` counts. `line` came with a thank you."""

    id: UUID
    kind: Kind
    member_id: UUID
    by_promiser: bool
    day: date
    at: datetime
    received_at: datetime
    to: datetime | None = None
    target: UUID | None = None
    seq: int = 0
    line: str = ""


def is_sane(day: date) -> bool:
    """Whether a day is one that a calendar of ours can hold."""
    return FIRST_YEAR <= day.year < LAST_YEAR


def shaped(tap: Tap) -> Tap:
    """A tap as it is kept; InvalidError where it lacks what its kind needs. What a kind has no use for is kept and means nothing."""
    if tap.day is not None and not is_sane(tap.day):
        raise InvalidError("That day is too far away.", "day")
    if tap.kind is Kind.HEADS_UP and tap.to is None:
        raise InvalidError("A heads-up says until when.", "to")
    if tap.kind is Kind.UNDO and tap.target is None:
        raise InvalidError("An undo names the check-in that it takes back.", "target")
    if tap.label is not None and tap.label not in LABELS:
        raise InvalidError("A miss has one of two labels: slip or broke_my_word.", "label")
    return tap if tap.line is None else replace(tap, line=_line_of(tap.line))


def check_at(at: datetime, now: datetime) -> None:
    """Refuse a tap from too long ago or from the future (InvalidError)."""
    if at < now - EARLIEST:
        raise InvalidError("That was tapped more than three days ago, too long to be taken now.", "at")
    if at > now + CLOCK_AHEAD:
        raise InvalidError("That was tapped in the future. Is the phone's clock right?", "at")


def day_spoken_of(tap: Tap, at: datetime, plan: Plan, target: Said | None) -> date:
    """The day that a tap speaks of; InvalidError for one that has not begun."""
    if target is not None:
        return target.day
    if tap.day is None:
        return schedule.day_of(plan, at)
    if schedule.begins_at(tap.day, schedule.terms_on(plan, tap.day)) > at:
        raise InvalidError("That day has not begun yet.", "day")
    return tap.day


def check_person(kind: Kind, *, is_promiser: bool, is_author: bool) -> None:
    """Refuse what is not this person's to say (NotAllowedError)."""
    if kind in PROMISERS and not is_promiser:
        raise NotAllowedError("Only the one who made the promise can say that.")
    if kind in RECEIVERS and is_promiser:
        raise NotAllowedError("Only the one to whom it was promised can say that.")
    if kind is Kind.UNDO and not is_author:
        raise NotAllowedError("Only the one who said it can take it back.")


def live(said: Sequence[Said]) -> list[Said]:
    """What has not been taken back, in order of arrival."""
    gone = {one.target for one in said if one.kind is Kind.UNDO}
    return [one for one in said if one.kind is not Kind.UNDO and one.id not in gone]


def surviving(said: Sequence[Said]) -> list[Said]:
    """The `kept` that no later `missed` of the promiser voids, by `at`, then order of arrival."""
    ranked = [(one.at, place, one) for place, one in enumerate(said)]
    owned = max(((at, place) for at, place, one in ranked if one.kind in OWNINGS), default=None)
    return [one for at, place, one in ranked if one.kind is Kind.KEPT and (owned is None or (at, place) > owned)]


def confirmed(said: Sequence[Said], settles_at: datetime) -> bool:
    """Whether a receiver vouched for a standing `kept` that the promiser said after the fact."""
    words = {one.id for one in surviving(said) if one.by_promiser and one.at > settles_at}
    first = next((place for place, one in enumerate(said) if one.id in words), None)
    return first is not None and any(one.kind is Kind.VOUCH for one in said[first:])


def open_difference(said: Sequence[Said], now: datetime) -> Said | None:
    """The `differs` that has neither ended nor fallen away, if there is one."""
    standing = None
    for one in said:
        if one.kind is Kind.DIFFERS:
            standing = one
        elif one.kind in OWNINGS or one.kind is Kind.WITHDRAW:
            standing = None
    return standing if standing and now < standing.received_at + DIFFERENCE_LASTS else None


def check_undo(tap: Tap, at: datetime, target: Said, said: Sequence[Said], settles_at: datetime) -> None:
    """Refuse to take back what cannot be taken back any more (ConflictError)."""
    if target.kind is Kind.UNDO:
        raise ConflictError("What was taken back stays so; say it again instead.")
    if any(one.kind is Kind.UNDO and one.target == target.id for one in said):
        raise ConflictError("That has been taken back already.")
    if at > max(settles_at, target.at + UNDO_WITHIN):
        raise ConflictError("That can no longer be taken back. A correction still can be made.")


def check_state(tap: Tap, at: datetime, occurrence: Occurrence, said: Sequence[Said], *, stands_kept: bool, now: datetime) -> None:
    """Refuse what the occurrence's state does not allow (ConflictError; InvalidError for a heads-up's `to`)."""
    corrects = tap.kind is Kind.MISSED and stands_kept
    if at > occurrence.closes_at and tap.kind not in AT_ANY_TIME and not corrects:
        raise ConflictError("That day has closed; nothing more can be said of it.")
    if tap.kind is Kind.DIFFERS and not stands_kept:
        raise ConflictError("It does not stand as kept, so there is nothing to see differently.")
    if tap.kind in (Kind.AGREE_MISSED, Kind.WITHDRAW) and open_difference(said, now) is None:
        raise ConflictError("There is no difference open on that day.")
    if tap.kind is Kind.VOUCH and not any(one.by_promiser and one.at > occurrence.settles_at for one in surviving(said)):
        raise ConflictError("There is no word said after the fact to confirm.")
    if tap.kind is Kind.HEADS_UP:
        _check_heads_up(tap, at, occurrence, said)


def _check_heads_up(tap: Tap, at: datetime, occurrence: Occurrence, said: Sequence[Said]) -> None:
    if at >= occurrence.due_at:
        raise ConflictError("It is due already; a heads-up comes before.")
    if any(one.kind is Kind.HEADS_UP for one in said):
        raise ConflictError("A heads-up was given already; there is one for each time.")
    if tap.to is None or not at < tap.to <= occurrence.settles_at:
        raise InvalidError("A heads-up moves it later, at most to the end of that day.", "to")


def check_spare(day: date, used: Collection[date]) -> None:
    """Refuse a third spare day within any 28 days (ConflictError); `used` are the promise's spare days so far."""
    if not spare_left(day, used):
        raise ConflictError("Both spare days of these four weeks are used.")


def spare_left(day: date, used: Collection[date]) -> int:
    """How many spare days, this one with them, a promise has left in the fullest 28 days around a day."""
    others = {one for one in used if one != day}
    if not others:
        return SPARE_DAYS
    firsts = (day - timedelta(days=n) for n in range(SPARE_WINDOW.days))
    most = max(sum(first <= one < first + SPARE_WINDOW for one in others) for first in firsts)
    return max(0, SPARE_DAYS - most)


def _line_of(text: str) -> str | None:
    line = words.line_of(text, "line")
    if len(line) > LONGEST_LINE:
        raise InvalidError(f"Up to {LONGEST_LINE} characters, please.", "line")
    return line or None
