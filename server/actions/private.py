"""Keeping what only oneself can read, and moving a parked question to the page of a week, which alone sends it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from server.actions import limits
from server.db import Session
from server.domain import private as rules
from server.domain import schedule
from server.domain.errors import ConflictError, InvalidError, NotFoundError
from server.domain.limits import Limit
from server.domain.members import DAY_START
from server.domain.private import MOST_BYTES, MOST_NOTES, Kind
from server.domain.reviews import line_of
from server.store import bonds, members, passkeys, private, questions, reviews, weeks
from server.store.bonds import Bond
from server.store.private import Note, WrappedKey
from server.store.questions import Question

WRITES = Limit(240, timedelta(hours=1))
OTHERWISE = "That was changed on another phone meanwhile."
NO_NOTE = "There is no such note."


def keep_key(session: Session, credential_id: bytes, *, member_id: UUID, mark: bytes, salt: bytes, wrapped: bytes) -> None:
    """Keep the key to one's notes as a passkey of one's own wraps it; a second key beside one that is kept is refused."""
    members.lock_one(session, member_id)
    passkey = passkeys.by_credential(session, credential_id)
    if passkey is None or passkey.member_id != member_id:
        raise NotFoundError("There is no such passkey.")
    if any(one.mark != mark for one, _ in private.keys(session, member_id)):
        raise ConflictError("Your notes have another key already.")
    private.put_key(session, WrappedKey(passkey.id, member_id, mark, salt, wrapped))


def write(session: Session, note: Note) -> Note:
    """Keep a new note; the same once more changes nothing."""
    members.lock_one(session, note.member_id)
    known = private.note(session, note.member_id, note.id)
    if known is not None:
        if (known.kind, known.sealed) != (note.kind, note.sealed):
            raise ConflictError(OTHERWISE)
        return known
    _check_room(session, note.member_id, len(note.sealed), more=1)
    private.insert(session, note)
    return note


def change(session: Session, note_id: UUID, version: int, sealed: bytes, *, member_id: UUID, now: datetime) -> Note:
    """Keep the next version of a note; ConflictError where it was changed elsewhere meanwhile, so that nothing is written over."""
    known = _own(session, note_id, member_id)
    if known.version == version and known.sealed == sealed:
        return known
    _check_room(session, member_id, len(sealed) - len(known.sealed))
    changed = replace(known, version=version, sealed=sealed, changed_on=now.date())
    if known.version != version - 1 or not private.replace(session, changed):
        raise ConflictError(OTHERWISE)
    return changed


def remove(session: Session, note_id: UUID, version: int, *, member_id: UUID) -> None:
    """Delete a note as it was seen."""
    _own(session, note_id, member_id)
    if not private.remove(session, member_id, note_id, version):
        raise ConflictError(OTHERWISE)


def move(session: Session, note_id: UUID, bond_id: UUID, text: str, *, member_id: UUID, now: datetime) -> Question:
    """Put a parked question on the page of a week, in words that the others of the bond read from then on."""
    note = _own(session, note_id, member_id)
    bonds.lock(session, [bond_id])
    if (bond_id, member_id) not in bonds.seats(session, [bond_id]):
        raise NotFoundError("There is no such bond.")
    if note.kind is not Kind.QUESTION:
        raise InvalidError("Only a parked question can be moved.")
    if _question(session, note_id, member_id):
        raise ConflictError("It stands on the page of a week already.")
    to_on, is_shown = where(session, bonds.get(session, bond_id), now=now)
    asked = Question(bond_id, note_id, member_id, to_on, line_of(text), now, to_on if is_shown else None)
    questions.put(session, asked)
    return asked


def take_back(session: Session, note_id: UUID, *, member_id: UUID) -> None:
    """Take a question back, and keep it for oneself as before, as long as the page of its week is not there."""
    _own(session, note_id, member_id)
    asked = _question(session, note_id, member_id)
    if asked is None:
        return
    if asked.is_shown:
        raise ConflictError("The page of that week is there, and it stands on it.")
    questions.remove(session, asked)


def where(session: Session, bond: Bond, *, now: datetime) -> tuple[date, bool]:
    """The last day of the week on whose page a question comes to stand now, and whether that page is there already."""
    latest = next(iter(weeks.of_bond(session, bond.id, 1)), None)
    last = latest.to_on if latest else None
    review = reviews.get(session, bond.id, last) if last else None
    today = schedule.local_day(now, bond.zone, DAY_START)
    to_on = rules.week_of(last, is_closed=bool(review and review.closed_at), coming=bond.next_review_on, today=today)
    return to_on, to_on == last


def knock(session: Session, member_id: UUID, *, now: datetime) -> None:
    """Count one write; TooManyError where there were too many."""
    limits.take(session, f"notes {member_id}", WRITES, now=now)


def _own(session: Session, note_id: UUID, member_id: UUID) -> Note:
    members.lock_one(session, member_id)
    found = private.note(session, member_id, note_id)
    if found is None:
        raise NotFoundError(NO_NOTE)
    return found


def _question(session: Session, note_id: UUID, member_id: UUID) -> Question | None:
    return next((one for one in questions.of_member(session, member_id) if one.id == note_id), None)


def _check_room(session: Session, member_id: UUID, taken: int, more: int = 0) -> None:
    held, size = private.count(session, member_id)
    if held + more > MOST_NOTES or size + taken > MOST_BYTES:
        raise InvalidError("There is no more room for notes here. Save the old ones as text and delete some of them.")
