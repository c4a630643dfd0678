"""What a promiser says of their own miss, for themselves or shared."""

from datetime import date, datetime
from uuid import UUID

from server.actions import opening
from server.db import Session
from server.domain.check_ins import LABELS
from server.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from server.domain.outcomes import Outcome
from server.store import occurrences, ownings, promises
from server.store.ownings import Owning


def describe(session: Session, promise_id: UUID, day: date, owning: Owning, *, member_id: UUID, now: datetime) -> None:
    """Say what a miss was and why, or say it otherwise; it moves no figure."""
    promise = promises.visible(session, member_id, [promise_id]).get(promise_id)
    if promise is None:
        raise NotFoundError("There is no such promise.")
    if promise.member_id != member_id:
        raise NotAllowedError("Only the one who made the promise says what its miss was.")
    if owning.label is not None and owning.label not in LABELS:
        raise InvalidError("A miss has one of two labels, or none.", "label")
    opening.lock(session, [promise])
    row = occurrences.by_keys(session, [(promise_id, day)]).get((promise_id, day))
    if row is None or row.outcome not in (Outcome.MISSED, Outcome.MENDED):
        raise ConflictError("That one does not stand as missed.")
    ownings.put(session, promise_id, day, owning, bond_id=promise.bond_id, member_id=member_id, now=now)
