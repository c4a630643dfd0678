"""What is told to whom after something was said or reached; never of another's miss or silence."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from server.actions import notices
from server.db import Session
from server.domain import notices as wording
from server.store import bonds, promises
from server.store.events import Event
from server.store.milestones import Milestone
from server.store.promises import Promise


def kept(session: Session, said: Sequence[Event], found: Mapping[UUID, Promise], *, now: datetime) -> None:
    """Tell the receivers that the promiser says a promise was kept."""
    own = [(one, found[one.promise_id]) for one in said if one.promise_id and one.bond_id]
    own = [(one, promise) for one, promise in own if one.member_id == promise.member_id]
    people = bonds.people(session, {one.bond_id for one, _ in own if one.bond_id})
    notices.tell(
        session,
        [
            wording.kept(other.id, promise.id, one.day, bond_id=one.bond_id, title=promise.title, name=me.name, now=now)
            for one, promise in own
            if one.bond_id and one.day
            for me in people[one.bond_id]
            if me.id == promise.member_id
            for other in people[one.bond_id]
            if other.id != promise.member_id
        ],
        now=now,
    )


def milestones(session: Session, new: Sequence[Milestone], *, now: datetime) -> None:
    """Tell everybody of the bond (or the maker of a personal promise) what was reached."""
    people = bonds.people(session, {one.bond_id for one in new if one.bond_id})
    titles = {one.id: one.title for one in promises.by_ids(session, {one.promise_id for one in new if one.promise_id}).values()}
    told = []
    for one in new:
        names = {member.id: member.name for member in people.get(one.bond_id, [])} if one.bond_id else {}
        for member_id in names or ([one.member_id] if one.member_id else []):
            title = titles.get(one.promise_id, "") if one.promise_id else ""
            name = names.get(one.member_id, "") if one.member_id else ""
            told.append(
                wording.milestone(
                    member_id, one.id, kind=one.kind, count=one.threshold, bond_id=one.bond_id, title=title, name=name, now=now
                )
            )
    notices.tell(session, told, now=now)


def weeks(session: Session, ready: Mapping[UUID, date], *, now: datetime) -> None:
    """Tell the members of these bonds that their week's page is there."""
    people = bonds.people(session, ready.keys())
    notices.tell(
        session, [wording.week(one.id, bond_id, to_on, now=now) for bond_id, to_on in ready.items() for one in people[bond_id]], now=now
    )
