"""What is told to whom after something was said or reached; never of another's miss or silence."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from server.actions import notices
from server.db import Session
from server.domain import notices as wording
from server.domain import schedule
from server.domain.check_ins import Kind
from server.domain.notices import QuietHours
from server.store import bonds, promises, reminders
from server.store import notices as outbox
from server.store.events import Event
from server.store.members import Member
from server.store.milestones import Milestone
from server.store.occurrences import Key
from server.store.promises import Promise

ANSWERS = frozenset({Kind.KEPT, Kind.MISSED, Kind.HEADS_UP, Kind.RESERVE})


def kept(
    session: Session, said: Sequence[Event], found: Mapping[UUID, Promise], people: Mapping[UUID, Sequence[Member]], *, now: datetime
) -> None:
    """Tell the receivers that the promiser says a promise was kept; `people` are those in each bond."""
    own = [(one, found[one.promise_id]) for one in said if one.promise_id and one.bond_id]
    own = [(one, promise) for one, promise in own if one.member_id == promise.member_id]
    quiet = {
        one.id: QuietHours(one.quiet_from, one.quiet_until, one.zone)
        for some in people.values()
        for one in some
        if one.quiet_from is not None and one.quiet_until is not None
    }
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
        quiet=quiet,
    )


def answered(
    session: Session, said: Sequence[Event], found: Mapping[UUID, Promise], devices: Mapping[UUID, UUID | None], *, now: datetime
) -> None:
    """Let the reminders that promisers have answered leave their other phones; `devices` are those that sent these words, by event.

    The word waits some seconds: a reminder that is on its way has arrived by then, and what is taken back at once was never answered.
    """
    at = now + wording.ANSWERED_AFTER
    from_devices = {key: devices.get(one.id) for one in said for key in _answered(one, found)}
    told = []
    for key, reminder, phones in reminders.reached(session, from_devices.keys()):
        here = from_devices[key]
        others = [one.id for one in phones if wording.gives_way(one.endpoint) and (here is None or one.session_id != here)]
        if others and at < reminder.expires_at:
            told.append((wording.answered(reminder), others))
    outbox.insert_for(session, told, at=at, now=now)


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
            notice = wording.milestone(
                member_id, one.id, kind=one.kind, count=one.threshold, bond_id=one.bond_id, title=title, name=name, now=now
            )
            told.append(wording.of_ones_own(notice) if one.member_id == member_id else notice)
    notices.tell(session, told, now=now)


def weeks(session: Session, ready: Mapping[UUID, date], *, now: datetime) -> None:
    """Tell the members of these bonds that their week's page is there."""
    people = bonds.seated(session, ready.keys())
    notices.tell(
        session, [wording.week(one, bond_id, to_on, now=now) for bond_id, to_on in ready.items() for one in people[bond_id]], now=now
    )


def _answered(one: Event, found: Mapping[UUID, Promise]) -> Iterable[Key]:
    """The occurrence that a promiser's word answers, if it does."""
    if (
        one.kind not in ANSWERS
        or one.extra
        or one.day is None
        or one.promise_id is None
        or one.member_id != found[one.promise_id].member_id
    ):
        return
    if occurrence := schedule.occurrence_of(found[one.promise_id].plan, one.day):
        yield one.promise_id, occurrence.day
