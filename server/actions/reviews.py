"""Going through a week together: beginning, joining, moving on together, pausing, closing."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from server.db import Session
from server.domain import reviews as rules
from server.domain.errors import ConflictError, InvalidError, NotFoundError
from server.domain.reviews import HERE_AFTER_A_TAP, HERE_FOR, LAST, LENGTHS, STEPS, Step
from server.store import bonds, reviews, weeks
from server.store.reviews import Review, Seat

CLOSED = "It is closed; what you said stands here."


def begin(
    session: Session, bond_id: UUID, to_on: date, *, minutes: int = 30, on_one_phone: bool = False, member_id: UUID, now: datetime
) -> Review:
    """Begin the review of a week that was made, or join the one that has begun; what is left of an earlier one is taken up."""
    if minutes not in LENGTHS:
        raise InvalidError("It can take 15, 30 or 60 minutes.", "minutes")
    _enter(session, bond_id, member_id)
    review = reviews.get(session, bond_id, to_on)
    if review is None:
        if weeks.get(session, bond_id, to_on) is None:
            raise NotFoundError("There is no page of that week.")
        if left := reviews.unfinished_before(session, bond_id, to_on):
            _close(session, replace(left, goes_on_in=to_on), now)
        review = Review(bond_id, to_on, 0, minutes, on_one_phone, now)
    if review.closed_at is not None:
        raise ConflictError(CLOSED)
    return heard(session, review, member_id, now=now)


def be_here(session: Session, bond_id: UUID, to_on: date, *, member_id: UUID, now: datetime) -> Review:
    """Say that one's page is open; only who has joined is here, and nobody is once it is closed, which is no refusal."""
    review = _found(session, bond_id, to_on, member_id)
    if review.closed_at is not None:
        return review
    if member_id not in reviews.seats(session, review.key):
        raise ConflictError("Join it first.")
    return heard(session, review, member_id, now=now, here_for=HERE_FOR)


def go_on(session: Session, bond_id: UUID, to_on: date, step: Step, *, member_id: UUID, now: datetime) -> Review:
    """Say "next" to a step: it is over once all who are here have, the last closes it; to a step that is over it says nothing."""
    review = heard(session, entered(session, bond_id, to_on, member_id), member_id, now=now)
    if STEPS[review.step] is not step:
        return review
    if review.paused_at is not None:
        raise ConflictError("It is paused. Go on with it first.")
    reviews.put_seat(session, review.key, replace(reviews.seats(session, review.key)[member_id], ready=review.step))
    reviews.note(session, review)
    return _moved(session, review, now)


def stay(session: Session, bond_id: UUID, to_on: date, step: Step, *, member_id: UUID, now: datetime) -> Review:
    """Take "next" back, as long as the step stands."""
    review = heard(session, entered(session, bond_id, to_on, member_id), member_id, now=now)
    if STEPS[review.step] is step:
        reviews.put_seat(session, review.key, replace(reviews.seats(session, review.key)[member_id], ready=review.step - 1))
        reviews.note(session, review)
    return review


def pause(session: Session, bond_id: UUID, to_on: date, *, rests: bool, member_id: UUID, now: datetime) -> Review:
    """Let it rest, or go on, for everybody."""
    review = heard(session, entered(session, bond_id, to_on, member_id), member_id, now=now)
    review = replace(review, paused_at=(review.paused_at or now) if rests else None)
    reviews.put(session, review)
    reviews.note(session, review)
    return review


def entered(session: Session, bond_id: UUID, to_on: date, member_id: UUID) -> Review:
    """The review that runs, its bond locked; NotFoundError for who is not in the bond, ConflictError for one that is closed."""
    review = _found(session, bond_id, to_on, member_id)
    if review.closed_at is not None:
        raise ConflictError(CLOSED)
    return review


def heard(session: Session, review: Review, member_id: UUID, *, now: datetime, here_for: timedelta = HERE_AFTER_A_TAP) -> Review:
    """Note that somebody is here, and how long it has taken; whose page was not heard of for a while is here no more."""
    passed = rules.goes_by(now - review.heard_at) if review.heard_at and review.paused_at is None else timedelta(0)
    review = replace(review, seconds=review.seconds + int(passed.total_seconds()), heard_at=now)
    reviews.put(session, review)
    has_lapsed = reviews.forget_who_was_here(session, review.key, until=now)
    seat = reviews.seats(session, review.key).get(member_id, Seat(member_id))
    reviews.put_seat(session, review.key, replace(seat, here_until=now + here_for))
    if has_lapsed or seat.here_until is None:
        reviews.note(session, review)
    return review


def _found(session: Session, bond_id: UUID, to_on: date, member_id: UUID) -> Review:
    _enter(session, bond_id, member_id)
    review = reviews.get(session, bond_id, to_on)
    if review is None:
        raise NotFoundError("Nobody has begun that.")
    return review


def _enter(session: Session, bond_id: UUID, member_id: UUID) -> None:
    bonds.lock(session, [bond_id])
    if (bond_id, member_id) not in bonds.seats(session, [bond_id]):
        raise NotFoundError("There is no such bond.")


def _moved(session: Session, review: Review, now: datetime) -> Review:
    """The review at its next step, or closed, where those who have said "next" are enough."""
    theirs = {one for _, one in bonds.seats(session, [review.bond_id])}
    seats = {one: seat for one, seat in reviews.seats(session, review.key).items() if one in theirs}
    ready = {one for one, seat in seats.items() if seat.ready >= review.step}
    if review.step == LAST:
        return _close(session, review, now) if rules.closes(ready, seats.keys(), on_one_phone=review.on_one_phone) else review
    here = {one for one, seat in seats.items() if seat.here_until}
    if rules.moves_on(ready, here, on_one_phone=review.on_one_phone):
        review = replace(review, step=review.step + 1)
        reviews.put(session, review)
    return review


def _close(session: Session, review: Review, now: datetime) -> Review:
    """Close it, and keep nothing of who was here when."""
    closed = replace(review, closed_at=now, heard_at=None, paused_at=None)
    reviews.put(session, closed)
    reviews.forget_who_was_here(session, closed.key)
    reviews.note(session, closed)
    return closed
