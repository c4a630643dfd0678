"""Asking to move a promise to another day, and answering it."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from server.actions import moving
from server.db import Session
from server.domain.errors import NotFoundError
from server.routes import access
from server.routes.access import Viewer
from server.routes.api import problems
from server.routes.api.bodies import Strict
from server.routes.api.slowing import hold_back
from server.routes.desk import Desk
from server.store import moves

PATH = "/promises/{promise_id:uuid}/moves/{day:date}"


class NewMove(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The later day to which it is to be moved."""

    to_on: date


class MoveAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A receiver's yes or no."""

    agrees: bool


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """An ask to move a day; `agreed` is null until it is answered, `new_promise` the one that came of a yes."""

    promise: UUID
    day: date
    to_on: date
    agreed: bool | None
    new_promise: UUID | None


@post(
    PATH,
    opt=access.SIGNED_IN_OR_TOKEN,
    guards=[hold_back],
    dto=Strict[NewMove],
    return_dto=None,
    response_description="It was asked.",
    responses=problems.declared(404, 409, 413, 415, 429),
    sync_to_thread=True,
)
def ask(
    desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], promise_id: FromPath[UUID], day: FromPath[date], data: JSONBody[NewMove]
) -> Move:
    """Ask the others to move a running day of one's own."""
    with desk.database.write() as session:
        moving.ask(session, promise_id, day, data.to_on, member_id=viewer.member_id, now=desk.now())
        return _shown(session, promise_id, day)


@post(
    f"{PATH}/answer",
    opt=access.SIGNED_IN_OR_TOKEN,
    guards=[hold_back],
    dto=Strict[MoveAnswer],
    return_dto=None,
    status_code=200,
    response_description="It was answered.",
    responses=problems.declared(404, 409, 413, 415, 429),
    sync_to_thread=True,
)
def answer(
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    promise_id: FromPath[UUID],
    day: FromPath[date],
    data: JSONBody[MoveAnswer],
) -> Move:
    """Answer an ask: a yes lets this day go and makes a promise for that one."""
    with desk.database.write() as session:
        moving.answer(session, promise_id, day, agrees=data.agrees, member_id=viewer.member_id, now=desk.now())
        return _shown(session, promise_id, day)


def _shown(session: Session, promise_id: UUID, day: date) -> Move:
    found = moves.of_promises(session, [promise_id], since=day).get((promise_id, day))
    if found is None:
        raise NotFoundError("Nobody has asked that.")
    return Move(promise=promise_id, day=day, to_on=found.to_on, agreed=found.agreed, new_promise=found.linked_id)


HANDLERS: list[Any] = [ask, answer]
