"""Writing a repair for a promise that was missed."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from server.actions import folding, opening
from server.db import Session
from server.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from server.domain.outcomes import Outcome
from server.store import events, ids, occurrences, promises
from server.store.events import Event

LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Repair:
    """What I did, how it landed, that it was on me, what I will do to put it right, and how I will keep it from happening again."""

    did: str
    landed: str
    mine: str
    right: str
    prevent: str


def repair(session: Session, promise_id: UUID, day: date, words: Repair, *, member_id: UUID, now: datetime) -> None:
    """Write a repair for a missed occurrence; it is mended once the next three are kept."""
    promise = promises.visible(session, member_id, [promise_id]).get(promise_id)
    if promise is None:
        raise NotFoundError("There is no such promise.")
    opening.lock(session, [promise])
    row = occurrences.by_keys(session, [(promise_id, day)]).get((promise_id, day))
    if row is None:
        raise NotFoundError("The promise was not due on that day.")
    if not words.prevent.strip():
        raise InvalidError("Say how you will keep it from happening again; one small thing.", "prevent")
    if any(len(text) > LONGEST for text in asdict(words).values()):
        raise InvalidError(f"Each answer takes {LONGEST} characters at most.")
    if promise.member_id != member_id:
        raise NotAllowedError("Only the one who made the promise can repair it.")
    if row.outcome not in (Outcome.MISSED, Outcome.MENDED):
        raise ConflictError("That one does not stand as missed.")
    events.append(session, [Event(ids.new(), events.REPAIR, promise.bond_id, promise.id, member_id, now, now, day, sent=asdict(words))])
    folding.refold(session, {promise.id: [day]}, now=now)
