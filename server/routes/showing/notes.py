"""The page of what somebody keeps for themselves: everything but the words, which the server does not have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from server.actions import private as acts
from server.db import Session
from server.domain.private import text_of
from server.domain.reviews import LONGEST_LINE
from server.routes.showing import choosing, words
from server.store import bonds, passkeys, private, questions
from server.store.bonds import Bond
from server.store.private import Note
from server.store.questions import Question
from web.views import Choice, NotesPage, NoteWeek, Option

HEADING = "Only yours"
SHELVES = {"know": "Need to know", "hurt": "Might hurt", "therapist": "For the therapist"}
PAGE = 40
"""How many notes come in one answer."""


@dataclass(frozen=True, slots=True)
class Place:
    """A bond, who else is in it, and the week on whose page a question would come to stand now."""

    bond: Bond
    others: Sequence[str]
    to_on: date
    is_shown: bool


def load(session: Session, member_id: UUID, *, now: datetime) -> list[Place]:
    """Where a question of this member can be moved: to the bonds in which there is somebody to read it."""
    mine = bonds.of_member(session, member_id)
    people = bonds.people(session, [one.id for one in mine])
    others = {bond_id: [one.name for one in some if one.id != member_id] for bond_id, some in people.items()}
    return [Place(one, others[one.id], *acts.where(session, one, now=now)) for one in mine if others[one.id]]


def page(places: Sequence[Place]) -> NotesPage:
    """The page as it stands before it is opened."""
    shelves = tuple(Option(value=value, label=label, chosen=value == "know") for value, label in SHELVES.items())
    return NotesPage(heading=HEADING, shelves=Choice(options=shelves), most=LONGEST_LINE, weeks=tuple(_week(one) for one in places))


def keys(session: Session, member_id: UUID) -> dict[str, Any]:
    """The wrapped key by each passkey that has it, and those of one's passkeys that have it not."""
    kept = private.keys(session, member_id)
    wrapped = {credential for _, credential in kept}
    return {
        "mark": text_of(kept[0][0].mark) if kept else "",
        "keys": [
            {"credential": text_of(credential), "salt": text_of(key.salt), "wrapped": text_of(key.wrapped)} for key, credential in kept
        ],
        "others": [
            {"credential": text_of(one.credential_id), "name": one.name}
            for one in passkeys.of_member(session, member_id)
            if one.credential_id not in wrapped
        ],
        "count": private.count(session, member_id)[0],
    }


def sealed(session: Session, member_id: UUID, after: UUID | None) -> dict[str, Any]:
    """Some notes as the phone wrote them, from one on, and whether there are more."""
    found = private.notes(session, member_id, after=after, limit=PAGE + 1)
    asked = {one.id: one for one in questions.of_member(session, member_id)}
    mine = bonds.of_member(session, member_id)
    return {"notes": [_note(one, asked.get(one.id), mine) for one in found[:PAGE]], "more": len(found) > PAGE}


def moved(one: Question, mine: Sequence[Bond]) -> dict[str, Any]:
    """Where a question has come to stand."""
    query = next((choosing.query(mine, bond) for bond in mine if bond.id == one.bond_id), "")
    where = f"On the page of the week to {words.full_date(one.page_on or one.to_on)}."
    return {"where": where, "url": f"/weeks/{one.page_on}{query}" if one.page_on else ""}


def _note(note: Note, asked: Question | None, mine: Sequence[Bond]) -> dict[str, Any]:
    found = {"id": str(note.id), "kind": note.kind.value, "version": note.version, "sealed": text_of(note.sealed)}
    return {**found, "moved": moved(asked, mine) if asked else None}


def _week(place: Place) -> NoteWeek:
    names = words.listed(place.others)
    read = "reads" if len(place.others) == 1 else "read"
    day = words.full_date(place.to_on)
    where = f"It stands on the page of the week to {day} from now on" if place.is_shown else f"It waits for the page of the week to {day}"
    sentence = f"{where}, and {names} {read} it there." if place.is_shown else f"{where}. From then on {names} {read} it there."
    return NoteWeek(bond=str(place.bond.id), label=names, sentence=sentence)
