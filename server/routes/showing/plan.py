"""The plan of a bond on one page: who said what, what is being put right, what is planned, and what is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from server.db import Session
from server.domain.outcomes import Outcome
from server.domain.text import isolated
from server.routes.showing import words
from server.routes.showing.promise_page import has_ended
from server.routes.showing.scene import Scene
from server.store import asks, let_goes, moments, occurrences, promises
from server.store import words as written
from server.store.asks import Ask
from server.store.bonds import Bond
from server.store.members import Member
from server.store.moments import Moment
from server.store.moves import Move
from server.store.promises import Pause, Promise
from web.views import PlanMember, PlanPage, PlanRow

HEADING = "What we said we would do"
LONG = 14
"""From how many promises on the words are smaller on paper."""


@dataclass(frozen=True, slots=True)
class Found:
    """A bond's plan: its running promises, what rests, of which day each mending promise grew (by its id), what is planned and asked."""

    scene: Scene
    bond: Bond
    running: Sequence[Promise]
    pauses: Sequence[Pause]
    grown: dict[UUID, Promise]
    planned: Sequence[Moment]
    asked: Sequence[Ask]
    moves: Sequence[Move]

    @property
    def people(self) -> Sequence[Member]:
        return self.scene.people[self.bond.id]


def load(session: Session, scene: Scene, bond: Bond) -> Found:
    """Read it; personal promises are no part of it, for it may hang on a wall."""
    running = [one for one in scene.promises.values() if one.bond_id == bond.id and not has_ended(scene, one)]
    ids = {one.id for one in running}
    return Found(
        scene=scene,
        bond=bond,
        running=running,
        pauses=promises.pauses_of(session, running),
        grown={one: origin for one, origin in _grown(session, scene, bond) if one in ids},
        planned=moments.planned(session, [bond.id], since=scene.today),
        asked=[one for one in asks.of_member(session, scene.me.id, since=scene.now) if one.bond_id == bond.id and one.is_open],
        moves=[one for one in scene.moves.values() if one.promise_id in ids and one.agreed is None and _is_to_come(scene, one)],
    )


def page(found: Found | None) -> PlanPage:
    """The page; None for who is in no bond."""
    if found is None:
        return PlanPage(eyebrow="", heading=HEADING, empty="The plan begins when there are two of you.")
    today = found.scene.today
    return PlanPage(
        eyebrow=f"{words.listed([one.name for one in found.people])}, {words.date_of(today)} {today.year}",
        heading=HEADING,
        people=tuple(_member(found, place, one) for place, one in enumerate(found.people, 1)),
        mending=tuple(_row(found, one) for one in found.running if one.id in found.grown),
        moments=tuple(_moment(one) for one in found.planned),
        asks=(*(_move(found, one) for one in found.moves), *(_ask(found, one) for one in found.asked)),
        is_long=len(found.running) > LONG,
    )


def _grown(session: Session, scene: Scene, bond: Bond) -> Iterable[tuple[UUID, Promise]]:
    """The promises that a repair became, as long as it is known to who looks, neither let go nor mended yet."""
    standings = written.standings(session, scene.me.id, [bond.id])
    linked = {key: one for key, one in standings.items() if one.linked_id and key[0] in scene.promises}
    gone = let_goes.gone(session, {promise_id for promise_id, _ in linked})
    rows = occurrences.by_keys(session, linked.keys() - gone)
    for key, row in rows.items():
        origin, standing = scene.promises[key[0]], linked[key]
        knows = origin.member_id == scene.me.id or standing.has_reached
        if row.outcome is Outcome.MISSED and knows and standing.linked_id:
            yield standing.linked_id, origin


def _is_to_come(scene: Scene, move: Move) -> bool:
    """Whether nothing was said yet of the day that is asked to be moved."""
    return any(row.day == move.day and row.outcome is Outcome.PENDING for row in scene.rows.get(move.promise_id, []))


def _member(found: Found, place: int, member: Member) -> PlanMember:
    rows = tuple(_row(found, one) for one in found.running if one.member_id == member.id and one.id not in found.grown)
    empty = "" if rows else "Nothing promised yet."
    return PlanMember(name=isolated(member.name), initial=member.name[:1].upper(), colour=place, rows=rows, empty=empty)


def _row(found: Found, promise: Promise) -> PlanRow:
    origin = found.grown.get(promise.id)
    notes = [_resting(found, promise), f"{_name(found, promise.member_id)}, grown from ‘{isolated(origin.title)}’" if origin else ""]
    return PlanRow(
        title=isolated(promise.title),
        when=words.when(promise.plan.terms[-1], found.scene.me.zone),
        done_when=promise.done_when or "",
        cue=promise.cue or "",
        note=", ".join(filter(None, notes)),
    )


def _resting(found: Found, promise: Promise) -> str:
    day = found.scene.day_of(promise)
    until = max((one.until_on for one in found.pauses if one.covers(promise, day)), default=None)
    return f"rests until {words.date_of(until)}" if until else ""


def _moment(one: Moment) -> str:
    return ", ".join(
        filter(None, (isolated(one.what), words.full_date(one.on_date), f"{one.at_time:%H:%M}" if one.at_time else "", isolated(one.place)))
    )


def _ask(found: Found, one: Ask) -> str:
    offer = f" ({_name(found, one.to_id)} offers: {isolated(one.counter)})" if one.counter else ""
    return f"{_name(found, one.from_id)} asks {_name(found, one.to_id)}: {isolated(one.text)}{offer}"


def _move(found: Found, one: Move) -> str:
    promise = found.scene.promises[one.promise_id]
    whose, title = _name(found, promise.member_id), isolated(promise.title)
    return f"{whose} asks to move ‘{title}’ from {words.full_date(one.day)} to {words.full_date(one.to_on)}"


def _name(found: Found, member_id: UUID) -> str:
    return found.scene.names.get(member_id, "")
