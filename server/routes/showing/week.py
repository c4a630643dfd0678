"""A week as the one who looks sees it: what held comes first."""

from collections.abc import Iterable, Sequence

from server.domain import schedule, weeks
from server.domain.bonds import Kind
from server.domain.members import DAY_START
from server.domain.text import isolated
from server.routes.showing import cards, choosing, courses, milestone, numbers, threads, week_scene, week_sentence, words
from server.routes.showing.scene import Scene
from server.routes.showing.week_scene import Figures, Share, Week
from server.routes.showing.week_sentence import MUCH, Facts
from server.store.bonds import Bond
from server.store.events import Event
from server.store.members import Member
from server.store.occurrences import Row
from server.store.weeks import Summary
from web.views import AreaBar, AreaCourse, AreaWeek, Ask, Figure, Link, MemberWeek, Thanks, WeekPage

HEADING = "Your week, together"
GOES_ON = "It goes on from here."
ONE_SIDED = "Only one of you had promises this week. A small one from the other side would balance it."
STEADY = 5
FIGURES = {
    "kept": "kept",
    "late": "late",
    "partly": "in part",
    "mended": "mended",
    "told_ahead": "told ahead",
    "excused": "let go",
    "missed": "owned",
    "unreported": "not said",
}


def latest(scene: Scene, bond: Bond | None, found: Week | None) -> WeekPage:
    """The page of the latest week; before there is one it says when that comes, and to who is in no bond what it waits for."""
    if found:
        return page(found)
    return _none_yet(scene, bond) if bond else _alone()


def page(week: Week) -> WeekPage:
    """The page of a week that was made."""
    summary, kept, query = week.summary, week.share(week.people), choosing.query(week.scene.bonds, week.bond)
    return WeekPage(
        eyebrow=f"{words.span(summary.from_on, summary.to_on)} · week {week.number}",
        heading=HEADING,
        sentence=week_sentence.sentence(facts(week)),
        kept=Figure(value=str(kept.kept), label=f"of {kept.of} kept") if kept.kept else None,
        thread=threads.thread(week.people, week.me, week.rows, summary.to_on, days=summary.days, marks=True),
        figures=tuple(_figures(week)),
        milestones=milestone.links(week.scene, week.reached),
        areas=tuple(_areas(week)),
        courses=_courses(week),
        thanks=tuple(_thanks(week)),
        brought=brought(week),
        members=tuple(_member(week, colour, one) for colour, one in _shown(week)),
        asks=tuple(_asks(week)),
        still_open=tuple(_still_open(week, row) for row in week.open_rows if not _is_asked(week, row)),
        unsaid=tuple(_still_open(week, row) for row in week.unsaid),
        balance=_balance(week),
        made=_made(week),
        picture_url=f"/weeks/{summary.to_on}/picture{query}" if week.share([one for _, one in _shown(week)]).kept else "",
        year_url=f"/year{query}",
        earlier=_link(week, week.earlier),
        later=_link(week, week.later),
    )


def brought(week: Week) -> tuple[Thanks, ...]:
    """The questions that were moved to the page, each with who brought it."""
    names = {one.id: isolated(one.name) for one in week.people} | {week.me.id: "you"}
    return tuple(Thanks(text=one.text, by=f"Brought by {names.get(one.member_id, 'somebody who was here then')}") for one in week.brought)


def address(summary: Summary, query: str) -> str:
    """Where the page of a week is; `query` keeps it with its bond."""
    return f"/weeks/{summary.to_on}{query}"


def _alone() -> WeekPage:
    return WeekPage(eyebrow="", heading="Your week", sentence="The page of the week begins when there are two of you.")


def _none_yet(scene: Scene, bond: Bond) -> WeekPage:
    coming, at = weeks.ending(bond.next_review_on), bond.next_review_at
    day = words.weekday(at.astimezone(schedule.zone_of(scene.me.zone)).date())
    sentence = f"Nothing to look back on yet. The first page comes on {day} at {words.clock(at, scene.me.zone)}."
    return WeekPage(eyebrow=words.span(coming.from_on, coming.to_on), heading=HEADING, sentence=sentence)


