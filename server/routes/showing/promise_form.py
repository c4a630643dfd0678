"""A promise's form: from what stands to its fields, and from its fields to what is wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from server.actions.promises import Draft
from server.domain.errors import InvalidError
from server.domain.promises import AREAS
from server.domain.recurrence import WEEKDAYS, Recurrence
from server.domain.schedule import Terms
from server.routes.showing import words
from server.routes.showing.forms import several
from server.routes.showing.starters import Starter
from server.store.asks import Ask
from server.store.bonds import Bond
from server.store.promises import Promise
from web.views import Choice, Input, Option, PromiseForm

RHYTHMS = {
    "daily": "every day",
    "weekdays": "weekdays",
    "weekly": "some days",
    "times": "so often a week",
    "monthly": "every month",
    "yearly": "every year",
    "once": "one time",
    "own": "by a rule",
}
RULES = {
    "daily": "FREQ=DAILY",
    "weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "times": "FREQ=WEEKLY",
    "yearly": "FREQ=YEARLY",
    "once": "FREQ=DAILY;COUNT=1",
}
DAY_NAMES = dict(zip(WEEKDAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
GRACES = {"0": "none", "10": "10 min", "15": "15 min", "30": "30 min", "60": "an hour"}
PERSONAL = "personal"
Others = Mapping[UUID, tuple[Bond, str]]


@dataclass(frozen=True, slots=True)
class Sent:
    """The form's fields as they came."""

    title: str = ""
    rhythm: str = "daily"
    days: list[str] | str = field(default_factory=list)
    times: str = "3"
    month_day: str = "1"
    rule: str = ""
    starts_on: str = ""
    due_time: str = ""
    grace: str = "10"
    done_when: str = ""
    cue: str = ""
    area: str = "time"
    audience: str = ""
    ask: str = ""


def draft(sent: Sent, *, starts_on: date | None = None) -> Draft:
    """What somebody wants to promise; InvalidError names the field that does not hold."""
    times = _number(sent.times, "times") if sent.rhythm == "times" else None
    return Draft(
        title=sent.title.strip(),
        area=sent.area,
        rule=rule(sent),
        starts_on=starts_on or _date(sent.starts_on),
        bond_id=None if sent.audience == PERSONAL else _uuid(sent.audience),
        times=times,
        due_time=_time(sent.due_time) if times is None else None,
        grace=timedelta(minutes=_number(sent.grace, "grace")),
        done_when=sent.done_when.strip() or None,
        cue=sent.cue.strip() or None,
    )


def changes(sent: Sent, promise: Promise) -> dict[str, Any]:
    """What a changed form asks for that stands otherwise."""
    wanted, terms = draft(sent, starts_on=promise.plan.starts_on), promise.plan.terms[-1]
    stands = {name: getattr(promise, name) for name in ("title", "area", "done_when", "cue")}
    stands |= {name: getattr(terms, name) for name in ("rule", "times", "due_time", "grace")}
    return {name: value for name, old in stands.items() if (value := getattr(wanted, name)) != old}


def rule(sent: Sent) -> str:
    """The RRULE that the chosen rhythm stands for."""
    if sent.rhythm == "own":
        return sent.rule.strip()
    if sent.rhythm == "weekly":
        days = several(sent.days)
        if not days or not set(days) <= set(WEEKDAYS):
            raise InvalidError("Choose one day or more.", "days")
        return "FREQ=WEEKLY;BYDAY=" + ",".join(day for day in WEEKDAYS if day in days)
    if sent.rhythm == "monthly":
        day = _number(sent.month_day, "month_day")
        if not 1 <= day <= 31:
            raise InvalidError("A month has days from 1 to 31.", "month_day")
        return "FREQ=MONTHLY;BYMONTHDAY=" + (str(day) if day <= 28 else f"{','.join(str(n) for n in range(28, day + 1))};BYSETPOS=-1")
    if sent.rhythm not in RULES:
        raise InvalidError("Choose how often.", "rhythm")
    return RULES[sent.rhythm]


def of_starter(starter: Starter, today: date) -> Sent:
    """The form as a starter fills it in."""
    return Sent(
        title=starter.title,
        rhythm=starter.rhythm,
        days=list(starter.days),
        times=starter.times,
        month_day=starter.month_day,
        starts_on=today.isoformat(),
        due_time=starter.due_time,
        area=starter.area,
    )


def of_ask(sent: Sent, ask: Ask) -> Sent:
    """The form as one answers an ask: in the words of the one who asked, or one's own offer, which one may change."""
    return replace(sent, title=ask.counter or ask.text, audience=str(ask.bond_id), ask=str(ask.id))


def with_title(sent: Sent, title: str) -> Sent:
    """The form with words that were shared into it."""
    return replace(sent, title=title) if title else sent


