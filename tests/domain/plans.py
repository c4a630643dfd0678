"""Terms and plans, of which a test says only what matters."""

from datetime import date, time, timedelta

from server.domain import schedule
from server.domain.schedule import Plan, Terms, plan_of

on = date.fromisoformat
BERLIN = "Europe/Berlin"


def terms(rule: str = "FREQ=DAILY", *, zone: str = BERLIN, day_start: str = "03:00", due: str | None = None, **parts) -> Terms:
    due_time = time.fromisoformat(due) if due else None
    minutes = timedelta(minutes=parts.pop("grace", 10))
    from_on = on(parts.pop("from_on", "2010-01-01"))
    return Terms(from_on, rule, zone, time.fromisoformat(day_start), due_time=due_time, grace=minutes, **parts)


def plan(starts_on: str, *agreed: Terms, released_on: str | None = None) -> Plan:
    return plan_of(on(starts_on), agreed, on(released_on) if released_on else None)


def days(found) -> list[str]:
    return [one.day.isoformat() for one in found]


def occurrence(day: str, agreed: Terms) -> schedule.Occurrence:
    (found,) = schedule.occurrences(plan(day, agreed), on(day), on(day))
    return found
