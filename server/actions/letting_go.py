"""Letting an episode go, both of you: it leaves every list, summary and picture, and changes neither the log nor a figure."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from server.actions import opening, summaries
from server.db import Session
from server.domain.errors import ConflictError, NotFoundError
from server.domain.outcomes import Outcome
from server.store import let_goes, milestones, notices, occurrences, promises
from server.store.let_goes import LetGo
from server.store.occurrences import Row
from server.store.promises import Promise

EPISODES = (Outcome.MISSED, Outcome.MENDED, Outcome.OPEN, Outcome.UNREPORTED)


def propose(session: Session, promise_id: UUID, day: date, *, member_id: UUID, now: datetime) -> None:
    """Propose to let a day go, once; the other's yes is needed, and nobody asks for it a second time."""
    promise, _ = _episode(session, promise_id, day, member_id)
    if let_goes.get(session, promise_id, day) is not None:
        return
    hurt_id = None if member_id == promise.member_id else member_id
    let_goes.put(session, LetGo(promise_id, day, _bond(promise), member_id, now, hurt_id))


def agree(session: Session, promise_id: UUID, day: date, *, member_id: UUID, now: datetime) -> None:
    """Say yes to letting it go: from here on it is seen nowhere."""
    promise, row = _episode(session, promise_id, day, member_id)
    proposed = let_goes.get(session, promise_id, day)
    if proposed is None:
        raise ConflictError("Nobody has proposed that.")
    if proposed.agreed_at is not None:
        return
    if proposed.proposed_by == member_id or (proposed.hurt_id is not None and promise.member_id != member_id):
        raise ConflictError("It takes the other’s yes.")
    let_goes.put(session, replace(proposed, hurt_id=proposed.hurt_id or member_id, agreed_at=now))
    mends = [str(one) for one in milestones.mends(session, promise_id, day)]
    notices.drop_about(session, promise_id, day, row.last_day, mends)
    summaries.remake(session, _bond(promise), row.last_day, now=now)


def _episode(session: Session, promise_id: UUID, day: date, member_id: UUID) -> tuple[Promise, Row]:
    promise = promises.visible(session, member_id, [promise_id]).get(promise_id)
    if promise is None:
        raise NotFoundError("There is no such promise.")
    opening.lock(session, [promise])
    row = occurrences.by_keys(session, [(promise_id, day)]).get((promise_id, day))
    if promise.bond_id is None or row is None or row.outcome not in EPISODES or row.waits:
        raise NotFoundError("There is nothing here to let go.")
    return promise, row


def _bond(promise: Promise) -> UUID:
    if promise.bond_id is None:
        raise NotFoundError("There is nothing here to let go.")
    return promise.bond_id
