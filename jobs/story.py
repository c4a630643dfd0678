"""Noor and Sam: what they promised, and the days on which it went otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from server.domain.recurrence import WEEKDAYS
from server.domain.repairs import Repair

WEEKS = 11
ZONE = "Europe/Berlin"
NOOR, SAM = "Noor", "Sam"
FRIDAY = 4
THURSDAY = 3
WORKING = ("MO,TU,WE,TH,FR", "WE,TH,FR,SA,SU")
MISSED_DAYS_AGO = 4
REPAIR = Repair(
    did="I stayed for one more call and did not say so.",
    landed="Dinner went cold and you sat wondering again.",
    mine="It was on me.",
    right="I cook tomorrow.",
    prevent="Alarm at 17:50. If I can’t leave, I text before 18:00.",
)
WALK = ("A walk by the river", "the old bridge")
PLANNED_AT, WALK_AT = time(21, 10), time(18)
REVIEWED_AT = time(19, 30)
SAID = (
    (SAM, "thanks", "You kept my seat warm at your mother’s."),
    (NOOR, "thanks", "You told me the sum before I asked."),
    (SAM, "frayed", "Tuesday evening I was somewhere else."),
)
KEPT_ON = "Home for dinner"
ASKED, COUNTERED = "Tell me when a plan changes", "A text the evening before"
PANCAKES = ("Pancakes for supper", "")
THANKS = {3: "You called from the platform even though the train was leaving. I noticed.", 12: "It was good to eat together."}


@dataclass(frozen=True, slots=True)
class Word:
    """Something said of a promise at a local time, by its promiser unless it names another; `repair` follows a miss."""

    kind: str
    at: time
    by: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    repair: Repair | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A promise of the story; it is kept `usually` at a time, and otherwise on days so many days ago."""

    by: str
    title: str
    area: str
    rule: str
    usually: time
    due_time: time | None = None
    times: int | None = None
    is_personal: bool = False
    otherwise: Mapping[int, tuple[Word, ...]] = field(default_factory=dict)

    def words(self, days_ago: int) -> tuple[Word, ...]:
        """What was said on a day; a few minutes apart from day to day, but today as it is usual."""
        return self.otherwise.get(days_ago, (Word("kept", _earlier(self.usually, days_ago * 7 % 9)),))


def parts(today: date) -> tuple[Part, ...]:
    """What they promised, so that each has something today and something still waits for a word."""
    return (_dinner(), _mother(today), _phone(), _outside(), _leaving(today), _statement(today))


def waits_since(today: date) -> int:
    """How many days ago the call was on of which nothing was said: Thursday, or the latest day that still can be answered."""
    return today.weekday() - THURSDAY if today.weekday() >= FRIDAY else 1


def _dinner() -> Part:
    thanked = {ago: (Word("kept", time(18, 20)), Word("seen", time(20, 40), SAM, {"line": line})) for ago, line in THANKS.items()}
    missed = Word("missed", time(19, 5), more={"label": "slip"}, repair=REPAIR)
    told = (Word("heads_up", time(17, 40), more={"to": time(19, 0)}), Word("kept", time(18, 55)))
    otherwise = {MISSED_DAYS_AGO: (missed,), 8: (Word("kept", time(18, 31), SAM),), 19: (Word("kept", time(19, 55)),), 26: told, 47: told}
    return Part(NOOR, "Home for dinner", "time", "FREQ=DAILY", time(18, 22), time(18, 30), otherwise=thanked | otherwise)


def _mother(today: date) -> Part:
    waits = waits_since(today)
    spare = (Word("reserve", time(17, 0)),)
    rule = f"FREQ=WEEKLY;BYDAY={_weekday(today - timedelta(days=waits))},{_weekday(today)}"
    otherwise: dict[int, tuple[Word, ...]] = {waits: (), waits + 14: spare, 35: (Word("kept", time(20, 22)),)}
    return Part(NOOR, "Call Mum with Sam", "staying_in_touch", rule, time(20, 6), time(20, 0), otherwise=otherwise)


def _phone() -> Part:
    owned = (Word("missed", time(22, 50), more={"label": "slip"}),)
    return Part(NOOR, "Phone away after nine", "presence", "FREQ=DAILY", time(22, 40), otherwise={31: owned, 52: owned})


def _outside() -> Part:
    return Part(NOOR, "Ten minutes outside", "self", "FREQ=WEEKLY", time(12, 40), times=3, is_personal=True)


def _leaving(today: date) -> Part:
    late = (Word("kept", time(17, 52)),)
    told = (Word("heads_up", time(17, 5), more={"to": time(18, 15)}), Word("kept", time(18, 10)))
    owned = (Word("missed", time(19, 30)), Word("seen", time(19, 45), NOOR))
    thanked = (Word("kept", time(17, 26)), Word("seen", time(17, 50), NOOR, {"line": "It helps me to know."}))
    rule = f"FREQ=WEEKLY;BYDAY={WORKING[today.weekday() > FRIDAY]}"
    otherwise = {6: thanked, 7: thanked, 10: late, 11: late, 24: told, 25: told, 40: owned, 41: owned}
    return Part(SAM, "Text when leaving work", "staying_in_touch", rule, time(17, 24), time(17, 30), otherwise=otherwise)


def _statement(today: date) -> Part:
    excused = (Word("excuse", time(19, 0), NOOR),)
    return Part(
        SAM, "Show the card statement", "money", f"FREQ=WEEKLY;BYDAY={_weekday(today)}", time(20, 15), otherwise={28: excused, 56: ()}
    )


def _weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def _earlier(at: time, minutes: int) -> time:
    whole = at.hour * 60 + at.minute - minutes
    return time(whole // 60, whole % 60)