def facts(week: Week) -> Facts:
    """What the sentence on top is chosen by."""
    kept, summary = week.share(week.people), week.summary
    people = () if week.bond.kind is Kind.TEAM else week.people
    named = [("You" if one.id == week.me.id else isolated(one.name), week_scene.figures(summary, one.id)) for one in people]
    carrying = [name for name, figures in named if figures.get("due", 0)]
    return Facts(
        kept=kept.kept,
        settled=kept.of,
        before=week.total("kept", week.before) if week.before else None,
        woven=summary.summary["woven"],
        mended=week.total("mended"),
        missed=week.total("missed"),
        is_open=bool(week.open_rows),
        is_first=week.number == 1,
        owned=week.owned,
        carried=[name for name, figures in named if figures.get("kept", 0) >= MUCH],
        people=len(week.people),
        alone=carrying[0] if len(carrying) == 1 < len(week.people) else "",
    )


def _figures(week: Week) -> Iterable[Figure]:
    woven, mended = week.summary.summary["woven"], week.total("mended")
    together = week.scene.weaves[week.bond.id].together
    plain = _wordless(week.thanks)
    if woven:
        yield Figure(value=str(woven), label="day woven" if woven == 1 else "days woven")
    if together and week.later is None and not week.me.hides_streaks:
        yield Figure(value=str(together), label="woven in a row")
    if mended:
        yield Figure(value=str(mended), label="mended")
    if plain:
        yield Figure(value=str(plain), label="thank-you" if plain == 1 else "thank-yous")


def _wordless(thanks: Sequence[Event]) -> int:
    """How often somebody thanked for a day without a word; a line that was added later is the same thank you."""
    spoken = {(one.member_id, one.promise_id, one.day) for one in thanks if one.sent.get("line")}
    return len({(one.member_id, one.promise_id, one.day) for one in thanks} - spoken)


def _shown(week: Week) -> list[tuple[int, Member]]:
    """Whose figures are shown, with their colours: everybody's, but in a team only one's own."""
    everybody = list(enumerate(week.people, 1))
    return [(colour, one) for colour, one in everybody if one.id == week.me.id] if week.bond.kind is Kind.TEAM else everybody


def _areas(week: Week) -> Iterable[AreaWeek]:
    named = {area for one in week.people for area in week_scene.areas(week.summary, one.id)}
    for area in courses.in_order(named):
        shares = [(colour, one, week.share([one], area)) for colour, one in _shown(week)]
        bars = [
            AreaBar(name=isolated(one.name), colour=colour, percent=kept.percent, text=kept.text) for colour, one, kept in shares if kept.of
        ]
        if bars:
            yield AreaWeek(name=words.area(area), bars=tuple(bars), note=_note(week, area, [one for _, one, _ in shares]))


def _note(week: Week, area: str, people: Sequence[Member]) -> str:
    """How an area stands beside the week before; a fall is not pointed at."""
    before = week_scene.share(week.before, [one.id for one in people], area) if week.before else None
    if before is None or not before.of:
        return ""
    gained = week.share(people, area).percent - before.percent
    return f"up {gained}" if gained > 0 else "steady" if gained > -STEADY else ""


def _courses(week: Week) -> tuple[AreaCourse, ...]:
    return () if week.me.hides_streaks else courses.of_areas(_shown(week), week.past, week.summary.to_on)


def _thanks(week: Week) -> Iterable[Thanks]:
    """The words of thanks: those said of its days, then those said in it to what was reached."""
    names = {one.id: isolated(one.name) for one in week.people}
    for one in week.thanks:
        if one.sent.get("line") and one.day and one.member_id in names:
            yield Thanks(text=one.sent["line"], by=f"{names[one.member_id]}, {words.weekday(one.day)}")
    for reached, said in week.answered:
        if said.member_id in names:
            day = words.weekday(schedule.local_day(said.at, week.bond.zone, DAY_START))
            label = milestone.links(week.scene, [reached])
            yield Thanks(text=said.line, by=", ".join([names[said.member_id], day, *(f"to ‘{one.label}’" for one in label)]))


