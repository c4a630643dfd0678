"""A week as the one who looks sees it: what held comes first."""

from collections.abc import Iterable, Sequence

from server.domain import schedule, weeks
from server.domain.bonds import Kind
from server.domain.promises import AREAS
from server.routes.showing import cards, choosing, milestone, numbers, threads, week_scene, words
from server.routes.showing.scene import Scene
from server.routes.showing.week_scene import Figures, Share, Week
from server.store.bonds import Bond
from server.store.members import Member
from server.store.occurrences import Row
from server.store.weeks import Summary
from web.views import AreaBar, AreaWeek, Ask, Figure, Link, MemberWeek, Thanks, WeekPage

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
    summary, kept = week.summary, week.share(week.people)
    return WeekPage(
        eyebrow=f"{words.span(summary.from_on, summary.to_on)} · week {week.number}",
        heading=HEADING,
        sentence=" ".join(filter(None, (_what_held(week), _what_was_put_right(week)))),
        kept=Figure(value=str(kept.kept), label=f"of {kept.of} kept") if kept.kept else None,
        thread=threads.thread(week.people, week.me, week.rows, summary.to_on, days=7, marks=True),
        figures=tuple(_figures(week)),
        milestones=milestone.links(week.scene, week.reached),
        areas=tuple(_areas(week)),
        thanks=tuple(_thanks(week)),
        members=tuple(_member(week, colour, one) for colour, one in _shown(week)),
        asks=tuple(_asks(week)),
        still_open=tuple(_still_open(week, row) for row in week.open_rows if not _is_asked(week, row)),
        unsaid=tuple(_still_open(week, row) for row in week.unsaid),
        balance=_balance(week),
        earlier=_link(week, week.earlier),
        later=_link(week, week.later),
    )


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


def _what_held(week: Week) -> str:
    """Something true and kind; the week before is named only where this one is no less."""
    kept, woven = week.share(week.people), week.summary.summary["woven"]
    if not kept.of:
        return "A quiet week."
    if week.number == 1:
        return "Your first week."
    if kept.kept == kept.of:
        return "Every one so far was kept." if week.open_rows else "Every one was kept."
    more = kept.kept - week.total("kept", week.before) if week.before else -1
    if more >= 0 and kept.kept:
        return f"{numbers.said(more).capitalize()} more than last week." if more else "As many as last week."
    if woven:
        return f"The thread held on {numbers.counted(woven, 'day', 'days')}."
    return f"{numbers.counted(kept.kept, 'was', 'were')} kept.".capitalize() if kept.kept else GOES_ON


def _what_was_put_right(week: Week) -> str:
    """What was mended, or else that what was missed was owned, as it always was: nobody else can say so."""
    mended, missed = week.total("mended"), week.total("missed")
    if mended:
        return f"{numbers.counted(mended, 'was', 'were')} mended.".capitalize()
    if missed:
        return "The one that was missed was owned." if missed == 1 else f"The {numbers.said(missed)} that were missed were owned."
    return ""


def _figures(week: Week) -> Iterable[Figure]:
    woven, mended = week.summary.summary["woven"], week.total("mended")
    together = week.scene.weaves[week.bond.id].together
    plain = sum(1 for one in week.thanks if not one.sent.get("line"))
    if woven:
        yield Figure(value=str(woven), label="day woven" if woven == 1 else "days woven")
    if together and week.later is None and not week.me.hides_streaks:
        yield Figure(value=str(together), label="woven in a row")
    if mended:
        yield Figure(value=str(mended), label="mended")
    if plain:
        yield Figure(value=str(plain), label="thank-you" if plain == 1 else "thank-yous")


def _shown(week: Week) -> list[tuple[int, Member]]:
    """Whose figures are shown, with their colours: everybody's, but in a team only one's own."""
    everybody = list(enumerate(week.people, 1))
    return [(colour, one) for colour, one in everybody if one.id == week.me.id] if week.bond.kind is Kind.TEAM else everybody


def _areas(week: Week) -> Iterable[AreaWeek]:
    named = {area for one in week.people for area in week_scene.areas(week.summary, one.id)}
    for area in sorted(named, key=lambda one: (AREAS.index(one) if one in AREAS else len(AREAS), one)):
        shares = [(colour, one, week.share([one], area)) for colour, one in _shown(week)]
        bars = [AreaBar(name=one.name, colour=colour, percent=kept.percent, text=kept.text) for colour, one, kept in shares if kept.of]
        if bars:
            yield AreaWeek(name=words.area(area), bars=tuple(bars), note=_note(week, area, [one for _, one, _ in shares]))


def _note(week: Week, area: str, people: Sequence[Member]) -> str:
    """How an area stands beside the week before; a fall is not pointed at."""
    before = week_scene.share(week.before, [one.id for one in people], area) if week.before else None
    if before is None or not before.of:
        return ""
    gained = week.share(people, area).percent - before.percent
    return f"up {gained}" if gained > 0 else "steady" if gained > -STEADY else ""


def _thanks(week: Week) -> Iterable[Thanks]:
    names = {one.id: one.name for one in week.people}
    for one in week.thanks:
        if one.sent.get("line") and one.day and one.member_id in names:
            yield Thanks(text=one.sent["line"], by=f"{names[one.member_id]}, {words.weekday(one.day)}")


def _member(week: Week, colour: int, one: Member) -> MemberWeek:
    figures = week_scene.figures(week.summary, one.id)
    return MemberWeek(
        name=one.name,
        initial=one.name[:1].upper(),
        colour=colour,
        sentence=_summed_up(figures, week.share([one])),
        figures=tuple(Figure(value=str(figures[name]), label=label) for name, label in FIGURES.items() if figures.get(name)),
    )


def _summed_up(figures: Figures, kept: Share) -> str:
    """As in "17 of 19 kept, one told ahead."; none is not counted out."""
    counts = ((figures.get(name, 0), label) for name, label in (("late", "late"), ("told_ahead", "told ahead")))
    parts = [*([kept.text] if kept.kept else []), *(f"{numbers.said(count)} {label}" for count, label in counts if count)]
    if parts:
        return f"{', '.join(parts)}.".capitalize()
    return GOES_ON if kept.of else "Nothing has settled yet." if figures.get("due") else "Nothing was due."


def _asks(week: Week) -> Iterable[Ask]:
    for row in week.open_rows:
        if _is_asked(week, row):
            yield cards.ask(week.scene, week.scene.promises[row.promise_id], row)


def _is_asked(week: Week, row: Row) -> bool:
    return row.waits and row.member_id == week.me.id


def _still_open(week: Week, row: Row) -> str:
    how = words.outcome(row.outcome, row.value, waits=row.waits, mine=row.member_id == week.me.id)
    return f"{week.scene.promises[row.promise_id].title}, {words.weekday(row.last_day)}: {how}."


def _balance(week: Week) -> str:
    """A kind word where only one side carries promises."""
    carried = [week_scene.figures(week.summary, one.id).get("due", 0) > 0 for one in week.people]
    return ONE_SIDED if len(carried) > 1 and carried.count(True) == 1 else ""


def _link(week: Week, summary: Summary | None) -> Link | None:
    query = choosing.query(week.scene.bonds, week.bond)
    return Link(label=words.span(summary.from_on, summary.to_on), url=address(summary, query)) if summary else None
