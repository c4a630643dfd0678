"""What members keep for themselves, as ciphertext, and the key to it as each of their passkeys wraps it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update

from server.db import Session
from server.db import insert as into
from server.db.tables import passkeys, private_keys, private_notes
from server.domain.exported_words import OwnNote, OwnNotesKey, OwnQuestion
from server.domain.private import Kind, text_of
from server.store import questions


@dataclass(frozen=True, slots=True)
class Note:
    """A page of a journal or a parked question: `version` counts how often it was written, `sealed` only its author's phone can read."""

    member_id: UUID
    id: UUID
    kind: Kind
    version: int
    sealed: bytes
    made_on: date
    changed_on: date


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """The key to a member's notes as one passkey wraps it; `mark` is the same for every wrapping of the same key."""

    passkey_id: UUID
    member_id: UUID
    mark: bytes
    salt: bytes
    wrapped: bytes


NOTE = tuple(private_notes.c[name] for name in Note.__slots__)
KEY = tuple(private_keys.c[name] for name in WrappedKey.__slots__)


def notes(session: Session, member_id: UUID, *, after: UUID | None = None, limit: int | None = None) -> list[Note]:
    """A member's notes in the order of their ids, from one on where it is given."""
    query = select(*NOTE).where(private_notes.c.member_id == member_id).order_by(private_notes.c.id).limit(limit)
    rows = session.execute(query.where(private_notes.c.id > after) if after else query)
    return [Note(**{**row._mapping, "kind": Kind(row.kind)}) for row in rows]


def note(session: Session, member_id: UUID, note_id: UUID) -> Note | None:
    row = session.execute(select(*NOTE).where(private_notes.c.member_id == member_id, private_notes.c.id == note_id)).one_or_none()
    return Note(**{**row._mapping, "kind": Kind(row.kind)}) if row else None


def count(session: Session, member_id: UUID) -> tuple[int, int]:
    """How many notes a member has, and how many bytes they take."""
    sums = select(func.count(), func.coalesce(func.sum(func.length(private_notes.c.sealed)), 0))
    row = session.execute(sums.where(private_notes.c.member_id == member_id)).one()
    return row[0], row[1]


def insert(session: Session, one: Note) -> bool:
    """Write a new note; False where the member has one with this id."""
    made = into(session, private_notes).values(**asdict(one) | {"kind": one.kind.value})
    made = made.on_conflict_do_nothing(index_elements=["member_id", "id"])
    return session.execute(made.returning(private_notes.c.id)).first() is not None


def replace(session: Session, one: Note) -> bool:
    """Write the next version of a note; False where it has moved on meanwhile."""
    same = _is(one.member_id, one.id, one.version - 1)
    changed = update(private_notes).where(*same).values(version=one.version, sealed=one.sealed, changed_on=one.changed_on)
    return session.execute(changed).rowcount == 1


def remove(session: Session, member_id: UUID, note_id: UUID, version: int) -> bool:
    """Delete a note as it was seen; False where it has moved on meanwhile."""
    return session.execute(delete(private_notes).where(*_is(member_id, note_id, version))).rowcount == 1


def keys(session: Session, member_id: UUID) -> Sequence[tuple[WrappedKey, bytes]]:
    """The key to a member's notes by each passkey that wraps it, with the passkey's credential."""
    query = select(*KEY, passkeys.c.credential_id).join(passkeys, passkeys.c.id == private_keys.c.passkey_id)
    rows = session.execute(query.where(private_keys.c.member_id == member_id).order_by(private_keys.c.passkey_id))
    return [(WrappedKey(*row[:-1]), row.credential_id) for row in rows]


def put_key(session: Session, key: WrappedKey) -> None:
    """Keep the key as this passkey wraps it; what it wrapped before is replaced."""
    drop_key(session, key.passkey_id)
    session.execute(into(session, private_keys).values(**asdict(key)))


def drop_key(session: Session, passkey_id: UUID) -> None:
    session.execute(delete(private_keys).where(private_keys.c.passkey_id == passkey_id))


def exported(session: Session, member_id: UUID) -> dict[str, Any]:
    """What an export holds of it: ciphertext and wrapped keys, and in words what was moved to a week."""
    asked = [
        OwnQuestion(id=one.id, bond=one.bond_id, to_on=one.to_on, text=one.text, moved_at=one.moved_at)
        for one in questions.of_member(session, member_id)
    ]
    kept = [
        OwnNote(
            id=one.id,
            kind=one.kind.value,
            version=one.version,
            sealed=text_of(one.sealed),
            made_on=one.made_on,
            changed_on=one.changed_on,
        )
        for one in notes(session, member_id)
    ]
    return {"private_notes": kept, "private_keys": [_own_key(*one) for one in keys(session, member_id)], "week_questions": asked}


def remove_all(session: Session, member_id: UUID) -> None:
    """Delete all that a member kept for themselves, with every wrapping of its key, and what they moved: for who deletes their account."""
    questions.remove_all(session, member_id)
    for table in (private_notes, private_keys):
        session.execute(delete(table).where(table.c.member_id == member_id))


def _own_key(key: WrappedKey, credential: bytes) -> OwnNotesKey:
    return OwnNotesKey(credential=text_of(credential), mark=text_of(key.mark), salt=text_of(key.salt), wrapped=text_of(key.wrapped))


def _is(member_id: UUID, note_id: UUID, version: int) -> tuple[ColumnElement[bool], ...]:
    return private_notes.c.member_id == member_id, private_notes.c.id == note_id, private_notes.c.version == version