def _member(week: Week, colour: int, one: Member) -> MemberWeek:
    found = week_scene.figures(week.summary, one.id)
    figures = (Figure(value=str(found[name]), label=label) for name, label in FIGURES.items() if found.get(name))
    return MemberWeek(
        name=isolated(one.name),
        initial=one.name[:1].upper(),
        colour=colour,
        sentence=" ".join(filter(None, (_summed_up(found, week.share([one])), _beside(week, one)))),
        figures=(*figures, *_of_late(week, found)),
    )


def _summed_up(figures: Figures, kept: Share) -> str:
    """As in "17 of 19 kept, one told ahead."; none is not counted out."""
    counts = ((figures.get(name, 0), label) for name, label in (("late", "late"), ("told_ahead", "told ahead")))
    parts = [*([kept.text] if kept.kept else []), *(f"{numbers.said(count)} {label}" for count, label in counts if count)]
    if parts:
        return f"{', '.join(parts)}.".capitalize()
    return GOES_ON if kept.of else "Nothing has settled yet." if figures.get("due") else "Nothing was due."


def _beside(week: Week, one: Member) -> str:
    """The week before, where this one is no less."""
    kept, before = (week_scene.figures(found, one.id).get("kept", 0) if found else 0 for found in (week.summary, week.before))
    if not kept or not before or kept < before:
        return ""
    return f"{numbers.said(kept - before).capitalize()} more than last week." if kept > before else "As many as last week."


def _of_late(week: Week, figures: Figures) -> Iterable[Figure]:
    """How often it was kept of late, at both ends of the week where it rose; where it did not, as it stands now."""
    before, now = courses.share(figures, "_before"), courses.share(figures)
    if now is not None and not week.me.hides_streaks:
        rose = before is not None and before < now
        yield Figure(value=f"{now} %", label="of late", note=f"from {before}" if rose else "")


def _asks(week: Week) -> Iterable[Ask]:
    for row in week.open_rows:
        if _is_asked(week, row):
            yield cards.ask(week.scene, week.scene.promises[row.promise_id], row)


def _is_asked(week: Week, row: Row) -> bool:
    return row.waits and row.member_id == week.me.id


def _still_open(week: Week, row: Row) -> str:
    how = words.outcome(row.outcome, row.value, waits=row.waits, mine=row.member_id == week.me.id)
    return f"{isolated(week.scene.promises[row.promise_id].title)}, {words.weekday(row.last_day)}: {how}."


def _balance(week: Week) -> str:
    """A kind word where only one side carries promises."""
    carried = [week_scene.figures(week.summary, one.id).get("due", 0) > 0 for one in week.people]
    return ONE_SIDED if len(carried) > 1 and carried.count(True) == 1 else ""


def _made(week: Week) -> str:
    """When the page was made, and when it was last brought up to date."""
    zone, summary = week.me.zone, week.summary
    made, refreshed = (at.astimezone(schedule.zone_of(zone)) for at in (summary.made_at, summary.refreshed_at))
    first = f"Made on {words.full_date(made.date())} at {words.clock(made, zone)}"
    if f"{refreshed:%F %R}" == f"{made:%F %R}":
        return f"{first}; brought up to date as things settle."
    day = "" if refreshed.date() == made.date() else f"on {words.full_date(refreshed.date())} "
    return f"{first}; brought up to date as things settled, last {day}at {words.clock(refreshed, zone)}."


def _link(week: Week, summary: Summary | None) -> Link | None:
    query = choosing.query(week.scene.bonds, week.bond)
    return Link(label=words.span(summary.from_on, summary.to_on), url=address(summary, query)) if summary else None
