"""Asking to move a promise to another day, and answering it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from server.actions import moving
from server.domain.errors import InvalidError
from server.routes import access, check_ins, fields, pages
from server.routes.access import Viewer
from server.routes.desk import Desk

PATH = "/promises/{promise_id:uuid}/moves/{day:date}"


@dataclass(frozen=True, slots=True)
class Asked:
    """The day to which it is to be moved."""

    to_on: str = ""
    id: str = ""
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """`yes`, or anything else for a no."""

    answer: str = ""
    id: str = ""
    by: str = ""
    at: str = ""


@post(PATH, opt=access.SIGNED_IN, status_code=200, sync_to_thread=True)
def ask(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    promise_id: FromPath[UUID],
    day: FromPath[date],
    data: URLEncodedBody[Asked],
) -> Response[Any]:
    """Ask the others to move this day."""
    fields.stamped(viewer, data)
    with desk.database.write() as session:
        moving.ask(session, promise_id, day, _day(data.to_on), member_id=viewer.member_id, now=desk.now())
    return _answer(request, viewer, promise_id, day)


@post(f"{PATH}/answer", opt=access.SIGNED_IN, status_code=200, sync_to_thread=True)
def answer(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    promise_id: FromPath[UUID],
    day: FromPath[date],
    data: URLEncodedBody[Answered],
) -> Response[Any]:
    """Answer it."""
    tap_id, at = fields.stamped(viewer, data)
    agrees = data.answer == "yes"
    with desk.database.write() as session:
        moving.answer(session, promise_id, day, agrees=agrees, member_id=viewer.member_id, now=desk.now(), at=at, tap_id=tap_id)
    return _answer(request, viewer, promise_id, day)


def _answer(request: Request[Any, Any, Any], viewer: Viewer, promise_id: UUID, day: date) -> Response[Any]:
    """The card that it stood on, or Today without script."""
    return check_ins.card(request, viewer.member_id, promise_id, day) if pages.is_htmx(request) else pages.back("/")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidError("A date, please.", "to_on") from None


HANDLERS = [ask, answer]
