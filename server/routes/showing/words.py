"""Days, times and rhythms in words."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from server.domain import schedule
from server.domain.outcomes import Outcome
from server.domain.owning import Cause
from server.domain.recurrence import Recurrence
from server.domain.schedule import Terms
from server.domain.text import isolated

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second last"}
AREAS = {
    "time": "Being on time",
    "staying_in_touch": "Staying in touch",
    "money": "Money, in the open",
    "home": "Home",
    "presence": "Time for us",
    "honesty": "Honesty",
    "care": "Care",
    "self": "Oneself",
}
LABELS_OF_A_MISS = {"slip": "a slip", "broke_my_word": "a broken word"}
CAUSES = {
    Cause.FORGOT: "forgotten",
    Cause.PROMISED_TOO_MUCH: "too much promised",
    Cause.PLANS_CHANGED: "plans changed",
    Cause.AVOIDED_IT: "avoided",
    Cause.CIRCUMSTANCES: "circumstances",
}
HOUR = timedelta(hours=1)


def weekday(day: date) -> str:
    return DAYS[day.weekday()]


def date_of(day: date) -> str:
    """As in "22 November"."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def full_date(day: date) -> str:
    """As in "Sunday 22 November"."""
    return f"{weekday(day)} {date_of(day)}"


def span(first: date, last: date) -> str:
    """As in "16 – 22 November" or "30 November – 6 December"."""
    return f"{first.day} – {date_of(last)}" if first.month == last.month else f"{date_of(first)} – {date_of(last)}"


def clock(at: datetime, zone: str) -> str:
    """The local time, as in "18:22"."""
    return f"{at.astimezone(schedule.zone_of(zone)):%H:%M}"


def area(name: str) -> str:
    return AREAS.get(name, name)


def listed(words: Sequence[str]) -> str:
    """As in "Noor, Sam and Ada"; each stands apart from the others, whichever way it runs."""
    apart = [isolated(one) for one in words]
    return " and ".join([", ".join(apart[:-1]), apart[-1]] if len(apart) > 1 else apart)


def possessive(name: str) -> str:
    return f"{name}’" if name.endswith(("s", "S")) else f"{name}’s"


def plural(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def cue(text: str) -> str:
    """An if–then as a sentence, whether its "When" was written or not."""
    return text[:1].upper() + text[1:] if text.lower().startswith("when ") else f"When {isolated(text)}"


def rhythm(terms: Terms) -> str:
    """How often, as in "weekdays", "Mondays and Thursdays", "3 times a week"."""
    if terms.times is not None:
        return "once a week" if terms.times == 1 else f"{terms.times} times a week"
    rule = terms.recurrence
    if rule.is_once:
        return "once"
    by_freq = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly, "YEARLY": _yearly}
    return by_freq[rule.freq](rule)


def when(terms: Terms, zone: str) -> str:
    """Rhythm and due time, as in "weekdays by 18:30"; the other's clock beside it where `zone` is another."""
    if terms.due_time is None:
        return rhythm(terms)
    return f"{rhythm(terms)} by {terms.due_time:%H:%M}" + ("" if zone == terms.zone else f" in {_city(terms.zone)}")


def due(due_at: datetime, terms: Terms, zone: str) -> str:
    """When one occurrence is due, in the zone of the one who looks, and in its own where that is another."""
    if terms.due_time is None:
        return rhythm(terms)
    seen = clock(due_at, zone)
    own = seen if terms.zone == zone else clock(due_at, terms.zone)
    return f"by {seen}" if seen == own else f"by {seen}, {own} in {_city(terms.zone)}"


def relative_day(day: date, today: date) -> str:
    """As in "today", "yesterday", "Thursday" or "2 November"."""
    gap = (today - day).days
    if gap in (-1, 0, 1):
        return {-1: "tomorrow", 0: "today", 1: "yesterday"}[gap]
    return weekday(day) if 0 < gap < 7 else date_of(day)


def outcome(found: Outcome, value: float | None, *, waits: bool, mine: bool) -> str:
    """How an occurrence stands, in a person's words."""
    if found is Outcome.UNREPORTED:
        return "nothing said yet" if waits else "nothing was said"
    return {
        Outcome.PENDING: "still to come",
        Outcome.KEPT: "kept",
        Outcome.LATE: "kept late",
        Outcome.PARTLY: "kept in part",
        Outcome.EXCUSED: "let go",
        Outcome.OPEN: "seen differently",
        Outcome.MISSED: "you owned it" if mine else "owned",
        Outcome.MENDED: "owned, and mended since",
    }[found]


def _daily(rule: Recurrence) -> str:
    return "every day" if rule.interval == 1 else f"every {rule.interval} days"


def _weekly(rule: Recurrence) -> str:
    days = sorted(day for _, day in rule.byday)
    every = "" if rule.interval == 1 else f" every {rule.interval} weeks"
    if days == [0, 1, 2, 3, 4]:
        return "weekdays" + every
    if len(days) == 7:
        return "every day" + every
    if len(days) == 1 and not every:
        return f"every {DAYS[days[0]]}"
    return (listed([f"{DAYS[day]}s" for day in days]) if days else "every week") + every


def _monthly(rule: Recurrence) -> str:
    every = "of the month" if rule.interval == 1 else "of every third month" if rule.interval == 3 else f"of every {rule.interval} months"
    if rule.byday and rule.byday[0][0]:
        nth, day = rule.byday[0]
        return f"on the {ORDINALS.get(nth, f'{nth}th')} {DAYS[day]} {every}"
    if rule.bymonthday:
        return f"on the {listed([_ordinal(day) for day in rule.bymonthday])} {every}"
    return "every month" if rule.interval == 1 else f"every {rule.interval} months"


def _yearly(rule: Recurrence) -> str:
    return "every year" if rule.interval == 1 else f"every {rule.interval} years"


def _ordinal(day: int) -> str:
    if day < 0:
        return "last day" if day == -1 else f"{-day}th last day"
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(day % 10 if day not in (11, 12, 13) else 0, "th")
    return f"{day}{suffix}"


def _city(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")
