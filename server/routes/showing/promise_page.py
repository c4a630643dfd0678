"""The list of promises, and one promise with its thread, its year and its history in words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from server.domain.errors import InvalidError
from server.domain.promises import AREAS
from server.domain.recurrence import WEEKDAYS
from server.domain.schedule import DAY
from server.domain.streaks import SHOWN_AS_PERCENTAGE_FROM
from server.domain.text import isolated
from server.routes.showing import cards, courses, history, starters, threads, words
from server.routes.showing.history import A_YEAR, Past
from server.routes.showing.scene import Scene
from server.store.occurrences import Row
from server.store.promises import Pause, Promise
from web.views import (
    Action,
    Course,
    Figure,
    Input,
    MonthMark,
    PauseForm,
    PromiseGroup,
    PromiseList,
    PromisePage,
    PromiseRow,
    Template,
    TemplateArea,
    TemplatesPage,
    YearView,
)

WEEKS_IN_A_YEAR = A_YEAR // timedelta(weeks=1)


def listed(scene: Scene, pauses: Sequence[Pause]) -> PromiseList:
    """One's own promises first, then the others', then what is only one's own."""
    running = [one for one in scene.promises.values() if not has_ended(scene, one)]
    shared = [one for one in running if one.bond_id and one.member_id == scene.me.id]
    groups = [_group(scene, pauses, "Yours", shared, "Nothing promised yet.")]
    for member_id, name in scene.others.items():
        mine = [one for one in running if one.member_id == member_id]
        groups.append(_group(scene, pauses, words.possessive(name), mine, f"{name} has not promised anything yet."))
    personal = [one for one in running if one.bond_id is None]
    groups.append(_group(scene, pauses, "Only yours", personal, "A promise to yourself is seen by nobody else."))
    ended = tuple(_row(scene, pauses, one) for one in scene.promises.values() if has_ended(scene, one))
    return PromiseList(groups=tuple(groups), ended=ended)


def templates() -> TemplatesPage:
    """The starters by area."""
    by_area = {area: tuple(_template(one) for one in starters.STARTERS if one.area == area) for area in AREAS}
    areas = tuple(TemplateArea(name=words.area(area), templates=found) for area, found in by_area.items())
    return TemplatesPage(areas=areas, own_url="/promises/new?template=own")


def one(scene: Scene, past: Past, *, refusal: InvalidError | None = None) -> PromisePage:
    """One promise; changing, pausing and ending it are its promiser's alone."""
    promise, terms = past.promise, past.promise.plan.terms[-1]
    mine = promise.member_id == scene.me.id
    runs = mine and promise.plan.released_on is None
    return PromisePage(
        title=isolated(promise.title),
        by=_by(scene, promise),
        colour=scene.colours.get(promise.member_id, 1),
        area=words.area(promise.area),
        when=_terms_words(scene, promise),
        done_when=promise.done_when or "",
        cue=promise.cue or "",
        note=_note(scene, promise, past.pauses),
        cards=tuple(cards.card(scene, promise, one) for one in _sayable(scene, past)),
        figures=() if scene.me.hides_streaks or terms.recurrence.is_once else tuple(_figures(scene, promise)),
        thread=threads.alone(scene, promise, past.rows),
        course=_course(scene, past),
        year=_year(scene, past),
        history=tuple(history.weeks(scene, past)),
        older=history.older(scene, past),
        edit_url=f"/promises/{promise.id}/edit" if runs else "",
        pause=_pause_form(scene, past, refusal) if runs else None,
        release=Action(label="Let it end", url=f"/promises/{promise.id}/release") if runs else None,
    )


def _sayable(scene: Scene, past: Past) -> list[Row]:
    """The days of which something can be said: those that wait, and the running one."""
    running = scene.running(past.promise)
    waiting = [row for row in past.rows if row.waits and (running is None or row.day != running.day)]
    return [*waiting, running] if running else waiting


def _group(scene: Scene, pauses: Sequence[Pause], heading: str, found: Sequence[Promise], empty: str) -> PromiseGroup:
    return PromiseGroup(heading=heading, rows=tuple(_row(scene, pauses, one) for one in found), empty=empty)


def _row(scene: Scene, pauses: Sequence[Pause], promise: Promise) -> PromiseRow:
    return PromiseRow(
        title=isolated(promise.title),
        url=f"/promises/{promise.id}",
        colour=scene.colours.get(promise.member_id, 1),
        when=words.when(promise.plan.terms[-1], scene.me.zone),
        area=words.area(promise.area).lower(),
        streak=cards.streak_words(scene, promise),
        note=_note(scene, promise, pauses),
        dots=threads.dots(scene.days.get(promise.id, ()), scene.day_of(promise)),
    )


def _template(starter: starters.Starter) -> Template:
    rhythm = {
        "daily": "every day",
        "weekdays": "weekdays",
        "weekly": words.listed([f"{words.DAYS[WEEKDAYS.index(day)]}s" for day in starter.days]) if starter.days else "",
        "times": f"{starter.times} × a week",
        "monthly": "every month",
    }[starter.rhythm]
    due = f" by {starter.due_time}" if starter.due_time else ""
    return Template(title=starter.title, when=rhythm + due, url=f"/promises/new?template={starter.name}")


