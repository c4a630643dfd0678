"""What is shared of a week or a milestone: no name unless it was chosen, no promise's title ever, and of each day only that it was kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from server.domain.bonds import Kind
from server.domain.errors import NotFoundError
from server.domain.milestones import MilestoneKind
from server.routes.showing import choosing, milestone, numbers, threads, week, week_scene, week_sentence, words
from server.routes.showing.milestone import SHOWN_DAYS, UNITS, Found
from server.routes.showing.week_scene import Week
from server.routes.showing.week_sentence import Facts, Rule
from server.store.members import Member
from web import drawing
from web.views import Picture, PicturePage, State, Thread

WEEKS = (
    Rule("first", lambda week: week.is_first, lambda _: "The first week, together."),
    Rule("every one", lambda week: week.kept == week.settled and not week.is_open, lambda _: "Every word was kept."),
    Rule("grew", lambda week: week.more > 0, lambda week: f"{numbers.said(week.more)} more than the week before."),
    Rule("held", lambda week: week.woven > 0, lambda week: f"The thread held on {numbers.counted(week.woven, 'day', 'days')}."),
    Rule("kept", lambda _: True, lambda _: "A word given, a word kept."),
)
MILESTONES = {
    MilestoneKind.IN_A_ROW: "{times}, as promised.",
    MilestoneKind.KEPT_IN_ALL: "A word kept, {times}.",
    MilestoneKind.TOGETHER: "{count} days, woven together.",
    MilestoneKind.COMEBACK: "Back, and {times}.",
}
"""A mend is no picture: it would tell of a miss."""
SHARED: Mapping[State, State] = {"kept": "kept", "late": "kept", "ahead": "kept", "future": "future"}


def of_week(found: Week, *, names: bool) -> Picture:
    """A week's picture; NotFoundError for one in which nothing was kept yet."""
    people = [found.me] if found.bond.kind is Kind.TEAM else found.people
    facts = week.facts(found)
    kept = found.share(people).kept
    if not kept:
        raise NotFoundError("There is nothing to draw of that week yet.")
    summary = found.summary
    return Picture(
        number=str(kept),
        unit="small promise kept" if kept == 1 else "small promises kept",
        sentence=week_sentence.said(WEEKS, facts if len(people) > 1 else _own(found, facts)),
        dates=f"{words.span(summary.from_on, summary.to_on)} {summary.to_on.year}",
        thread=_kept(threads.thread(found.people, found.me, found.rows, summary.to_on, days=summary.days), found.me, people),
        names=_together(people) if names else "",
    )


def of_milestone(found: Found, *, names: bool) -> Picture:
    """A milestone's picture; NotFoundError for a mend."""
    reached = found.milestone
    if reached.kind not in MILESTONES:
        raise NotFoundError("There is no picture of that.")
    sentence = MILESTONES[reached.kind].format(count=milestone.count(reached), times=milestone.times(reached))
    return Picture(
        number=str(reached.threshold),
        unit=UNITS[reached.kind],
        sentence=sentence[:1].upper() + sentence[1:],
        dates="",
        thread=_kept(threads.thread(found.people, found.me, found.rows, found.last, days=SHOWN_DAYS), found.me, found.people),
        names=_together(found.people) if names else "",
        rays=True,
    )


def page_of_week(found: Week, *, names: bool) -> PicturePage:
    """The look at a week's picture before it is shared."""
    here, query = f"/weeks/{found.summary.to_on}", choosing.query(found.scene.bonds, found.bond)
    return _page(of_week(found, names=names), here, query, f"weft-{found.summary.to_on}.png", found.people)


def page_of_milestone(found: Found, *, names: bool) -> PicturePage:
    """The look at a milestone's picture before it is shared."""
    here, reached = f"/milestones/{found.milestone.id}", found.milestone
    return _page(
        of_milestone(found, names=names), here, "", f"weft-{reached.threshold}-{reached.kind.value.replace('_', '-')}.png", found.people
    )


def _page(picture: Picture, here: str, query: str, file: str, people: Sequence[Member]) -> PicturePage:
    chosen = f"{query}&names=yes" if query else "?names=yes"
    named = f" {picture.names}." if picture.names else ""
    return PicturePage(
        url=f"{here}/picture.png{chosen if picture.names else query}",
        file=file,
        text=f"{picture.number} {picture.unit}. {picture.sentence}{named}",
        note=_note(picture, people),
        other_label="Take the names off" if picture.names else "Put your names on it" if len(people) > 1 else "Put your name on it",
        other_url=f"{here}/picture{query if picture.names else chosen}" if picture.names or _together(people) else "",
        back_url=f"{here}{query}",
    )


def _note(picture: Picture, people: Sequence[Member]) -> str:
    if picture.names:
        return f"{'Your names are' if len(people) > 1 else 'Your name is'} on it. What you promised is not."
    if not _together(people):
        return "Nobody’s name is on it, and nothing of what you promised. The letters of your names cannot be drawn here."
    return "Nobody’s name is on it, and nothing of what you promised."


def _together(people: Sequence[Member]) -> str:
    """As in "Noor & Sam"; nothing where a name has a letter that the pictures' font has not."""
    names = [one.name for one in people]
    found = " & ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return found if drawing.can_write(found) else ""


def _kept(woven: Thread, me: Member, people: Sequence[Member]) -> Thread:
    """The strands of these people, on whose days it shows that something was kept, late or not, and nothing else."""
    names = {threads.called(me, one) for one in people}
    shown = (one for one in woven.strands if one.name in names)
    return replace(woven, strands=tuple(replace(one, text="", days=tuple(SHARED.get(day, "none") for day in one.days)) for one in shown))


def _own(found: Week, facts: Facts) -> Facts:
    """In a team, what is one's own."""
    share = found.share([found.me])
    before = week_scene.figures(found.before, found.me.id).get("kept", 0) if found.before else None
    own = [row for row in found.open_rows if row.member_id == found.me.id]
    return Facts(kept=share.kept, settled=share.of, before=before, is_open=bool(own), is_first=facts.is_first)
