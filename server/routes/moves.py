"""Asking to move a promise to another day, and answering it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from server.actions import moving
from server.domain.errors import InvalidError
from server.routes import access, pages
from server.routes.access import Viewer
from server.routes.desk import Desk

PATH = "/promises/{promise_id:uuid}/moves/{day:date}"


@dataclass(frozen=True, slots=True)
class Asked:
    """The day to which it is to be moved."""

    to_on: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """`yes`, or anything else for a no."""

    answer: str = ""


@post(PATH, opt=access.SIGNED_IN, sync_to_thread=True)
def ask(
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    promise_id: FromPath[UUID],
    day: FromPath[date],
    data: URLEncodedBody[Asked],
) -> Response[Any]:
    """Ask the others to move this day."""
    with desk.database.write() as session:
        moving.ask(session, promise_id, day, _day(data.to_on), member_id=viewer.member_id, now=desk.now())
    return pages.back("/")


@post(f"{PATH}/answer", opt=access.SIGNED_IN, sync_to_thread=True)
def answer(
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    promise_id: FromPath[UUID],
    day: FromPath[date],
    data: URLEncodedBody[Answered],
) -> Response[Any]:
    """Answer it."""
    with desk.database.write() as session:
        moving.answer(session, promise_id, day, agrees=data.answer == "yes", member_id=viewer.member_id, now=desk.now())
    return pages.back("/")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidError("A date, please.", "to_on") from None


HANDLERS = [ask, answer]
