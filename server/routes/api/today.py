"""Today: what is due on both sides, and what still waits for a word."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import msgspec
from litestar import get
from litestar.di import NamedDependency
from msgspec import UNSET, UnsetType

from server.routes import access
from server.routes.access import Viewer
from server.routes.api import occurrences, problems
from server.routes.api.occurrences import Occurrence
from server.routes.desk import Desk
from server.routes.showing import looking
from server.routes.showing import today as showing
from server.routes.showing.scene import Sight
from server.store.occurrences import Row


class Due(Occurrence, frozen=True, kw_only=True):
    """An occurrence with its promise's title; `bond` is null for a personal one, `streak` is left out for who hides streaks."""

    bond: UUID | None
    title: str
    streak: int | UnsetType = UNSET


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """The running day of the member who asks; `due` holds each promise's running day or week, `waiting` their own earlier ones."""

    date: date
    due: list[Due]
    waiting: list[Due]


@get("/today", opt=access.SIGNED_IN_OR_TOKEN, responses=problems.declared(), sync_to_thread=True)
def show(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Today:
    """What is due today, by whom, and what it stands as; and one's own days that wait for a word, the oldest first."""
    with desk.database.read() as session:
        found = looking.look(session, viewer.member_id, now=desk.now()).sight
    return Today(date=found.today, due=_shown(found, _running(found)), waiting=_shown(found, showing.waiting(found)))


def _running(found: Sight) -> Iterable[Row]:
    return (row for one in found.promises.values() if (row := found.running(one)))


def _shown(found: Sight, rows: Iterable[Row]) -> list[Due]:
    return [_due(found, row) for row in sorted(rows, key=lambda row: (row.due_at, row.promise_id))]


def _due(found: Sight, row: Row) -> Due:
    promise = found.promises[row.promise_id]
    hidden = UNSET if found.me.hides_streaks else found.counts[row.promise_id]
    return Due(**occurrences.parts(row, viewer_id=found.me.id), bond=promise.bond_id, title=promise.title, streak=hidden)


HANDLERS = [show]
