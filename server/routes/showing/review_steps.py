"""The five steps of a review, each with what it is about."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from server.domain import schedule
from server.domain.outcomes import Outcome
from server.domain.reviews import STEPS, LineKind, Step
from server.domain.text import isolated
from server.routes.showing import asking, deciding, forms, review_scene, week, words
from server.routes.showing.forms import Sent
from server.routes.showing.review_scene import OWNED, Found
from server.routes.showing.week_scene import Week
from server.store import ids
from server.store.asks import Answer, Ask
from server.store.moments import Moment
from server.store.occurrences import Row
from server.store.repairs import Standing
from web.views import FrayedLine, LineForm, Link, PlanForm, ReviewPage, Thanks

ASKED = {LineKind.THANKS: "Something you noticed", LineKind.FRAYED: "A line of your own, if you like"}
HINTS = {LineKind.FRAYED: "What it was like for you. Nothing needs to be settled now."}


def shown(view: ReviewPage, found: Found, step: Step, *, promise: str, sent: Sent | None) -> ReviewPage:
    """The page with the content of a step in it."""
    if step is Step.THANKS:
        return _thanks(view, found, sent)
    if step is Step.HELD:
        return replace(view, week=week.page(found.week))
    if step is Step.FRAYED:
        return _frayed(view, found, sent)
    return deciding.shown(view, found, promise, sent) if step is Step.ADJUST else _plan(view, found, sent)


def quotes(found: Found, kind: LineKind) -> tuple[Thanks, ...]:
    """What was said of one kind, each with who said it."""
    return tuple(Thanks(text=one.text, by=found.by(one)) for one in found.said(kind))


def asked(one: Ask, me: UUID, names: Mapping[UUID, str]) -> Thanks:
    """What was asked, and what was said to it."""
    row = asking.row(one, me, names)
    return Thanks(text=row.text, by=". ".join(filter(None, [row.by, row.said.rstrip(".")])) + ".")


def planned(found: Found) -> Iterable[Thanks]:
    """The moments that were planned here and still stand."""
    for line in found.said(LineKind.MOMENT):
        moment = found.planned.get(line.moment_id) if line.moment_id else None
        if moment is not None:
            yield Thanks(text=moment.what, by=_when(moment))


def _thanks(view: ReviewPage, found: Found, sent: Sent | None) -> ReviewPage:
    thanks, lines = week.page(found.week).thanks, quotes(found, LineKind.THANKS)
    view = replace(
        view,
        thanks=thanks,
        lines=lines,
        line_form=_line_form(found, Step.THANKS, LineKind.THANKS, sent),
        empty="" if thanks or lines else "No words of thanks yet this week. One is enough.",
    )
    return _with_left(view, found, Step.THANKS)


def _frayed(view: ReviewPage, found: Found, sent: Sent | None) -> ReviewPage:
    frayed = _frayed_lines(found, found.week, review_scene.frayed(found.week))
    view = replace(
        view,
        frayed=frayed,
        lines=quotes(found, LineKind.FRAYED),
        brought=week.brought(found.week),
        line_form=_line_form(found, Step.FRAYED, LineKind.FRAYED, sent),
        empty="" if frayed else "Nothing frayed this week.",
    )
    return _with_left(view, found, Step.FRAYED)


def _plan(view: ReviewPage, found: Found, sent: Sent | None) -> ReviewPage:
    me, names = found.scene.me, found.scene.names
    shown = [one for one in found.asks if one.answer is not Answer.TAKEN_BACK]
    others = {one.id: isolated(one.name) for one in found.week.people if one.id != me.id}
    may_ask = others and not any(one.from_id == me.id for one in shown)
    return replace(
        view,
        asks=tuple(asking.row(one, me.id, names) for one in shown),
        ask_form=asking.form(found.address("/asks"), others, sent) if may_ask else None,
        moments=tuple(f"{one.text}, {one.by}" for one in planned(found)),
        plan_form=PlanForm(
            action=found.address("/moments"),
            id=str(ids.new()),
            what=forms.field("what", "", sent),
            on_date=forms.field("on_date", (found.scene.today + schedule.DAY).isoformat(), sent),
            at_time=forms.field("at_time", "", sent),
            place=forms.field("place", "", sent),
        ),
    )


def _line_form(found: Found, step: Step, kind: LineKind, sent: Sent | None) -> LineForm:
    return LineForm(
        action=found.address("/lines", **found.again(step)),
        id=str(ids.new()),
        kind=kind.value,
        label=ASKED[kind],
        text=forms.field("text", "", sent),
        hint=HINTS.get(kind, ""),
    )


def _with_left(view: ReviewPage, found: Found, step: Step) -> ReviewPage:
    """What one that was left before its end holds of this step: its words, and where it had not come to what frayed, its days."""
    left = found.left
    if left is None:
        return view
    said = [one for one in left.lines if one.kind.value == step.value]
    is_due = step is Step.FRAYED and left.review.step <= STEPS.index(step)
    rows = [row for row in review_scene.frayed(left.week) if row.outcome in (Outcome.MISSED, Outcome.OPEN) or row.waits] if is_due else []
    if not said and not rows:
        return view
    return replace(
        view,
        left=f"From {words.span(left.week.summary.from_on, left.week.summary.to_on)}",
        left_lines=tuple(Thanks(text=one.text, by=found.by(one)) for one in said),
        left_frayed=_frayed_lines(found, left.week, rows),
    )


def _frayed_lines(found: Found, seen: Week, rows: Iterable[Row]) -> tuple[FrayedLine, ...]:
    return tuple(_frayed_line(found, seen, row) for row in rows)


def _frayed_line(found: Found, seen: Week, row: Row) -> FrayedLine:
    scene = seen.scene
    promise, mine = scene.promises[row.promise_id], row.member_id == scene.me.id
    how = words.outcome(row.outcome, row.value, waits=row.waits, mine=mine)
    whose = "" if mine else f"{scene.names.get(row.member_id, 'Somebody')}, "
    text = f"{whose}‘{isolated(promise.title)}’, {words.weekday(row.last_day)}: {how}."
    return FrayedLine(text=text, colour=scene.colours.get(row.member_id, 1), link=_way(found, row, mine=mine))


def _way(found: Found, row: Row, *, mine: bool) -> Link | None:
    """The way to what can be said of a day: to mend it, to read what was written, to answer what waits."""
    if row.outcome in OWNED:
        standing = found.standings.get(row.key, Standing())
        url = f"/promises/{row.promise_id}/repairs/{row.day}"
        if standing.words is None and mine:
            return Link(label="Put it right", url=url)
        return Link(label="Read it", url=url) if standing.shows(writer=mine) else None
    if (row.waits and mine) or row.outcome is Outcome.OPEN:
        return Link(label="Say a word", url=f"/promises/{row.promise_id}")
    return None


def _when(moment: Moment) -> str:
    at = f"{moment.at_time:%H:%M}" if moment.at_time else ""
    return ", ".join(filter(None, [words.full_date(moment.on_date), at, moment.place]))
