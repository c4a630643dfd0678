"""A promise's past in words: twelve weeks day by day, what is older as sums."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.db import Session
from server.domain import check_ins, differences, owning, schedule
from server.domain.check_ins import Kind, Said
from server.domain.outcomes import Outcome
from server.domain.owning import Owned
from server.domain.streaks import KEPT_TO_MEND
from server.routes.showing import beside, cards, numbers, threads, words
from server.routes.showing.scene import Scene
from server.store import events, occurrences, ownings, repairs
from server.store import promises as store
from server.store.events import Event
from server.store.occurrences import Row
from server.store.ownings import Owning
from server.store.promises import Pause, Promise
from server.store.repairs import Standing
from web.views import Action, HistoryLine, HistoryWeek, Link

IN_WORDS = 12
"""Weeks."""
A_YEAR = timedelta(weeks=52)
SAID_OF = timedelta(days=7)
WHEN_OWNED: Mapping[Owned | None, str] = {Owned.EARLY: "before it was due", Owned.FIRST: "before anybody asked"}
ENDED = {
    differences.Standing.AGREED: "seen differently at first, and agreed on",
    differences.Standing.WITHDRAWN: "seen differently, and left as it is",
    differences.Standing.LAPSED: "seen differently",
}


@dataclass(frozen=True, slots=True)
class Past:
    """A promise with a year of its occurrences, and twelve weeks of its events and of what was said about misses."""

    promise: Promise
    rows: Sequence[Row]
    log: Sequence[Event]
    pauses: Sequence[Pause]
    standings: Mapping[date, Standing]
    ownings: Mapping[date, Owning]


def load(session: Session, scene: Scene, promise: Promise) -> Past:
    """Read a promise's past."""
    today = scene.day_of(promise)
    first = today - A_YEAR - timedelta(days=6)
    recent = today - timedelta(weeks=IN_WORDS)
    return Past(
        promise,
        rows=occurrences.seen_of_promise(session, promise.id, first=first, last=today),
        log=events.history(session, promise.id, since=recent, of=[promise]),
        pauses=[one for one in store.pauses_of(session, [promise]) if one.until_on >= today],
        standings=repairs.of_promise(session, promise.id, since=recent),
        ownings=ownings.of_promise(session, promise.id, since=recent),
    )


def weeks(scene: Scene, past: Past) -> Iterable[HistoryWeek]:
    """Twelve weeks in words, the newest first."""
    today = scene.day_of(past.promise)
    monday = today - timedelta(days=today.weekday())
    log: dict[date, list[Event]] = {}
    for event in past.log:
        occurrence = schedule.occurrence_of(past.promise.plan, event.day) if event.day else None
        if event.day:
            log.setdefault(occurrence.day if occurrence else event.day, []).append(event)
    for back in range(IN_WORDS):
        first = monday - timedelta(weeks=back)
        rows = [row for row in past.rows if first <= row.day < first + timedelta(weeks=1)]
        if rows:
            heading = {0: "This week", 1: "Last week"}.get(back, words.span(first, first + timedelta(days=6)))
            yield HistoryWeek(heading=heading, lines=tuple(_line(scene, past, row, log.get(row.day, [])) for row in reversed(rows)))


def _line(scene: Scene, past: Past, row: Row, log: Sequence[Event]) -> HistoryLine:
    promise, mine = past.promise, past.promise.member_id == scene.me.id
    said = [events.said(one, promise.member_id) for one in log if one.kind in events.CHECK_INS]
    actions, folded = _late_words(scene, promise, row, said, mine=mine)
    return HistoryLine(
        day=words.weekday(row.day) if row.day == row.last_day else "The week",
        text=", ".join([_stands(scene, past, row, said, mine=mine), *_beside(scene, past, row, said, mine=mine)]),
        state=threads.state_of(row),
        colour=scene.colours.get(promise.member_id, 1),
        said=tuple(one.line for one in check_ins.live(said) if one.kind is Kind.SEEN and one.line),
        link=_leads_on(scene, past, row, mine=mine),
        actions=actions,
        folded=folded,
    )


def _stands(scene: Scene, past: Past, row: Row, said: Sequence[Said], *, mine: bool) -> str:
    """How it stands; of a mended one in one line what happened, when it was owned, and that it held."""
    if row.outcome is not Outcome.MENDED:
        return words.outcome(row.outcome, row.value, waits=row.waits, mine=mine)
    live = check_ins.live(said)
    owned_at = min(one.at for one in live if one.kind in check_ins.OWNINGS)
    terms = schedule.terms_on(past.promise.plan, row.day)
    day = schedule.local_day(owned_at, terms.zone, terms.day_start)
    when = WHEN_OWNED.get(owning.owned(live, row.due_at, row.settles_at), "the same day" if day <= row.last_day else f"on {_day(day)}")
    who = "you" if mine else scene.names.get(past.promise.member_id, "")
    return f"did not happen, owned by {who} {when}, and it held {numbers.said(KEPT_TO_MEND)} times since: mended"


