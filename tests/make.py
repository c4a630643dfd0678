"""One valid thing at a time; a test says only what matters. Noor and Sam are a couple, Cleo and Dan another, Eve is nobody's."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Table

from server import keyring
from server.actions import bonds, check_ins, promises, sessions, supporting, tokens
from server.actions.promises import Draft
from server.db import Session, sealing
from server.domain import schedule
from server.domain.check_ins import Kind, Tap
from server.domain.members import DAY_START
from server.store import bonds as bond_store
from server.store import ids, members
from server.store import sealing as words
from server.store.bonds import Bond
from server.store.members import Member
from server.store.promises import Promise

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.testing import TestClient

    from server.routes.desk import Desk

NOW = datetime(2026, 3, 20, 16, tzinfo=UTC)
"""A Friday, 17:00 in Berlin; clocks go forward there on the 29th."""
ZONE = "Europe/Berlin"
KEYS = dict([sealing.new_key()])
SEALER = sealing.Sealer(KEYS)
"""With what the words of this process's databases are sealed."""


def lend_keys(data: Path) -> None:
    """Let a server over this data folder open the words of this process's databases."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = "".join(f"{key_id} {b64encode(key).decode()}\n" for key_id, key in KEYS.items())
    keyring.put_new(keyring.folder(data / "secrets") / keyring.FILE, lines.encode())


def opened(session: Session, table: Table, row: Any) -> Any:
    """A row as it was read straight from a table, with its words opened."""
    return SimpleNamespace(**words.opened_row(session, table, row._mapping))


@dataclass(frozen=True, slots=True)
class Couple:
    noor: Member
    sam: Member
    bond: Bond


@dataclass(frozen=True, slots=True)
class OtherCouple:
    cleo: Member
    dan: Member
    bond: Bond


def member(session: Session, name: str = "Noor", *, zone: str = ZONE, day_start: time = DAY_START, now: datetime = NOW) -> Member:
    """Somebody with an account and nothing else."""
    made = Member(ids.new(), name, zone, day_start)
    members.insert(session, made, now=now)
    return made


def bond(session: Session, *people: Member, kind: str = "partners", zone: str = ZONE, now: datetime = NOW) -> Bond:
    """A bond of these members, the first on the first strand."""
    return bonds.make(session, ids.new(), kind=kind, member_ids=[one.id for one in people], zone=zone, now=now)


def couple(session: Session, *, now: datetime = NOW) -> Couple:
    """Noor and Sam."""
    noor, sam = member(session, "Noor", now=now), member(session, "Sam", now=now)
    return Couple(noor, sam, bond(session, noor, sam, now=now))


def other_couple(session: Session, *, now: datetime = NOW) -> OtherCouple:
    """Cleo and Dan, who know nothing of Noor and Sam."""
    cleo, dan = member(session, "Cleo", now=now), member(session, "Dan", now=now)
    return OtherCouple(cleo, dan, bond(session, cleo, dan, now=now))


def eve(session: Session, *, now: datetime = NOW) -> Member:
    """Somebody in no bond."""
    return member(session, "Eve", now=now)


def promise(
    session: Session,
    by: Member,
    title: str = "Home for dinner",
    *,
    rule: str = "FREQ=DAILY",
    due_time: time | None = time(18, 30),
    personal: bool = False,
    starts_on: date | None = None,
    area: str = "time",
    now: datetime = NOW,
    **parts: Any,
) -> Promise:
    """A promise from today on, to the promiser's only bond; a personal one where they have none, or when asked for."""
    mine = [] if personal else bond_store.of_member(session, by.id)
    today = schedule.local_day(now, by.zone, by.day_start)
    draft = Draft(title, area, rule, starts_on or today, mine[0].id if mine else None, due_time=due_time, **parts)
    return promises.make(session, ids.new(), draft, member_id=by.id, now=now)


def tap(promise: Promise, kind: str = "kept", *, by: Member | None = None, id: UUID | None = None, **parts: Any) -> Tap:
    """A check-in on the promise, by its promiser unless said otherwise."""
    return Tap(id or ids.new(), promise.id, by.id if by else promise.member_id, Kind(kind), **parts)


def check_in(
    session: Session, promise: Promise, kind: str = "kept", *, by: Member | None = None, now: datetime = NOW, **parts: Any
) -> UUID:
    """Say something of a promise and return the check-in's id."""
    return check_ins.check_in_one(session, tap(promise, kind, by=by, **parts), now=now).event.id


def supported(session: Session, bond: Bond, supporter: Member, *, opened: tuple[str, ...] = (), now: datetime = NOW) -> None:
    """Let all of a bond say yes to a supporter, who comes in, and open these areas to them."""
    people = bond_store.members_of(session, bond.id)
    supporting.propose(session, bond.id, who="Ida, our therapist", member_id=people[0].id, now=now)
    for one in people[1:]:
        supporting.answer(session, bond.id, agrees=True, member_id=one.id, now=now)
    asked_in = supporting.read(session, supporting.invite(session, bond.id, member_id=people[0].id, now=now), now=now)
    assert asked_in
    supporting.come_in(session, asked_in, member_id=supporter.id, now=now)
    for area in opened:
        for one in people:
            supporting.open_area(session, bond.id, area, member_id=one.id, now=now)


def token(session: Session, member: Member, *, scope: str = "write", now: datetime = NOW) -> str:
    """A personal token's secret."""
    return tokens.make(session, member.id, name="A script", scope=scope, now=now)


def sign_in(client: "TestClient[Litestar]", desk: "Desk", member: Member) -> "TestClient[Litestar]":
    """Let this browser be the member's from now on."""
    from server.routes.access import cookie_name

    with desk.database.write() as session:
        cookie = sessions.begin(session, member.id, device="Firefox on Android", now=desk.now())
    client.cookies.clear()
    client.cookies.set(cookie_name(desk), cookie)
    return client
