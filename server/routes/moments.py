"""Moments that people plan together."""

from dataclasses import asdict, dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody

from server.actions import moments
from server.db import Session
from server.domain.errors import InvalidError
from server.routes import access, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import choosing, moment
from server.routes.showing.forms import Sent
from server.store import bonds, ids
from server.store.moments import Moment


@dataclass(frozen=True, slots=True)
class Planned:
    """What, when and where; `bond` for who is in several."""

    what: str = ""
    on_date: str = ""
    at_time: str = ""
    place: str = ""
    bond: UUID | None = None
    id: UUID | None = None


@get("/moments", opt=access.SIGNED_IN, sync_to_thread=True)
def show(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], what: FromQuery[str] = ""
) -> Response[str]:
    """What is planned, and a form that may be begun by where one comes from."""
    return _page(request, desk, viewer, what=what)


@post("/moments", opt=access.SIGNED_IN, sync_to_thread=True)
def plan(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[Planned]
) -> Response[Any]:
    """Plan one."""
    try:
        with desk.database.write() as session:
            moments.plan(session, _moment(session, desk, viewer, data), now=desk.now())
    except InvalidError as refusal:
        fields = {name: str(value or "") for name, value in asdict(data).items()}
        return _page(request, desk, viewer, sent=Sent(refusal, fields))
    return pages.back("/moments")


@post("/moments/{moment_id:uuid}/cancel", opt=access.SIGNED_IN, sync_to_thread=True)
def cancel(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], moment_id: FromPath[UUID]) -> Response[Any]:
    """Call one off."""
    with desk.database.write() as session:
        moments.cancel(session, moment_id, member_id=viewer.member_id, now=desk.now())
    return pages.back("/moments")


def _page(request: Request[Any, Any, Any], desk: Desk, viewer: Viewer, *, what: str = "", sent: Sent | None = None) -> Response[str]:
    with desk.database.read() as session:
        found = moment.load(session, viewer.member_id, now=desk.now())
    view = moment.page(found, what=what, sent=sent)
    return pages.page(request, "moments/page.html", view, title=view.heading, status=422 if sent else 200)


def _moment(session: Session, desk: Desk, viewer: Viewer, data: Planned) -> Moment:
    bond = choosing.chosen(bonds.of_member(session, viewer.member_id), data.bond)
    on_date, at_time = day_of(data.on_date), time_of(data.at_time)
    return Moment(data.id or ids.new(), bond.id, viewer.member_id, data.what, data.place, on_date, at_time, desk.now())


def day_of(text: str) -> date:
    """The day in a field (InvalidError)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidError("A date, please.", "on_date") from None


def time_of(text: str) -> time | None:
    """The time in a field, None where it is empty (InvalidError)."""
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None) if text else None
    except ValueError:
        raise InvalidError("A time, please, or none.", "at_time") from None


HANDLERS = [show, plan, cancel]
