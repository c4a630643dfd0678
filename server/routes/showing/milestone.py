"""A milestone: its link, and its page as the one who looks sees it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from server.actions import answers
from server.db import Session
from server.domain import schedule
from server.domain.milestones import MilestoneKind
from server.domain.text import isolated
from server.routes.showing import kind_words, moment, numbers, threads
from server.routes.showing.scene import Sight
from server.store import bonds, ids, members, milestones, occurrences, promises
from server.store.members import Member
from server.store.milestones import Milestone
from server.store.occurrences import Row
from server.store.promises import Promise
from web.views import Action, Entry, Link, MilestonePage, Thanks

SHOWN_DAYS = 14
OF_STREAKS = frozenset({MilestoneKind.IN_A_ROW, MilestoneKind.TOGETHER, MilestoneKind.COMEBACK})
ROUND = {
    14: "fourteen",
    30: "thirty",
    50: "fifty",
    60: "sixty",
    100: "a hundred",
    200: "two hundred",
    500: "five hundred",
    1000: "a thousand",
    5000: "five thousand",
    10000: "ten thousand",
}
LABELS = {
    MilestoneKind.IN_A_ROW: "{number} in a row: {title}",
    MilestoneKind.KEPT_IN_ALL: "{number} kept in all: {name}",
    MilestoneKind.TOGETHER: "{number} days woven",
    MilestoneKind.COMEBACK: "{number} in a row again: {title}",
    MilestoneKind.MEND: "Mended: {title}",
}
UNITS = {
    MilestoneKind.IN_A_ROW: "in a row",
    MilestoneKind.KEPT_IN_ALL: "kept",
    MilestoneKind.TOGETHER: "days woven",
    MilestoneKind.COMEBACK: "in a row again",
    MilestoneKind.MEND: "mended",
}
PLANS = {
    MilestoneKind.IN_A_ROW: "{number} times ‘{title}’",
    MilestoneKind.KEPT_IN_ALL: "{number} that {name} kept",
    MilestoneKind.TOGETHER: "{number} days woven",
    MilestoneKind.COMEBACK: "‘{title}’, back again",
    MilestoneKind.MEND: "‘{title}’, mended",
}
TOGETHER = ("{count} days, woven together", "On {count} days something held, and nothing came apart in between. Nobody does that alone.")
OWN = {
    MilestoneKind.IN_A_ROW: ("{times}, as you said", "You have kept ‘{title}’ {times} running. Each was a word that you gave."),
    MilestoneKind.KEPT_IN_ALL: ("Kept {times}", "What you said is what you did. That stays, whatever comes."),
    MilestoneKind.TOGETHER: TOGETHER,
    MilestoneKind.COMEBACK: ("Back, and {times}", "After a break you have kept ‘{title}’ {times} running. Coming back is the harder part."),
    MilestoneKind.MEND: ("Owned, and mended", "You owned a miss of ‘{title}’ and kept the next three. That is how it is put right."),
}
OTHERS = {
    MilestoneKind.IN_A_ROW: (
        "{times}, when you said",
        "{name} has kept ‘{title}’ {times} running. That is what being able to rely on someone looks like.",
    ),
    MilestoneKind.KEPT_IN_ALL: ("Kept {times}", "What {name} said is what {name} did. That stays, whatever comes."),
    MilestoneKind.TOGETHER: TOGETHER,
    MilestoneKind.COMEBACK: (
        "Back, and {times}",
        "After a break {name} has kept ‘{title}’ {times} running. Coming back is the harder part.",
    ),
    MilestoneKind.MEND: ("Owned, and mended", "{name} owned a miss of ‘{title}’ and kept the next three. That is how it is put right."),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A milestone with all that its page says: who looks, `people` of its bond, its promise, the days before it, what was said to it."""

    me: Member
    milestone: Milestone
    people: Sequence[Member]
    promise: Promise | None
    last: date
    rows: Sequence[Row]
    said: Mapping[UUID, str]

    @property
    def is_mine(self) -> bool:
        return self.milestone.member_id == self.me.id

    @property
    def name(self) -> str:
        """Who reached it; empty for what is everybody's, or of somebody who left."""
        return next((isolated(one.name) for one in self.people if one.id == self.milestone.member_id), "")


def links(scene: Sight, reached: Iterable[Milestone], titles: Mapping[UUID, str] | None = None) -> tuple[Link, ...]:
    """Links to milestones, without those of streaks for who hides them; `titles` are those of promises that are not in the scene."""
    titles = {one.id: one.title for one in scene.promises.values()} if titles is None else titles
    shown = (one for one in reached if not (scene.me.hides_streaks and one.kind in OF_STREAKS))
    return tuple(Link(label=_label(scene, one, titles), url=f"/milestones/{one.id}") for one in shown)


