"""What is said of an occurrence, a line each: who, kind, when, and what else came with it.

An instant is written 20T20:05 for 2026-03-20T20:05Z, or in full. `received`, `day` and `to` say what they are called; `takes_back` is the
place of the line that an undo is about, from 1.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from server.domain import schedule
from server.domain.check_ins import Kind, Said
from server.domain.schedule import Occurrence, Terms

PEOPLE = {"noor": UUID(int=1), "sam": UUID(int=2), "cleo": UUID(int=3)}
"""Noor promised."""


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text if text.count("-") else f"2026-03-{text}Z")


def said(*lines: str) -> list[Said]:
    """The lines as the rules see them, in order of arrival."""
    return [_one(place, *line.split()) for place, line in enumerate(lines, 1)]


def _one(place: int, who: str, kind: str, when: str, *parts: str) -> Said:
    also = dict(part.split("=") for part in parts)
    at = moment(when)
    return Said(
        id=UUID(int=100 + place),
        kind=Kind(kind),
        member_id=PEOPLE[who],
        by_promiser=who == "noor",
        day=date.fromisoformat(also["day"]) if "day" in also else at.date(),
        at=at,
        received_at=moment(also["received"]) if "received" in also else at,
        to=moment(also["to"]) if "to" in also else None,
        target=UUID(int=100 + int(also["takes_back"])) if "takes_back" in also else None,
        seq=place,
    )


def occurrence(day: str, rule: str = "FREQ=DAILY", *, due: str | None = None, grace: int = 10, times: int | None = None) -> Occurrence:
    """A day in Berlin that starts at three."""
    on, due_time = date.fromisoformat(day), time.fromisoformat(due) if due else None
    terms = Terms(on, rule, "Europe/Berlin", time(3), times, due_time, timedelta(minutes=grace))
    (found,) = schedule.occurrences(schedule.plan_of(on, [terms]), on, on)
    return found


EVENING = occurrence("2026-03-20", due="21:00")
"""Due 20T20:00, on time until 20T20:10, settles 21T02:00, closes 24T02:00."""
ANY_TIME = occurrence("2026-03-20")
"""Due and settles 21T02:00, closes 24T02:00."""
