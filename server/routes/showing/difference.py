"""A difference: what each said of one day, side by side, and what becomes of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from server.actions import folding
from server.db import Session
from server.domain import check_ins, differences, outcomes, schedule
from server.domain.check_ins import Said
from server.domain.differences import Difference, Standing
from server.domain.errors import NotFoundError
from server.domain.outcomes import Outcome
from server.domain.text import isolated
from server.routes.showing import cards, words
from server.routes.showing.scene import Scene
from server.store import occurrences
from server.store.occurrences import Row
from server.store.promises import Promise
from web.views import Action, DifferencePage, Link, Side

HEADINGS = {
    Standing.OPEN: "Seen differently",
    Standing.AGREED: "Agreed on",
    Standing.WITHDRAWN: "Left as it is",
    Standing.LAPSED: "Seen differently",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A day of a promise, what was said of it, the difference about it, and as what it stood before that."""

    promise: Promise
    row: Row
    said: Sequence[Said]
    difference: Difference
    stood: Outcome


def load(session: Session, promise: Promise, day: date, *, now: datetime) -> Found:
    """Read it; NotFoundError where everybody saw it alike, or where both let it go."""
    row = next(iter(occurrences.seen_of_promise(session, promise.id, first=day, last=day)), None)
    said = folding.said_in(session, {promise.id: promise}, [row])[row.key] if row else []
    difference = differences.latest(said, now)
    if row is None or difference is None:
        raise NotFoundError("There is nothing here.")
    occurrence = next(schedule.occurrences(promise.plan, row.day, row.day))
    stood = outcomes.judge(occurrence, differences.before(said), now, paused=False, was_active=True)
    return Found(promise, row, said, difference, stood.outcome)


def page(scene: Scene, found: Found) -> DifferencePage:
    """The page as the one who looks sees it."""
    promise, row, standing = found.promise, found.row, found.difference.standing
    mine = promise.member_id == scene.me.id
    is_owned = row.outcome in (Outcome.MISSED, Outcome.MENDED)
    repair = Link(label="Put it right in words", url=f"/promises/{promise.id}/repairs/{row.day}")
    return DifferencePage(
        eyebrow=words.full_date(row.last_day),
        heading=HEADINGS[standing],
        title=isolated(promise.title),
        about=words.due(row.due_at, schedule.terms_on(promise.plan, row.day), scene.me.zone),
        close_url=f"/promises/{promise.id}",
        sides=(_side(scene, promise.member_id, _promisers_word(scene, found)), *_others(scene, found)),
        notes=tuple(_notes(scene, found, mine=mine)),
        actions=tuple(_actions(scene, found)),
        foot=_foot(mine=mine) if standing is Standing.OPEN else "",
        link=repair if mine and is_owned and standing is Standing.AGREED else None,
    )


def _side(scene: Scene, member_id: UUID, text: str) -> Side:
    name = scene.names.get(member_id, "")
    return Side(
        name="You" if member_id == scene.me.id else name, initial=name[:1].upper(), colour=scene.colours.get(member_id, 1), text=text
    )


def _promisers_word(scene: Scene, found: Found) -> str:
    """As what it stood: to its promiser with the minute, to the others as it was due."""
    own = [one.at for one in check_ins.surviving(differences.before(found.said)) if one.by_promiser]
    terms = schedule.terms_on(found.promise.plan, found.row.day)
    if not own:
        return "It was said by another that it was kept."
    late = found.stood is Outcome.LATE
    on_time = " on time" if terms.due_time and not late else ""
    said = "It was kept late." if late else f"It was kept{on_time}."
    is_mine = found.promise.member_id == scene.me.id and terms.times is None
    return f"{said} Said at {words.clock(min(own), scene.me.zone)}." if is_mine else said


def _others(scene: Scene, found: Found) -> Iterable[Side]:
    for one in found.difference.seen_by:
        day = schedule.local_day(one.at, scene.me.zone, scene.me.day_start)
        yield _side(scene, one.member_id, f"It was otherwise. Said {_on(scene, day)}.")


def _on(scene: Scene, day: date) -> str:
    said = words.relative_day(day, scene.today)
    return said if said in ("today", "yesterday") else f"on {said}"


def _notes(scene: Scene, found: Found, *, mine: bool) -> Iterable[str]:
    promiser = "you" if mine else scene.names.get(found.promise.member_id, "")
    falls_on = schedule.local_day(found.difference.falls_at, scene.me.zone, scene.me.day_start)
    match found.difference.standing:
        case Standing.OPEN:
            yield "Both stand here as they were said, and nobody judges between them. Until it ends, the day counts neither way."
            yield f"On {words.full_date(falls_on)} it falls away by itself, and what {promiser} said stands. Nobody has to do anything."
        case Standing.AGREED if mine:
            yield "You agreed that it was missed. Thank you for putting that right."
        case Standing.AGREED:
            yield f"{promiser} agreed that it was missed, and put that right."
        case Standing.WITHDRAWN:
            yield f"It was left as it is: what {promiser} said stands."
        case Standing.LAPSED:
            yield f"It fell away by itself on {words.full_date(falls_on)}: what {promiser} said stands."


def _actions(scene: Scene, found: Found) -> Iterable[Action]:
    back = f"/promises/{found.promise.id}/differences/{found.row.day}"
    if found.difference.standing is Standing.OPEN:
        yield cards.ending(scene, found.promise, found.row, back=back)
    elif found.difference.standing is Standing.AGREED:
        yield from cards.thanking(scene, found.promise, found.row, check_ins.live(found.said), back=back)


def _foot(*, mine: bool) -> str:
    return (
        "Agreeing corrects your own word, and stays to be seen as that."
        if mine
        else "Leaving it does not say who was right. It ends the question, no more."
    )
