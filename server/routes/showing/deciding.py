"""Keep, adjust or retire: each promise of the bond, and what its promiser says to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from server.domain import schedule
from server.domain.recurrence import WEEKDAYS
from server.domain.reviews import LineKind, Step
from server.domain.schedule import Terms
from server.domain.text import isolated
from server.routes.showing import forms, promise_form, promise_page, words
from server.routes.showing.forms import Sent, several
from server.routes.showing.promise_form import DAY_NAMES, GRACES
from server.routes.showing.review_scene import Found
from server.store import ids, reviews
from server.store.promises import Promise
from server.store.reviews import Line
from web.views import Action, AdjustForm, Choice, Decision, Link, Option, ReviewPage, Thanks

WITH_DAYS = ("daily", "weekdays", "weekly")
WORKING_DAYS = WEEKDAYS[:5]


@dataclass(frozen=True, slots=True)
class Changed:
    """The fields of a promise that a review lets one change, as they came."""

    due_time: str = ""
    grace: str = ""
    days: list[str] | str = field(default_factory=list)
    times: str = ""


def changes(promise: Promise, data: Changed) -> dict[str, Any]:
    """What is wanted of a promise that stands otherwise; InvalidError names the field that does not hold."""
    stands = promise_form.of_promise(promise)
    if stands.rhythm in WITH_DAYS:
        stands = replace(stands, rhythm=_rhythm(several(data.days)), days=several(data.days))
    if stands.rhythm == "times":
        return promise_form.changes(replace(stands, times=data.times or stands.times), promise)
    return promise_form.changes(replace(stands, due_time=data.due_time, grace=data.grace or stands.grace), promise)


def shown(view: ReviewPage, found: Found, promise: str, sent: Sent | None) -> ReviewPage:
    """The page with each promise and what becomes of it; one's own may stand open to be changed."""
    decided = reviews.decisions(found.lines)
    scene = found.scene
    runs = [one for one in _of_bond(found) if one.id in decided or not _ends(found, one)]
    mine = tuple(_mine(found, one, decided.get(one.id), promise, sent) for one in runs if one.member_id == scene.me.id)
    theirs = tuple(_decision(found, one, decided.get(one.id)) for one in runs if one.member_id != scene.me.id)
    return replace(view, mine=mine, theirs=theirs, empty="" if mine or theirs else "Nothing is promised here just now.")


def lines(found: Found) -> Iterable[Thanks]:
    """What became of each promise, for the page of a closed review."""
    for line in reviews.decisions(found.lines).values():
        promise = found.scene.promises.get(line.promise_id) if line.promise_id else None
        if promise is not None:
            yield Thanks(text=isolated(promise.title), by=f"{found.by(line)}: {_said(found, promise, line)}")


def _of_bond(found: Found) -> list[Promise]:
    return [one for one in found.scene.promises.values() if one.bond_id == found.week.bond.id]


def _ends(found: Found, promise: Promise) -> bool:
    return promise.plan.released_on is not None or promise_page.has_ended(found.scene, promise)


def _decision(found: Found, promise: Promise, line: Line | None) -> Decision:
    terms = promise.plan.terms[-1]
    return Decision(
        title=isolated(promise.title),
        when=_terms(found, terms),
        colour=found.scene.colours.get(promise.member_id, 1),
        decided=_said(found, promise, line) if line else "",
    )


def _mine(found: Found, promise: Promise, line: Line | None, opened: str, sent: Sent | None) -> Decision:
    view = _decision(found, promise, line)
    if _ends(found, promise):
        return view
    is_open = opened == str(promise.id)
    return replace(
        view,
        keep=_tap(found, promise, LineKind.KEEP, "Keep it"),
        adjust=None if is_open else Link(label="Adjust", url=found.address(**found.again(Step.ADJUST), promise=str(promise.id))),
        retire=_tap(found, promise, LineKind.RETIRE, "Retire"),
        form=_form(found, promise, sent) if is_open else None,
    )


def _tap(found: Found, promise: Promise, kind: LineKind, label: str) -> Action:
    fields = (("id", str(ids.new())), ("promise", str(promise.id)), ("decision", kind.value))
    return Action(label=label, url=found.address("/decisions", **found.again(Step.ADJUST)), fields=fields)


def _form(found: Found, promise: Promise, sent: Sent | None) -> AdjustForm:
    stands = promise_form.of_promise(promise)
    has_days, is_times = stands.rhythm in WITH_DAYS, stands.rhythm == "times"
    days = sent.fields["days"].split() if sent and "days" in sent.fields else _days(stands)
    error = str(sent.refusal) if sent and sent.refusal.field == "days" else ""
    return AdjustForm(
        action=found.address("/decisions", **found.again(Step.ADJUST)),
        id=str(ids.new()),
        promise=str(promise.id),
        due_time=None if is_times else forms.field("due_time", stands.due_time, sent),
        grace=None if is_times else forms.choice("grace", {stands.grace: f"{stands.grace} min"} | GRACES, stands.grace, sent),
        days=Choice(options=tuple(Option(value=k, label=v, chosen=k in days) for k, v in DAY_NAMES.items()), error=error)
        if has_days
        else None,
        times=forms.choice("times", {str(n): str(n) for n in range(1, 8)}, stands.times, sent) if is_times else None,
        back=found.address(**found.again(Step.ADJUST)),
        more_url=f"/promises/{promise.id}/edit",
    )


def _said(found: Found, promise: Promise, line: Line) -> str:
    """As in "kept as it is" or "from Monday 23 November: weekdays by 18:45"."""
    if line.kind is LineKind.ADJUST:
        day = line.from_on or date.max
        return f"from {words.full_date(day)}: {_terms(found, schedule.terms_on(promise.plan, day))}"
    return "kept as it is" if line.kind is LineKind.KEEP else "retired, with thanks"


def _terms(found: Found, terms: Terms) -> str:
    grace = int(terms.grace.total_seconds() // 60)
    late = f", {words.plural(grace, 'minute', 'minutes')} of grace" if terms.due_time and grace else ""
    return words.when(terms, found.scene.me.zone) + late


def _rhythm(days: list[str]) -> str:
    chosen = [one for one in WEEKDAYS if one in days]
    if len(chosen) == len(WEEKDAYS):
        return "daily"
    return "weekdays" if tuple(chosen) == tuple(WORKING_DAYS) else "weekly"


def _days(stands: promise_form.Sent) -> list[str]:
    if stands.rhythm == "daily":
        return list(WEEKDAYS)
    return list(WORKING_DAYS) if stands.rhythm == "weekdays" else several(stands.days)
