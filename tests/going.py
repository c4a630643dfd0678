"""Noor and Sam, and of Noor one of everything that a member alone has; and where a word or an id stands afterwards."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from jobs import demo
from server.actions import deleting, handing, invitations, limits, links, promises, recovery, sessions, tokens
from server.db import Database, Session
from server.db.tables import metadata
from server.domain.limits import Limit
from server.domain.notices import Subscription
from server.store import members as people
from server.store import promises as promised
from server.store import push, sealing, weeks
from server.store.weeks import Summary
from tests import make

SUNDAY = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
DAY = timedelta(days=1)
MARK = "Mulberry"
PHONE = Subscription("https://push.example/1", "key", "secret")


def short(database: Database) -> demo.Cast:
    """They have just begun."""
    with database.write() as session:
        couple = make.couple(session, now=SUNDAY)
        make.check_in(session, make.promise(session, couple.sam, "Water the plants", now=SUNDAY), now=SUNDAY)
    cast = demo.Cast({"Noor": couple.noor.id, "Sam": couple.sam.id}, couple.bond.id)
    _lives(database, cast)
    return cast


def long(database: Database) -> demo.Cast:
    """At the end of eleven weeks of theirs."""
    cast = demo.tell(database, SUNDAY)
    _lives(database, cast)
    return cast


def delete(database: Database, member_id: UUID) -> None:
    """Delete somebody's account."""
    with database.write() as session:
        deleting.delete(session, member_id, now=SUNDAY)


def rows(session: Session) -> Iterator[tuple[str, Any]]:
    """Every value of every row by its place, opened where it is sealed."""
    for table in metadata.sorted_tables:
        for row in session.execute(select(table)).all():
            values = row._mapping
            if table in {column.table for column in sealing.SEALED}:
                values = sealing.opened_row(session, table, values)
            for name, value in values.items():
                yield f"{table.name}.{name}", value


def places(database: Database, *sought: Any) -> set[str]:
    """Where any of these words or ids stands."""
    found = set()
    with database.read() as session:
        for place, value in rows(session):
            if any(one == value or (not isinstance(value, bytes) and str(one) in str(value)) for one in sought):
                found.add(place)
    return found


def _lives(database: Database, cast: demo.Cast) -> None:
    noor = cast.members["Noor"]
    with database.write() as session:
        _ways_in(session, noor)
        me = people.get(session, noor)
        own = make.promise(session, me, f"{MARK} alone", personal=True, starts_on=SUNDAY.date() - 3 * DAY, now=SUNDAY)
        make.check_in(session, own, now=SUNDAY)
        for title in (f"{MARK} jam", f"{MARK} tea"):
            promise = make.promise(session, me, title, cue=f"When {MARK}", area=f"{MARK}s", now=SUNDAY)
        make.check_in(session, promise, now=SUNDAY)
        thanked = next(one for one in promised.of_bond(session, cast.bond_id) if one.member_id != noor)
        make.check_in(session, thanked, "seen", by=me, line=f"{MARK} thanks", now=SUNDAY)
        rest = promised.Pause(SUNDAY.date() + DAY, SUNDAY.date() + 2 * DAY, promise_id=promise.id)
        promises.pause(session, rest, member_id=noor, now=SUNDAY)
        figures = {"members": {str(noor): {"all": {"due": 1}, "areas": {f"{MARK}s": {"due": 1}}}}, "woven": 0}
        weeks.put(session, [Summary(cast.bond_id, SUNDAY.date() + DAY, SUNDAY.date() + 7 * DAY, SUNDAY, SUNDAY, figures)])


def _ways_in(session: Session, noor: UUID) -> None:
    token = sessions.begin(session, noor, device="Firefox on Android", now=SUNDAY)
    device = sessions.by_cookie(session, token, now=SUNDAY)
    assert device
    recovery.replace(session, noor, recovery.make(), now=SUNDAY)
    links.make_link(session, noor, now=SUNDAY)
    tokens.make(session, noor, name=f"{MARK} calendar", scope="read", now=SUNDAY)
    invitations.invite(session, noor, kind="friends", now=SUNDAY)
    handing.begin(session, handing.make(), member_id=noor, session_id=device.id, now=SUNDAY)
    limits.take(session, f"api {noor}", Limit(9, DAY), now=SUNDAY)
    push.put(session, PHONE, member_id=noor, session_id=device.id, vapid_key="key", shows_details=False, now=SUNDAY)
    people.update(session, noor, name=MARK)