def load(session: Session, milestone_id: UUID, member_id: UUID) -> Found:
    """Read a milestone that this member may see; NotFoundError for any other."""
    me, milestone = members.get(session, member_id), answers.milestone_for(session, milestone_id, member_id)
    last = schedule.local_day(milestone.reached_at, me.zone, me.day_start)
    first = last - timedelta(days=SHOWN_DAYS - 1)
    return Found(
        me=me,
        milestone=milestone,
        people=bonds.members_of(session, milestone.bond_id) if milestone.bond_id else [me],
        promise=promises.visible(session, member_id, [milestone.promise_id]).get(milestone.promise_id) if milestone.promise_id else None,
        last=last,
        rows=_rows(session, milestone, first, last),
        said=milestones.answers(session, milestone_id),
    )


def page(found: Found, *, line: str = "", problem: str = "") -> MilestonePage:
    """The page; a line that was refused stands in it with what is wrong with it."""
    kind = found.milestone.kind
    heading, text = (_worded(found, one) for one in (OWN if found.is_mine else OTHERS)[kind])
    return MilestonePage(
        number=str(found.milestone.threshold),
        unit=UNITS[kind],
        heading=heading,
        text=text,
        close_url="/",
        plan=_plan(found) if found.milestone.bond_id else None,
        thread=threads.thread(found.people, found.me, found.rows, found.last, days=SHOWN_DAYS),
        own_line=None if found.is_mine else _own_line(found, line, problem),
        answers=() if found.is_mine else tuple(_kind_word(found, one) for one in _three(found)),
        said=tuple(
            Thanks(text=found.said[one.id], by="You" if one.id == found.me.id else isolated(one.name))
            for one in found.people
            if one.id in found.said
        ),
        picture_url="" if kind is MilestoneKind.MEND else f"/milestones/{found.milestone.id}/picture",
    )


def count(milestone: Milestone) -> str:
    """How much was reached, as it is said: "thirty"."""
    return ROUND.get(milestone.threshold) or numbers.said(milestone.threshold)


def times(milestone: Milestone) -> str:
    """As in "thirty times"."""
    return "once" if milestone.threshold == 1 else f"{count(milestone)} times"


def _label(scene: Sight, milestone: Milestone, titles: Mapping[UUID, str]) -> str:
    title = isolated(titles.get(milestone.promise_id, "a promise")) if milestone.promise_id else "a promise"
    name = "you" if milestone.member_id == scene.me.id else scene.names.get(milestone.member_id, "") if milestone.member_id else ""
    return LABELS[milestone.kind].format(number=milestone.threshold, title=title, name=name)


def _plan(found: Found) -> Link:
    """The way to a moment that has its name from what was reached: words for a field, as they are."""
    title = found.promise.title if found.promise else "a promise"
    name = next((one.name for one in found.people if one.id == found.milestone.member_id), "one of us")
    what = PLANS[found.milestone.kind].format(number=found.milestone.threshold, title=title, name=name)
    return moment.begun(f"Something small, for {what}", label="Plan a moment together")


def _rows(session: Session, milestone: Milestone, first: date, last: date) -> list[Row]:
    if milestone.bond_id:
        return occurrences.seen_in_bonds(session, [milestone.bond_id], first, last)
    return occurrences.seen_of_promise(session, milestone.promise_id, first=first, last=last) if milestone.promise_id else []


def _worded(found: Found, pattern: str) -> str:
    title = isolated(found.promise.title) if found.promise else "a promise"
    said = pattern.format(count=count(found.milestone), times=times(found.milestone), name=found.name or "somebody", title=title)
    return said[:1].upper() + said[1:]


def _own_line(found: Found, line: str, problem: str) -> Action:
    label = f"Tell {found.name} what it meant" if found.name else "Say what it means to you"
    entry = Entry(name="line", label=problem or "In your words", value=line or found.said.get(found.me.id, ""), most=answers.LONGEST)
    return Action(label=label, url=_url(found), id=str(ids.new()), fields=_by(found), entry=entry, is_open=bool(problem))


def _three(found: Found) -> tuple[str, str, str]:
    return kind_words.three(found.milestone.kind, found.milestone.threshold, turn=found.milestone.id.int)


def _kind_word(found: Found, words: str) -> Action:
    return Action(label=words, url=_url(found), id=str(ids.new()), fields=(*_by(found), ("line", words)))


def _by(found: Found) -> tuple[tuple[str, str], ...]:
    return (("by", str(found.me.id)),)


def _url(found: Found) -> str:
    return f"/milestones/{found.milestone.id}/answers"
