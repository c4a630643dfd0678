"""Asking something of each other; only the asked one makes a promise of it, or says something else, or no."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from server.actions import promises
from server.actions.promises import Draft
from server.db import Session
from server.domain.errors import ConflictError, InvalidError, NotFoundError
from server.domain.reviews import LONGEST_ASK, line_of
from server.store import asks, bonds, ids
from server.store.asks import Answer, Ask
from server.store.promises import Promise


def ask(session: Session, wanted: Ask, *, now: datetime) -> Ask:
    """Ask something of somebody in a bond of one's own; the same id again changes nothing, the same id for something else is refused."""
    theirs = _enter(session, wanted.bond_id, wanted.from_id)
    if wanted.to_id == wanted.from_id or wanted.to_id not in theirs:
        raise InvalidError("Of whom do you ask it?", "to")
    asked = Ask(wanted.id, wanted.bond_id, wanted.from_id, wanted.to_id, line_of(wanted.text, "ask", LONGEST_ASK), now, wanted.to_on)
    known = asks.get(session, wanted.id)
    if known is None:
        asks.put(session, asked)
    elif (known.bond_id, known.from_id, known.to_id, known.text) != (asked.bond_id, asked.from_id, asked.to_id, asked.text):
        raise ConflictError("Something else has that id already.")
    return known or asked


def take_back(session: Session, ask_id: UUID, *, member_id: UUID, now: datetime) -> None:
    """Take an ask of one's own back while it is open."""
    found = _seen(session, ask_id, member_id)
    if found.from_id != member_id:
        raise NotFoundError("There is no such ask.")
    _answer(session, found, Answer.TAKEN_BACK, now)


def decline(session: Session, ask_id: UUID, *, member_id: UUID, now: datetime) -> None:
    """Say no, without a reason."""
    _answer(session, asked(session, ask_id, member_id), Answer.DECLINED, now)


def counter(session: Session, ask_id: UUID, text: str, *, member_id: UUID, now: datetime) -> None:
    """Offer something else; it becomes a promise, as ever, only when the one who offers it makes it."""
    found = asked(session, ask_id, member_id)
    _answer(session, replace(found, counter=line_of(text, "counter", LONGEST_ASK)), Answer.COUNTERED, now)


def accept(session: Session, ask_id: UUID, draft: Draft, *, member_id: UUID, now: datetime) -> Promise:
    """Make it a promise of one's own, in one's own words."""
    found = asked(session, ask_id, member_id)
    if not found.is_open:
        raise ConflictError("That has been answered.")
    if draft.bond_id != found.bond_id:
        raise InvalidError("What was asked is promised to those among whom it was asked.", "bond")
    promise = promises.make(session, ids.new(), draft, member_id=member_id, now=now)
    asks.put(session, replace(found, answer=Answer.ACCEPTED, answered_at=now, promise_id=promise.id))
    return promise


def asked(session: Session, ask_id: UUID, member_id: UUID) -> Ask:
    """An ask of this very member, its bond locked; NotFoundError for anybody else's."""
    found = _seen(session, ask_id, member_id)
    if found.to_id != member_id:
        raise NotFoundError("There is no such ask.")
    return found


def _seen(session: Session, ask_id: UUID, member_id: UUID) -> Ask:
    found = asks.get(session, ask_id)
    if found is None:
        raise NotFoundError("There is no such ask.")
    _enter(session, found.bond_id, member_id)
    return found


def _enter(session: Session, bond_id: UUID, member_id: UUID) -> set[UUID]:
    bonds.lock(session, [bond_id])
    theirs = {one for _, one in bonds.seats(session, [bond_id])}
    if member_id not in theirs:
        raise NotFoundError("There is no such bond.")
    return theirs


def _answer(session: Session, found: Ask, answer: Answer, now: datetime) -> None:
    if found.answer is answer and answer is not Answer.COUNTERED:
        return
    if not found.is_open:
        raise ConflictError("That has been answered.")
    asks.put(session, replace(found, answer=answer, answered_at=now))
