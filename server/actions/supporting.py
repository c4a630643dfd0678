"""Asking somebody from outside to support a bond: proposed by one, agreed by all, ended by anyone at once."""

from datetime import datetime, timedelta
from secrets import token_bytes
from uuid import UUID

from server.actions import limits
from server.actions.invitations import ASKING, GONE, LASTS
from server.db import Session
from server.domain import secrets, supporting
from server.domain.errors import ConflictError, InvalidError, NotFoundError
from server.domain.limits import Limit
from server.domain.supporting import OPEN_FOR, Area, Opening
from server.store import bonds, ids, supporters
from server.store.supporters import Supporter

PROPOSING = Limit(3, timedelta(days=30))
NONE = "There is no supporter here."


def propose(session: Session, bond_id: UUID, *, who: str, member_id: UUID, now: datetime) -> Supporter:
    """Propose somebody, which is one's own yes; after another's no only that one may propose again."""
    _check_seat(session, bond_id, member_id)
    if supporters.of_bond(session, bond_id):
        raise ConflictError("Somebody is proposed already, or supports you.")
    if not may_propose(session, bond_id, member_id):
        raise ConflictError("This was answered with a no, which is not asked about again.")
    limits.take(session, f"propose:{bond_id}:{member_id}", PROPOSING, now=now)
    proposed = Supporter(ids.new(), bond_id, member_id, supporting.who_of(who), now)
    supporters.put(session, proposed)
    supporters.consent(session, proposed, member_id)
    return proposed


def may_propose(session: Session, bond_id: UUID, member_id: UUID) -> bool:
    """Whether nobody else's no stands in the way."""
    before = supporters.latest(session, bond_id)
    return before is None or not before.declined or before.ended_by == member_id


def answer(session: Session, bond_id: UUID, *, agrees: bool, member_id: UUID, now: datetime) -> None:
    """Say yes or no to who was proposed, once; a no ends it."""
    proposed = held(session, bond_id, member_id)
    if member_id in supporters.consents(session, proposed):
        raise ConflictError("You have said yes to this.")
    if agrees:
        supporters.consent(session, proposed, member_id)
    else:
        supporters.end(session, proposed, by=member_id, now=now, declined=True)


def is_agreed(session: Session, supporter: Supporter) -> bool:
    """Whether everybody who is in the bond has agreed."""
    return {one.id for one in bonds.members_of(session, supporter.bond_id)} <= supporters.consents(session, supporter)


def invite(session: Session, bond_id: UUID, *, member_id: UUID, now: datetime) -> str:
    """Ask in whom all have agreed to; returns the token, which is shown once. An earlier one opens nothing any more."""
    agreed = held(session, bond_id, member_id)
    if agreed.member_id or not is_agreed(session, agreed):
        raise ConflictError("They are here already." if agreed.member_id else "They are asked in once all of you have said yes.")
    limits.take(session, f"invite:{member_id}", ASKING, now=now)
    token = secrets.token_of(token_bytes(secrets.TOKEN_BYTES))
    supporters.ask_in(session, agreed, token_hash=secrets.hash_of(token), expires_at=now + LASTS)
    return token


def take_back(session: Session, bond_id: UUID, *, member_id: UUID) -> None:
    """Take the invitation back, as any member may."""
    supporters.ask_in(session, held(session, bond_id, member_id), token_hash=None, expires_at=None)


def read(session: Session, token: str, *, now: datetime) -> Supporter | None:
    """Whom a token asks in; None where it is no supporter's."""
    return supporters.by_hash(session, secrets.hash_of(token), now=now)


def come_in(session: Session, supporter: Supporter, *, member_id: UUID, now: datetime) -> None:
    """Say yes as the one who was asked in, once."""
    bonds.lock(session, [supporter.bond_id])
    if (supporter.bond_id, member_id) in bonds.seats(session, [supporter.bond_id]):
        raise ConflictError("You are in this bond yourself. This is for somebody else.")
    if not is_agreed(session, supporter) or not supporters.come_in(session, supporter, member_id, now=now):
        raise InvalidError(GONE, "token")


def end(session: Session, bond_id: UUID, *, member_id: UUID, now: datetime) -> None:
    """End it at once and alone, as any member may, and the supporter too."""
    bonds.lock(session, [bond_id])
    mine = next((one for one in supporters.of_member(session, member_id) if one.bond_id == bond_id), None)
    supporters.end(session, mine or held(session, bond_id, member_id), by=member_id, now=now)


def open_area(session: Session, bond_id: UUID, area: str, *, member_id: UUID, now: datetime) -> None:
    """Open an area for oneself, or let it go on, for 90 days from now."""
    chosen = supporting.area_of(area)
    agreed = held(session, bond_id, member_id)
    if not is_agreed(session, agreed):
        raise ConflictError("Nothing is opened before all of you have said yes.")
    supporters.put_opening(session, agreed, Opening(member_id, chosen, now + OPEN_FOR))


def close_area(session: Session, bond_id: UUID, area: str, *, member_id: UUID) -> None:
    """Close an area at once."""
    chosen = supporting.area_of(area)
    supporters.close(session, held(session, bond_id, member_id), member_id, chosen)


def let_lapse(session: Session, bond_id: UUID, area: str, *, member_id: UUID) -> None:
    """Let an area close at its end, and be asked no more about it."""
    chosen = supporting.area_of(area)
    agreed = held(session, bond_id, member_id)
    for one in supporters.openings(session, agreed):
        if (one.member_id, one.area) == (member_id, chosen):
            supporters.put_opening(session, agreed, Opening(member_id, chosen, one.open_until, lapses=True))


def shown(session: Session, supporter: Supporter, *, now: datetime) -> tuple[Area, ...]:
    """The areas that all members have opened and that are open now; none without everybody's consent."""
    if not is_agreed(session, supporter):
        return ()
    people = [one.id for one in bonds.members_of(session, supporter.bond_id)]
    return supporting.open_to_all(supporters.openings(session, supporter), people, now)


def held(session: Session, bond_id: UUID, member_id: UUID) -> Supporter:
    """The supporter of a bond that this member is in, held until the transaction ends; NotFoundError where there is none."""
    _check_seat(session, bond_id, member_id)
    found = supporters.of_bond(session, bond_id)
    if found is None:
        raise NotFoundError(NONE)
    return found


def _check_seat(session: Session, bond_id: UUID, member_id: UUID) -> None:
    bonds.lock(session, [bond_id])
    if (bond_id, member_id) not in bonds.seats(session, [bond_id]):
        raise NotFoundError("There is no such bond.")
