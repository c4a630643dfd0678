"""Becoming a member, and a member's own settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.actions import passkeys, promises, recovery
from server.actions.passkeys import Verified
from server.actions.recovery import NewCode
from server.db import Session
from server.domain import members as rules
from server.domain.errors import ConflictError
from server.domain.schedule import zone_of
from server.store import ids, members
from server.store.members import Member


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who is about to become a member."""

    id: UUID
    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class Keys:
    """What a newcomer will come in with: a passkey, made on `device`, if the browser has one, and recovery codes."""

    device: str
    codes: Sequence[NewCode]
    passkey: Verified | None = None


def newcomer(name: str, zone: str) -> Newcomer:
    """Somebody of this name in this zone, or InvalidError."""
    name = rules.name_of(name)
    zone_of(zone)
    return Newcomer(ids.new(), name, zone)


def is_anybody_here(session: Session) -> bool:
    """Whether this server has a member."""
    return members.count(session) > 0


def refuse_second(session: Session) -> None:
    """Refuse whoever would be the first member where there is one."""
    if is_anybody_here(session):
        raise ConflictError("Somebody was here first. Ask them for an invitation.")


def make_first(session: Session, newcomer: Newcomer, keys: Keys, *, now: datetime) -> None:
    """Make the first member of a server, once."""
    members.lock(session)
    refuse_second(session)
    make(session, newcomer, keys, now=now)


def make(session: Session, newcomer: Newcomer, keys: Keys, *, now: datetime) -> None:
    """Make a member with every way in that they will have."""
    members.insert(session, Member(newcomer.id, newcomer.name, newcomer.zone, rules.DAY_START), now=now)
    if keys.passkey:
        passkeys.add(session, newcomer.id, keys.passkey, name=keys.device, now=now)
    recovery.replace(session, newcomer.id, keys.codes, now=now)


def change(session: Session, member_id: UUID, *, name: str, zone: str, day_start: str, now: datetime) -> None:
    """Change name, zone and start of day; the member's promises follow from the next day that has not begun."""
    before = members.get(session, member_id)
    name, starts = rules.name_of(name), rules.day_start_of(day_start)
    zone_of(zone)
    if (zone, starts) != (before.zone, before.day_start):
        promises.follow_member(session, member_id, zone=zone, day_start=starts, now=now)
    members.update(session, member_id, name=name, zone=zone, day_start=starts)


def choose_appearance(session: Session, member_id: UUID, appearance: str) -> None:
    """Choose light, dark, or as the phone."""
    members.update(session, member_id, appearance=rules.appearance_of(appearance))


def hide_streaks(session: Session, member_id: UUID, *, hides: bool) -> None:
    """Choose whether one's own pages show streaks."""
    members.update(session, member_id, hides_streaks=hides)
