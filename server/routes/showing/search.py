"""What somebody finds in their own words and in those that were shared with them, and nothing else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from server.db import Session
from server.domain import schedule, search
from server.domain.errors import InvalidError
from server.domain.outcomes import Outcome
from server.domain.repairs import Repair
from server.domain.schedule import DAY
from server.domain.search import Wanted
from server.domain.text import isolated
from server.routes.showing import choosing, words
from server.routes.showing.repair import LABELS
from server.store import bonds, let_goes, members, milestones, moments, occurrences, promises, questions
from server.store import words as written
from server.store.bonds import Bond
from server.store.members import Member
from server.store.occurrences import Key
from server.store.promises import Promise
from server.store.repairs import Standing
from web.views import Hit, Input, SearchPage, Stretch

MOST = 50
MOST_MOMENTS = 5000
MISSED = (Outcome.MISSED, Outcome.MENDED)
NOTHING = "Nothing of yours, and nothing that was shared with you, has these words."
MORE = f"These are the latest {MOST}. One more word narrows it."


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words: of which day, what they are, of which promise, and where they stand; `url` is empty for what stands on no page now."""

    day: date
    label: str
    title: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who looks, when, and what they may read: their bonds, by id the promises and people in them, and the days that were let go."""

    me: Member
    now: datetime
    bonds: Sequence[Bond]
    people: Mapping[UUID, Sequence[Member]]
    promises: Mapping[UUID, Promise]
    gone: set[Key]

    def day(self, at: datetime) -> date:
        return schedule.local_day(at, self.me.zone, self.me.day_start)

    def who(self, member_id: UUID) -> str:
        names = {one.id: isolated(one.name) for some in self.people.values() for one in some}
        return "you" if member_id == self.me.id else names.get(member_id, "somebody who has left")

    def to_whom(self, promise: Promise) -> str:
        """Those to whom it was promised, as its promiser calls them."""
        people = self.people.get(promise.bond_id, []) if promise.bond_id else []
        return words.listed([one.name for one in people if one.id != promise.member_id]) or "others"


def load(session: Session, member_id: UUID, *, now: datetime) -> list[Piece]:
    """All that a member may read, the latest first; the number of statements does not grow with what there is."""
    me = members.get(session, member_id)
    mine = bonds.of_member(session, me.id)
    people = bonds.people(session, [one.id for one in mine])
    seen = {one.id: one for one in promises.of_member(session, me.id)}
    reader = _Reader(me, now, mine, people, seen, let_goes.gone(session, seen))
    parts = (_thanks, _repairs, _moments, _answers, _reviews, _questions, _asks)
    found = [*_promises(reader), *(piece for part in parts for piece in part(session, reader))]
    return sorted(found, key=lambda one: one.day, reverse=True)


def find(pieces: Iterable[Piece], wanted: Wanted) -> list[Piece]:
    """Those that have all the words."""
    return [one for one in pieces if wanted.stand_in(one.text)]


def page(
    typed: str = "", found: Sequence[Piece] | None = None, wanted: Wanted | None = None, refusal: InvalidError | None = None
) -> SearchPage:
    """The page: the form alone, what was found, or why nothing was looked for."""
    hits = tuple(_hit(one, wanted) for one in found[:MOST]) if found and wanted else ()
    note = NOTHING if found == [] else MORE if found and len(found) > MOST else ""
    return SearchPage(heading="Search", q=Input(value=typed, error=str(refusal or "")), hits=hits, note=note)


def _hit(piece: Piece, wanted: Wanted) -> Hit:
    return Hit(
        day=f"{words.date_of(piece.day)} {piece.day.year}",
        label=piece.label,
        title=isolated(piece.title),
        url=piece.url,
        parts=tuple(Stretch(text=one.text, is_found=one.is_found) for one in search.excerpt(wanted, piece.text)),
    )


def _promises(reader: _Reader) -> Iterator[Piece]:
    for one in reader.promises.values():
        day, url = reader.day(one.made_at), f"/promises/{one.id}"
        whose = "You promised" if one.member_id == reader.me.id else f"{reader.who(one.member_id).capitalize()} promised"
        yield Piece(day, whose, "", one.title, url)
        if one.done_when:
            yield Piece(day, "Done looks like", one.title, one.done_when, url)
        if one.cue:
            yield Piece(day, "If and then", one.title, one.cue, url)


def _thanks(session: Session, reader: _Reader) -> Iterator[Piece]:
    for line in written.lines(session, [one.id for one in reader.bonds]):
        promise = reader.promises.get(line.promise_id)
        if promise and _name(promise, line.day) not in reader.gone:
            yield Piece(line.day, f"Thanks from {reader.who(line.member_id)}", promise.title, line.text, f"/promises/{promise.id}")


def _repairs(session: Session, reader: _Reader) -> Iterator[Piece]:
    """Words about days that still stand as missed: one's own, drafts too, and of the others what they sent."""
    standings = written.standings(session, reader.me.id, [one.id for one in reader.bonds])
    drafts = [one for one in written.drafts(session, reader.me.id) if standings.get((one.promise_id, one.day), Standing()).words is None]
    keys = {key for key in (*standings, *((one.promise_id, one.day) for one in drafts)) if key not in reader.gone}
    stands = {key for key, row in occurrences.by_keys(session, keys).items() if row.outcome in MISSED and key[0] in reader.promises}
    for key, standing in standings.items():
        if key in stands:
            promise = reader.promises[key[0]]
            yield from _written(reader, promise, key[1], standing.words_for(writer=promise.member_id == reader.me.id), is_draft=False)
    for draft in drafts:
        if (draft.promise_id, draft.day) in stands:
            yield from _written(reader, reader.promises[draft.promise_id], draft.day, draft.words, is_draft=True)


