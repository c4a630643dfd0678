"""What the others say to a milestone."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from server.db import Session
from server.domain import check_ins
from server.domain import text as words
from server.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from server.store import bonds, milestones
from server.store.milestones import Answer, Milestone

LONGEST = 280


def milestone_for(session: Session, milestone_id: UUID, member_id: UUID) -> Milestone:
    """The milestone, if it is of an open bond of this member's or of their own personal promise; else NotFoundError."""
    found = milestones.get(session, milestone_id)
    mine = {one.id for one in bonds.of_member(session, member_id)}
    if found is None or (found.bond_id not in mine if found.bond_id else found.member_id != member_id):
        raise NotFoundError("There is no such milestone.")
    return found


def answer(
    session: Session, milestone_id: UUID, line: str, *, id: UUID, member_id: UUID, now: datetime, at: datetime | None = None
) -> None:
    """Say something to what another, or all together, have reached; what was said last stands, and the same id again changes nothing."""
    milestone = milestone_for(session, milestone_id, member_id)
    if milestone.member_id == member_id:
        raise NotAllowedError("This one is yours; what is said to it comes from the others.")
    given = Answer(id, milestone_id, member_id, _checked(line), at or now)
    if known := milestones.answer_of(session, id):
        if known != replace(given, at=at or known.at):
            raise ConflictError("Another answer has that id already.")
        return
    check_ins.check_at(given.at, now)
    milestones.answer(session, milestone, given)


def _checked(line: str) -> str:
    said = words.line_of(line, "line")
    if not words.is_seen(said):
        raise InvalidError("A few words, please.", "line")
    if len(said) > LONGEST:
        raise InvalidError(f"Up to {LONGEST} characters, please.", "line")
    return said
