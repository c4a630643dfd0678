"""What members ask of each other; an ask becomes a promise on the promise's own form."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from server.actions import asks
from server.domain.errors import InvalidError
from server.routes import access, fields, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import asking
from server.routes.showing.forms import Sent
from server.store import bonds, ids
from server.store.asks import Ask


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, and of whom where there are several."""

    ask: str = ""
    to: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Countered:
    """What one could do instead."""

    counter: str = ""


@get("/asks", opt=access.SIGNED_IN, sync_to_thread=True)
def show(request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Response[str]:
    """What one is asked, and what one asked."""
    return _page(request, desk, viewer)


@post("/asks", opt=access.SIGNED_IN, sync_to_thread=True)
def ask(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[Asked]
) -> Response[Any]:
    """Ask something of somebody."""
    try:
        with desk.database.write() as session:
            mine = bonds.people(session, [one.id for one in bonds.of_member(session, viewer.member_id)])
            bond_id, whom = asking.pair(mine, viewer.member_id, fields.read(UUID, data.to, "to"))
            wanted = Ask(fields.read(UUID, data.id, "id") or ids.new(), bond_id, viewer.member_id, whom, data.ask, desk.now())
            asks.ask(session, wanted, now=desk.now())
    except InvalidError as refusal:
        return _page(request, desk, viewer, sent=Sent(refusal, {"ask": data.ask, "to": data.to}))
    return pages.back("/asks")


@post("/asks/{ask_id:uuid}/counter", opt=access.SIGNED_IN, sync_to_thread=True)
def counter(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    ask_id: FromPath[UUID],
    data: URLEncodedBody[Countered],
) -> Response[Any]:
    """Offer something else."""
    try:
        with desk.database.write() as session:
            asks.counter(session, ask_id, data.counter, member_id=viewer.member_id, now=desk.now())
            return pages.back(asking.after(session, ask_id))
    except InvalidError as refusal:
        return _page(request, desk, viewer, sent=Sent(InvalidError(str(refusal)), {}))


@post("/asks/{ask_id:uuid}/decline", opt=access.SIGNED_IN, sync_to_thread=True)
def decline(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], ask_id: FromPath[UUID]) -> Response[Any]:
    """Say no."""
    with desk.database.write() as session:
        asks.decline(session, ask_id, member_id=viewer.member_id, now=desk.now())
        return pages.back(asking.after(session, ask_id))


@post("/asks/{ask_id:uuid}/take-back", opt=access.SIGNED_IN, sync_to_thread=True)
def take_back(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], ask_id: FromPath[UUID]) -> Response[Any]:
    """Take one's own back."""
    with desk.database.write() as session:
        asks.take_back(session, ask_id, member_id=viewer.member_id, now=desk.now())
        return pages.back(asking.after(session, ask_id))


def _page(request: Request[Any, Any, Any], desk: Desk, viewer: Viewer, *, sent: Sent | None = None) -> Response[str]:
    with desk.database.read() as session:
        found = asking.load(session, viewer.member_id, now=desk.now())
    view = asking.page(found, sent=sent)
    return pages.page(request, "asks/page.html", view, title=view.heading, tab="promises", status=422 if sent else 200)


HANDLERS = [show, ask, counter, decline, take_back]
