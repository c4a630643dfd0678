"""What of a bond can be opened to a supporter or printed: pieces of one member each, of twelve weeks, without what was let go."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from server.db import Session
from server.domain import schedule
from server.domain.outcomes import Outcome
from server.domain.reviews import LineKind
from server.domain.supporting import READ_BACK, Area
from server.domain.text import isolated
from server.routes.showing import words
from server.routes.showing.repair import LABELS
from server.store import bonds, let_goes, moments, occurrences, opened, promises
from server.store import words as written
from server.store.bonds import Bond
from server.store.members import Member
from server.store.occurrences import Row
from server.store.promises import Promise
from server.store.repairs import Standing
from web.views import OpenArea, OpenPiece

HEADINGS = {
    Area.PROMISES: "Promises, and how they went",
    Area.MENDING: "Mending",
    Area.REVIEWS: "Said in the weekly review",
    Area.ASKS: "Asked of each other",
    Area.MOMENTS: "Moments",
}
NAMES = {
    Area.PROMISES: "promises",
    Area.MENDING: "mending",
    Area.REVIEWS: "weekly reviews",
    Area.ASKS: "what you ask",
    Area.MOMENTS: "moments",
}
HOLDS = {
    Area.PROMISES: "what you promise each other, and how much of it was kept in twelve weeks",
    Area.MENDING: "what was sent about a day that was missed, with the promise that it is about",
    Area.REVIEWS: "thanks, and lines on what frayed, once the review is closed",
    Area.ASKS: "what you asked of each other, and what was offered",
    Area.MOMENTS: "what you plan together, and where",
}
SPOKEN = {LineKind.THANKS: "Thanks", LineKind.FRAYED: "On what frayed"}
OWNED = (Outcome.MISSED, Outcome.MENDED)
NOTHING = "Nothing in the last twelve weeks."


@dataclass(frozen=True, slots=True)
class Piece:
    """Something of one member; `line` names it for whoever lets it be printed."""

    area: Area
    line: str
    member_id: UUID
    title: str
    note: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A bond that is read, those in it, its promises, and from which day on."""

    bond: Bond
    people: Mapping[UUID, Member]
    promises: Mapping[UUID, Promise]
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(schedule.zone_of(self.bond.zone)).date()

    @property
    def since(self) -> date:
        return self.today - READ_BACK


def load(session: Session, bond: Bond, areas: Collection[Area], *, now: datetime) -> list[Piece]:
    """Everything in these areas of those who are in the bond, in the order of the areas."""
    people = {one.id: one for one in bonds.members_of(session, bond.id)}
    made = {one.id: one for one in promises.of_bond(session, bond.id) if one.member_id in people}
    reading = _Reading(bond, people, made, now)
    readers = {
        Area.PROMISES: _promised,
        Area.MENDING: _mended,
        Area.REVIEWS: _said,
        Area.ASKS: _asked,
        Area.MOMENTS: _planned,
    }
    return [piece for area in Area if area in areas for piece in readers[area](session, reading)]


def areas(found: Sequence[Piece], shown: Iterable[Area], people: Mapping[UUID, Member]) -> tuple[OpenArea, ...]:
    """The pieces under the headings of their areas."""
    return tuple(_area(area, [one for one in found if one.area is area], people) for area in shown)


def _area(area: Area, found: Sequence[Piece], people: Mapping[UUID, Member]) -> OpenArea:
    pieces = tuple(
        OpenPiece(who=isolated(people[one.member_id].name), title=isolated(one.title), note=one.note, words=one.words) for one in found
    )
    return OpenArea(heading=HEADINGS[area], pieces=pieces, empty="" if pieces else NOTHING)


def _promised(session: Session, reading: _Reading) -> Iterable[Piece]:
    rows = occurrences.by_promise(occurrences.seen_in_bonds(session, [reading.bond.id], reading.since, reading.today))
    for promise in reading.promises.values():
        ended = promise.plan.released_on
        if ended is None or ended >= reading.since:
            when = words.when(promise.plan.terms[-1], reading.bond.zone)
            note = ", ".join(filter(None, (when, _counted(rows.get(promise.id, [])), "ended" if ended and ended <= reading.today else "")))
            yield Piece(Area.PROMISES, f"promise:{promise.id}", promise.member_id, promise.title, note)


def _counted(rows: Sequence[Row]) -> str:
    """How much was kept of what has a value."""
    valued = [row for row in rows if row.value is not None]
    return f"{sum(row.outcome is Outcome.KEPT for row in valued)} of {len(valued)} kept" if valued else ""


def _mended(session: Session, reading: _Reading) -> Iterable[Piece]:
    """What has reached the other in writing about a day that is still owned; never what is for the ear, and nothing that was let go."""
    said = written.standings(session, reading.bond.id, [reading.bond.id])
    gone = let_goes.gone(session, reading.promises)
    known = {key: one for key, one in said.items() if key[0] in reading.promises and key[1] >= reading.since and key not in gone}
    rows = occurrences.by_keys(session, known.keys())
    for key in sorted(rows, key=lambda one: one[1], reverse=True):
        told = tuple(_told(known[key]))
        if told and rows[key].outcome in OWNED:
            promise = reading.promises[key[0]]
            note = words.full_date(key[1]) + (", mended since" if rows[key].outcome is Outcome.MENDED else "")
            yield Piece(Area.MENDING, f"mending:{promise.id}:{key[1]}", promise.member_id, promise.title, note, told)


def _told(standing: Standing) -> Iterable[str]:
    sent = standing.words_for(writer=False) if standing.has_reached else None
    for name, text in asdict(sent).items() if sent else ():
        if text.strip():
            yield f"{LABELS[name].format(name='the other')}: {text.strip()}"


def _said(session: Session, reading: _Reading) -> Iterable[Piece]:
    for one in opened.spoken(session, reading.bond.id, since=reading.since):
        if one.member_id in reading.people:
            note = f"week that ended on {words.date_of(one.to_on)}"
            yield Piece(Area.REVIEWS, f"review:{one.id}", one.member_id, SPOKEN[one.kind], note, (one.text,))


def _asked(session: Session, reading: _Reading) -> Iterable[Piece]:
    for one in opened.asked(session, reading.bond.id, list(reading.people), since=reading.now - READ_BACK):
        day = words.date_of(one.asked_at.astimezone(schedule.zone_of(reading.bond.zone)).date())
        title = f"Asked {isolated(reading.people[one.to_id].name)}"
        yield Piece(Area.ASKS, f"ask:{one.id}", one.from_id, title, day, (one.text,))
        if one.counter:
            title = f"Offered {isolated(reading.people[one.from_id].name)} instead"
            yield Piece(Area.ASKS, f"offer:{one.id}", one.to_id, title, day, (one.counter,))


def _planned(session: Session, reading: _Reading) -> Iterable[Piece]:
    for one in moments.planned(session, [reading.bond.id], since=reading.since):
        if one.member_id in reading.people:
            note = ", ".join(filter(None, (words.full_date(one.on_date), one.place)))
            yield Piece(Area.MOMENTS, f"moment:{one.id}", one.member_id, one.what, note)