def has_ended(scene: Scene, promise: Promise) -> bool:
    """Whether nothing more comes of it."""
    plan, day = promise.plan, scene.day_of(promise)
    rule = plan.terms[-1].recurrence
    last = rule.until or (plan.starts_on if rule.is_once else None)
    return (plan.released_on is not None and plan.released_on <= day) or (last is not None and last < day)


def _by(scene: Scene, promise: Promise) -> str:
    since = words.date_of(promise.plan.starts_on)
    if promise.bond_id is None:
        return f"Only yours, since {since}"
    others = [one.name for one in scene.people.get(promise.bond_id, []) if one.id not in (promise.member_id, scene.me.id)]
    if promise.member_id == scene.me.id:
        return f"You promised {words.listed(others)}, since {since}" if others else f"You promised, since {since}"
    return f"{scene.names.get(promise.member_id, '')} promised {words.listed(['you', *others])}, since {since}"


def _terms_words(scene: Scene, promise: Promise) -> str:
    terms = promise.plan.terms[-1]
    grace = int(terms.grace.total_seconds() // 60)
    late = f", {words.plural(grace, 'minute', 'minutes')} of grace" if terms.due_time and grace else ""
    begins = f", from {words.relative_day(terms.from_on, scene.day_of(promise))}" if terms.from_on > scene.day_of(promise) else ""
    return words.when(terms, scene.me.zone) + late + begins


def _note(scene: Scene, promise: Promise, pauses: Iterable[Pause]) -> str:
    today = scene.day_of(promise)
    if promise.plan.released_on is not None:
        return f"ended {words.date_of(promise.plan.released_on - DAY)}"
    until = max((one.until_on for one in pauses if one.covers(promise, today)), default=None)
    if until:
        return f"paused until {words.date_of(until)}"
    return f"starts {words.relative_day(promise.plan.starts_on, today)}" if promise.plan.starts_on > today else ""


def _figures(scene: Scene, promise: Promise) -> Iterable[Figure]:
    streak = scene.streaks[promise.id]
    if streak.current:
        yield Figure(value=str(streak.current), label="in a row")
    if streak.best > streak.current:
        yield Figure(value=str(streak.best), label="the most so far")
    if streak.valued >= SHOWN_AS_PERCENTAGE_FROM:
        yield Figure(value=f"{round(streak.score * 100)} %", label="kept of late")
    elif streak.valued:
        yield Figure(value=f"{streak.kept} of {streak.valued}", label="kept")
    if streak.stitches:
        yield Figure(value=str(streak.stitches), label="stitch" if streak.stitches == 1 else "stitches")


def _course(scene: Scene, past: Past) -> Course | None:
    """The line of twelve weeks, for who wants figures."""
    if scene.me.hides_streaks:
        return None
    return courses.of_promise(past.rows, scene.day_of(past.promise), colour=scene.colours.get(past.promise.member_id, 1))


def _year(scene: Scene, past: Past) -> YearView | None:
    if not past.rows:
        return None
    today = scene.day_of(past.promise)
    monday = today - timedelta(days=today.weekday()) - timedelta(weeks=WEEKS_IN_A_YEAR - 1)
    found = threads.by_day(past.rows)
    days = [monday + timedelta(days=n) for n in range(7 * WEEKS_IN_A_YEAR)]
    states = [threads.day_state(found.get(day, [])) if day <= today else "future" for day in days]
    months = [MonthMark(week=n // 7, label=words.MONTHS[day.month - 1][:3]) for n, day in enumerate(days) if day.day == 1]
    return YearView(
        summary=threads.told("The last year", [one for one in states if one != "future"]),
        colour=scene.colours.get(past.promise.member_id, 1),
        weeks=tuple(tuple(states[n : n + 7]) for n in range(0, len(states), 7)),
        months=tuple(months),
        twin=tuple(_month_twins(past.rows)),
    )


def _month_twins(rows: Sequence[Row]) -> Iterable[str]:
    months: dict[tuple[int, int], list[Row]] = {}
    for row in rows:
        months.setdefault((row.last_day.year, row.last_day.month), []).append(row)
    for (_, month), some in sorted(months.items()):
        yield threads.told(words.MONTHS[month - 1], [threads.state_of(row) for row in some])


def _pause_form(scene: Scene, past: Past, refusal: InvalidError | None) -> PauseForm:
    errors: Mapping[str, str] = {refusal.field: str(refusal)} if refusal else {}
    today = scene.day_of(past.promise).isoformat()
    return PauseForm(
        action=f"/promises/{past.promise.id}/pauses",
        since=Input(value=today, error=errors.get("from", "")),
        until=Input(value=today, error=errors.get("until", "")),
        pauses=tuple(f"Resting from {words.date_of(one.from_on)} to {words.date_of(one.until_on)}." for one in past.pauses),
    )
