"""Promises: made, changed, released, and what became of them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from server.actions import promises
from server.db import Session
from server.domain import schedule
from server.domain.errors import NotFoundError
from server.routes import access
from server.routes.access import Viewer
from server.routes.api import occurrences, problems, spans
from server.routes.api.bodies import Strict
from server.routes.api.occurrences import Occurrence
from server.routes.api.promise_shapes import NewPromise, Promise, PromiseChanges, Promises
from server.routes.api.slowing import hold_back
from server.routes.desk import Desk
from server.store import folds, ids, members
from server.store import occurrences as occurrence_store
from server.store import promises as promise_store


class Occurrences(msgspec.Struct, frozen=True):
    """A promise's occurrences in order of day, from `since` to `until`, both included."""

    since: date
    until: date
    occurrences: list[Occurrence]


@get("/promises", opt=access.SIGNED_IN_OR_TOKEN, responses=problems.declared(), sync_to_thread=True)
def show_all(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Promises:
    """Every promise of one's bonds, and one's own personal ones, the oldest first."""
    with desk.database.read() as session:
        return Promises(_shown(session, promise_store.of_member(session, viewer.member_id), viewer, desk.now()))


@get("/promises/{promise_id:uuid}", opt=access.SIGNED_IN_OR_TOKEN, responses=problems.declared(404), sync_to_thread=True)
def show(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], promise_id: FromPath[UUID]) -> Promise:
    """One promise."""
    with desk.database.read() as session:
        return _one(session, _visible(session, promise_id, viewer), viewer, desk.now())


@get("/promises/{promise_id:uuid}/occurrences", opt=access.SIGNED_IN_OR_TOKEN, responses=problems.declared(404), sync_to_thread=True)
def show_occurrences(
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    promise_id: FromPath[UUID],
    since: Annotated[date | None, QueryParameter(name="from", description=spans.FIRST)] = None,
    until: Annotated[date | None, QueryParameter(description=spans.LAST)] = None,
) -> Occurrences:
    """What became of a promise, day by day."""
    with desk.database.read() as session:
        promise = _visible(session, promise_id, viewer)
        span = spans.asked(since, until, today=schedule.day_of(promise.plan, desk.now()), first_field="from")
        rows = occurrence_store.seen_of_promise(session, promise.id, first=span.first, last=span.last)
    return Occurrences(span.first, span.last, [occurrences.shown(row, viewer_id=viewer.member_id) for row in rows])


@post(
    "/promises",
    opt=access.SIGNED_IN_OR_TOKEN,
    guards=[hold_back],
    dto=Strict[NewPromise],
    return_dto=None,
    response_description="It was made.",
    responses=problems.declared(404, 409, 413, 415, 429),
    sync_to_thread=True,
)
def make(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: JSONBody[NewPromise]) -> Promise:
    """Make a promise to a bond, or to oneself."""
    with desk.database.write() as session:
        draft = data.draft(members.get(session, viewer.member_id), desk.now())
        made = promises.make(session, data.id or ids.new(), draft, member_id=viewer.member_id, now=desk.now())
        return _one(session, made, viewer, desk.now())


@patch(
    "/promises/{promise_id:uuid}",
    opt=access.SIGNED_IN_OR_TOKEN,
    guards=[hold_back],
    dto=Strict[PromiseChanges],
    return_dto=None,
    responses=problems.declared(404, 409, 413, 415, 429),
    sync_to_thread=True,
)
def change(
    desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], promise_id: FromPath[UUID], data: JSONBody[PromiseChanges]
) -> Promise:
    """Change a promise of one's own: its words at once, its terms from the next day that has not begun."""
    with desk.database.write() as session:
        changed = promises.change(session, promise_id, data.given(), member_id=viewer.member_id, now=desk.now())
        return _one(session, changed, viewer, desk.now())


@delete(
    "/promises/{promise_id:uuid}",
    opt=access.SIGNED_IN_OR_TOKEN,
    guards=[hold_back],
    status_code=200,
    responses=problems.declared(404, 409, 429),
    sync_to_thread=True,
)
def release(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], promise_id: FromPath[UUID]) -> Promise:
    """Release a promise of one's own; it ends with the day that runs, and its history stays."""
    with desk.database.write() as session:
        released = promises.release(session, promise_id, member_id=viewer.member_id, now=desk.now())
        return _one(session, released, viewer, desk.now())


def _visible(session: Session, promise_id: UUID, viewer: Viewer) -> promise_store.Promise:
    promise = promise_store.visible(session, viewer.member_id, [promise_id]).get(promise_id)
    if promise is None:
        raise NotFoundError("There is no such promise.")
    return promise


def _one(session: Session, promise: promise_store.Promise, viewer: Viewer, now: datetime) -> Promise:
    (shown,) = _shown(session, [promise], viewer, now)
    return shown


def _shown(session: Session, found: Iterable[promise_store.Promise], viewer: Viewer, now: datetime) -> list[Promise]:
    found = list(found)
    hides = members.get(session, viewer.member_id).hides_streaks
    streaks = {} if hides else folds.streaks_of(session, [one.id for one in found])
    return [Promise.of(one, streaks.get(one.id), now) for one in found]


HANDLERS: list[Any] = [show_all, show, show_occurrences, make, change, release]