def _written(reader: _Reader, promise: Promise, day: date, said: Repair | None, *, is_draft: bool) -> Iterator[Piece]:
    whose = "Your draft" if is_draft else f"Written by {reader.who(promise.member_id)}"
    for field, label in LABELS.items():
        if said and (text := getattr(said, field).strip()):
            about = label.format(name=reader.to_whom(promise) if promise.member_id == reader.me.id else "you")
            yield Piece(day, f"{whose}: {about}", promise.title, text, f"/promises/{promise.id}/repairs/{day}")


def _moments(session: Session, reader: _Reader) -> Iterator[Piece]:
    today = reader.day(reader.now)
    for one in moments.planned(session, [one.id for one in reader.bonds], since=date.min, limit=MOST_MOMENTS):
        yield Piece(one.on_date, "A moment", "", ", ".join(filter(None, (one.what, one.place))), "/moments" if one.on_date >= today else "")


def _answers(session: Session, reader: _Reader) -> Iterator[Piece]:
    for bond in reader.bonds:
        for milestone, said in milestones.answered(session, bond.id, since=bond.made_at, until=reader.now + DAY):
            promise = reader.promises.get(milestone.promise_id) if milestone.promise_id else None
            label = f"Said by {reader.who(said.member_id)} to a milestone"
            yield Piece(reader.day(said.at), label, promise.title if promise else "", said.line, f"/milestones/{milestone.id}")


def _reviews(session: Session, reader: _Reader) -> Iterator[Piece]:
    addresses = {one.id: choosing.query(reader.bonds, one) for one in reader.bonds}
    for one in written.spoken(session, [*addresses]):
        url = f"/weeks/{one.to_on}/review{addresses[one.bond_id]}"
        yield Piece(reader.day(one.said_at), f"Said by {reader.who(one.member_id)} in the review", "", one.text, url)


def _questions(session: Session, reader: _Reader) -> Iterator[Piece]:
    """Those that stand on the page of a week; before it is there a question is its author's alone."""
    addresses = {one.id: choosing.query(reader.bonds, one) for one in reader.bonds}
    for one in questions.of_bonds(session, [*addresses]):
        if one.page_on:
            url = f"/weeks/{one.page_on}{addresses[one.bond_id]}"
            yield Piece(reader.day(one.moved_at), f"Brought by {reader.who(one.member_id)} to talk about", "", one.text, url)
        elif one.member_id == reader.me.id:
            yield Piece(reader.day(one.moved_at), "Waits for the page of the week", "", one.text, "/notes")


def _asks(session: Session, reader: _Reader) -> Iterator[Piece]:
    for one in written.asked(session, reader.me.id, [one.id for one in reader.bonds]):
        day, asker, asked = reader.day(one.asked_at), reader.who(one.from_id), reader.who(one.to_id)
        yield Piece(day, f"Asked by {asker} of {asked}", "", one.text, "/asks")
        if one.counter:
            yield Piece(day, f"Offered instead by {asked}", one.text, one.counter, "/asks")


def _name(promise: Promise, day: date) -> Key:
    """The name of the occurrence that a day speaks of."""
    occurrence = schedule.occurrence_of(promise.plan, day)
    return promise.id, occurrence.day if occurrence else day