def of_promise(promise: Promise) -> Sent:
    """The form as a promise stands."""
    terms = promise.plan.terms[-1]
    rhythm, more = _rhythm(terms)
    return Sent(
        title=promise.title,
        rhythm=rhythm,
        starts_on=promise.plan.starts_on.isoformat(),
        due_time=f"{terms.due_time:%H:%M}" if terms.due_time else "",
        grace=str(int(terms.grace.total_seconds() // 60)),
        done_when=promise.done_when or "",
        cue=promise.cue or "",
        area=promise.area,
        audience=str(promise.bond_id or PERSONAL),
        **more,
    )


def page(sent: Sent, bonds: Others, *, refusal: InvalidError | None = None, promise: Promise | None = None) -> PromiseForm:
    """The form to be shown; a refusal's sentence stands at its field. `bonds` come with the names of the others."""
    errors = {refusal.field: str(refusal)} if refusal else {}
    known = refusal is not None and refusal.field in Sent.__slots__
    return PromiseForm(
        heading="Change it" if promise else "A promise of yours",
        action=f"/promises/{promise.id}" if promise else "/promises",
        submit="From tomorrow" if promise else "Promise it",
        back=f"/promises/{promise.id}" if promise else "/promises/new",
        area=_choice(errors, "area", sent.area, {one: words.area(one) for one in (*AREAS, sent.area)}),
        audience=_choice(errors, "audience", sent.audience or _first(bonds), _audiences(bonds)),
        rhythm=_choice(errors, "rhythm", sent.rhythm, RHYTHMS),
        days=_days(errors, several(sent.days)),
        times=_choice(errors, "times", sent.times, {str(n): str(n) for n in range(1, 8)}),
        grace=_choice(errors, "grace", sent.grace, {sent.grace: f"{sent.grace} min"} | GRACES),
        title=_input(errors, "title", sent.title),
        done_when=_input(errors, "done_when", sent.done_when),
        cue=_input(errors, "cue", sent.cue),
        month_day=_input(errors, "month_day", sent.month_day),
        rule=_input(errors, "rule", sent.rule),
        due_time=_input(errors, "due_time", sent.due_time),
        starts_on=_input(errors, "starts_on", sent.starts_on),
        problem="" if refusal is None or known else str(refusal),
        note=_note(bonds, promise),
        is_change=promise is not None,
        ask=sent.ask,
    )


def _note(bonds: Others, promise: Promise | None) -> str:
    if promise:
        return "What is past keeps the words that it was made under."
    return (
        f"{words.listed([name for _, name in bonds.values()])} will see it as soon as you promise it." if bonds else "Only you will see it."
    )


def _audiences(bonds: Others) -> dict[str, str]:
    return {str(one): f"for {name}" for one, (_, name) in bonds.items()} | {PERSONAL: "only for me"}


def _first(bonds: Others) -> str:
    return str(next(iter(bonds), PERSONAL))


def _input(errors: Mapping[str, str], name: str, value: str) -> Input:
    return Input(value=value, error=errors.get(name, ""))


def _days(errors: Mapping[str, str], chosen: Sequence[str]) -> Choice:
    options = tuple(Option(value=day, label=label, chosen=day in chosen) for day, label in DAY_NAMES.items())
    return Choice(options=options, error=errors.get("days", ""))


def _choice(errors: Mapping[str, str], name: str, chosen: str, labels: Mapping[str, str]) -> Choice:
    options = tuple(Option(value=value, label=label, chosen=value == chosen) for value, label in labels.items())
    return Choice(options=options, error=errors.get(name, ""))


def _rhythm(terms: Terms) -> tuple[str, dict[str, Any]]:
    """The form's rhythm for a rule, and the fields that go with it; a rule that the form has no word for is its own."""
    parsed = terms.recurrence
    if terms.times is not None:
        return "times", {"times": str(terms.times)}
    if name := next((name for name, text in RULES.items() if terms.rule == text), None):
        return name, {}
    if parsed == Recurrence("WEEKLY", byday=parsed.byday) and parsed.byday:
        return "weekly", {"days": [WEEKDAYS[day] for _, day in parsed.byday]}
    if parsed == Recurrence("MONTHLY", bymonthday=parsed.bymonthday) and _is_single(parsed.bymonthday):
        return "monthly", {"month_day": str(parsed.bymonthday[0])}
    return "own", {"rule": terms.rule}


def _is_single(days: Sequence[int]) -> bool:
    return len(days) == 1 and days[0] > 0


def _number(text: str, name: str) -> int:
    if not text.strip().isdigit() or len(text) > 6:
        raise InvalidError("A whole number, please.", name)
    return int(text)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidError("A date, please.", "starts_on") from None


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0) if text else None
    except ValueError:
        raise InvalidError("A time like 18:30, please.", "due_time") from None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidError("For whom is it?", "audience") from None