def _day(day: date) -> str:
    return f"{words.weekday(day)}, {words.date_of(day)}"


def _leads_on(scene: Scene, past: Past, row: Row, *, mine: bool) -> Link | None:
    """The way to both words of a difference; else to what was said about a miss, or to saying it: to the other once it has reached them."""
    if row.outcome is Outcome.OPEN:
        return Link(label="What each of you said", url=beside.difference_url(row))
    standing = past.standings.get(row.day, Standing())
    if row.outcome not in (Outcome.MISSED, Outcome.MENDED) or not standing.shows(writer=mine):
        return None
    url = f"/promises/{past.promise.id}/repairs/{row.day}"
    if standing.words is None and mine:
        return Link(label="Put it right in words", url=url)
    name = "you" if mine else scene.names.get(past.promise.member_id, "")
    return Link(label=f"What {name} said about it", url=url)


def _beside(scene: Scene, past: Past, row: Row, said: Sequence[Said], *, mine: bool) -> Iterable[str]:
    """What stands beside the outcome: one's own minute, told ahead, said by the other, owned when and as what, corrected, thanked."""
    live = check_ins.live(said)
    own = [one.at for one in check_ins.surviving(live) if one.by_promiser]
    if mine and own and row.outcome in (Outcome.KEPT, Outcome.LATE) and row.day == row.last_day:
        yield f"said at {words.clock(min(own), scene.me.zone)}"
    if row.day != row.last_day and row.done:
        yield words.plural(row.done, "day", "days")
    if row.told_ahead:
        yield "told ahead"
    if row.witnessed:
        yield "said by the other too" if own else "said by the other"
    if row.outcome in (Outcome.MISSED, Outcome.MENDED):
        yield from _as_owned(past, row, live, mine=mine)
    yield from _corrected(said, row, scene.now, mine=mine)
    if any(one.kind is Kind.SEEN for one in live):
        yield "thanked"


def _corrected(said: Sequence[Said], row: Row, now: datetime, *, mine: bool) -> Iterable[str]:
    """What was put right, which is to its author's credit, and stays to be seen."""
    live = check_ins.live(said)
    difference = differences.latest(said, now)
    if difference and difference.standing in ENDED:
        yield ENDED[difference.standing]
    elif row.outcome in (Outcome.MISSED, Outcome.MENDED) and differences.is_corrected(said):
        yield "corrected by you, and thank you for that" if mine else "corrected"
    elif any(one.kind in check_ins.OWNINGS for one in live) and any(one.kind is Kind.KEPT for one in live):
        yield "corrected"
    gone = {one.target for one in said if one.kind is Kind.UNDO}
    if any(one.id in gone and one.kind is not Kind.SEEN for one in said):
        yield "a word taken back"


def _as_owned(past: Past, row: Row, live: Sequence[Said], *, mine: bool) -> Iterable[str]:
    """When it was owned, which is to its promiser's credit, and what they call it, to the others only where it is shared."""
    when = owning.owned(live, row.due_at, row.settles_at)
    if when in WHEN_OWNED and row.outcome is not Outcome.MENDED:
        yield WHEN_OWNED[when]
    known = past.ownings.get(row.day, Owning())
    shown = known if mine else known.as_shared()
    yield from (
        said for said in (words.LABELS_OF_A_MISS.get(shown.label or ""), words.CAUSES.get(shown.cause) if shown.cause else None) if said
    )


def _late_words(
    scene: Scene, promise: Promise, row: Row, said: Sequence[Said], *, mine: bool
) -> tuple[tuple[Action, ...], tuple[Action, ...]]:
    """What is said of a day that is just over, on its line: thanks, a correction, and behind "More" that one saw it differently."""
    if not row.settles_at < scene.now <= row.settles_at + SAID_OF or row.waits:
        return (), ()
    back = f"/promises/{promise.id}"
    stands_kept = row.outcome in (Outcome.KEPT, Outcome.LATE)
    if mine:
        return ((cards.correction(scene, promise, row, back=back),) if stands_kept else ()), ()
    thanks = tuple(cards.thanking(scene, promise, row, check_ins.live(said), back=back))
    return thanks, ((cards.differing(scene, promise, row, back=back),) if stands_kept else ())


def older(scene: Scene, past: Past) -> str:
    first = scene.day_of(past.promise) - timedelta(weeks=IN_WORDS)
    older = [threads.state_of(row) for row in past.rows if row.day < first]
    return threads.told("Before", older) if older else ""
