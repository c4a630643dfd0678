"""The promises: the list, a new one in two taps, and one with all that became of it."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody

from server.actions import asks, promises
from server.db import Session
from server.domain import schedule
from server.domain.errors import InvalidError, NotFoundError
from server.routes import access, fields, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import asking, history, promise_form, promise_page, scene, shared, starters, words
from server.routes.showing.promise_form import Sent
from server.store import bonds, ids, members
from server.store import promises as store
from server.store.bonds import Bond
from server.store.promises import Pause, Promise


@get("/promises", opt=access.SIGNED_IN, sync_to_thread=True)
def show_all(request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Response[str]:
    """Every promise that the member may see."""
    with desk.database.read() as session:
        found = scene.load(session, viewer.member_id, now=desk.now())
        pauses, asked = store.pauses_of(session, found.promises.values()), asking.above(session, viewer.member_id, now=desk.now())
    view = promise_page.listed(found, pauses)
    return pages.page(request, "promises/page.html", view, title="Promises", tab="promises", notices=asked)


@get("/promises/new", opt=access.SIGNED_IN, sync_to_thread=True)
def new(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    *,
    template: FromQuery[str] = "",
    title: FromQuery[str] = "",
    text: FromQuery[str] = "",
    url: FromQuery[str] = "",
    ask: FromQuery[UUID | None] = None,
) -> Response[str]:
    """The templates, and behind each the form filled in; also with what another app shares, which is kept nowhere before it is promised."""
    told = shared.title_of(title=title, text=text, url=url)
    if ask is not None:
        return _form_of_ask(request, desk, viewer, ask)
    if not template and not told:
        return pages.page(request, "promises/templates.html", promise_page.templates(), title="A new promise", tab="promises")
    with desk.database.read() as session:
        me, mine = members.get(session, viewer.member_id), _bonds(session, viewer)
    today = schedule.local_day(desk.now(), me.zone, me.day_start)
    sent = promise_form.of_starter(starters.named(template), today)
    return _form(request, promise_form.with_title(sent, told), mine)


@post("/promises", opt=access.SIGNED_IN, sync_to_thread=True)
def make(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[Sent]
) -> Response[Any]:
    """Promise it; what does not hold comes back with its sentence."""
    try:
        draft = promise_form.draft(data)
        with desk.database.write() as session:
            if answered := fields.read(UUID, data.ask, "ask"):
                asks.accept(session, answered, draft, member_id=viewer.member_id, now=desk.now())
                return pages.back(asking.after(session, answered))
            promises.make(session, ids.new(), draft, member_id=viewer.member_id, now=desk.now())
    except InvalidError as refusal:
        with desk.database.read() as session:
            return _form(request, data, _bonds(session, viewer), refusal=refusal)
    return pages.back("/promises")


@get("/promises/{promise_id:uuid}", opt=access.SIGNED_IN, sync_to_thread=True)
def show(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], promise_id: FromPath[UUID]
) -> Response[str]:
    """One promise: its thread, its year, its history in words."""
    return _page(request, desk, viewer, promise_id)


@get("/promises/{promise_id:uuid}/edit", opt=access.SIGNED_IN, sync_to_thread=True)
def edit(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], promise_id: FromPath[UUID]
) -> Response[str]:
    """The form as the promise stands, to its promiser."""
    with desk.database.read() as session:
        promise, mine = promises.own(session, promise_id, viewer.member_id), _bonds(session, viewer)
    return _form(request, promise_form.of_promise(promise), mine, promise=promise)


@post("/promises/{promise_id:uuid}", opt=access.SIGNED_IN, sync_to_thread=True)
def change(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    promise_id: FromPath[UUID],
    data: URLEncodedBody[Sent],
) -> Response[Any]:
    """Change it, from the next day."""
    with desk.database.read() as session:
        promise = promises.own(session, promise_id, viewer.member_id)
    try:
        wanted = promise_form.changes(data, promise)
        with desk.database.write() as session:
            promises.change(session, promise_id, wanted, member_id=viewer.member_id, now=desk.now())
    except InvalidError as refusal:
        with desk.database.read() as session:
            return _form(request, data, _bonds(session, viewer), promise=promise, refusal=refusal)
    return pages.back(f"/promises/{promise_id}")


@post("/promises/{promise_id:uuid}/release", opt=access.SIGNED_IN, sync_to_thread=True)
def release(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], promise_id: FromPath[UUID]) -> Response[Any]:
    """Let it end with the day that runs."""
    with desk.database.write() as session:
        promises.release(session, promise_id, member_id=viewer.member_id, now=desk.now())
    return pages.back("/promises")


@post("/promises/{promise_id:uuid}/pauses", opt=access.SIGNED_IN, sync_to_thread=True)
def pause(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    promise_id: FromPath[UUID],
    data: URLEncodedBody[dict[str, str]],
) -> Response[Any]:
    """Let it rest for some days."""
    try:
        rest = Pause(_date(data, "from"), _date(data, "until"), promise_id=promise_id)
        with desk.database.write() as session:
            promises.pause(session, rest, member_id=viewer.member_id, now=desk.now())
    except InvalidError as refusal:
        return _page(request, desk, viewer, promise_id, refusal=refusal)
    return pages.back(f"/promises/{promise_id}")


def _form_of_ask(request: Request[Any, Any, Any], desk: Desk, viewer: Viewer, ask_id: UUID) -> Response[str]:
    """The form for what one is asked, in its words; only the asked one finds it."""
    with desk.database.read() as session:
        asked, mine = asks.asked(session, ask_id, viewer.member_id), _bonds(session, viewer)
        me = members.get(session, viewer.member_id)
    today = schedule.local_day(desk.now(), me.zone, me.day_start)
    return _form(request, promise_form.of_ask(promise_form.of_starter(starters.named("own"), today), asked), mine)


def _form(
    request: Request[Any, Any, Any],
    sent: Sent,
    mine: dict[UUID, tuple[Bond, str]],
    *,
    promise: Promise | None = None,
    refusal: InvalidError | None = None,
) -> Response[str]:
    view = promise_form.page(sent, mine, refusal=refusal, promise=promise)
    return pages.page(request, "promises/form.html", view, title=view.heading, tab="promises", status=422 if refusal else 200)


def _page(
    request: Request[Any, Any, Any], desk: Desk, viewer: Viewer, promise_id: UUID, *, refusal: InvalidError | None = None
) -> Response[str]:
    with desk.database.read() as session:
        found = scene.load(session, viewer.member_id, now=desk.now())
        if promise_id not in found.promises:
            raise NotFoundError("There is no such promise.")
        past = history.load(session, found, found.promises[promise_id])
    view = promise_page.one(found, past, refusal=refusal)
    return pages.page(request, "promises/promise.html", view, title=view.title, tab="promises", status=422 if refusal else 200)


def _bonds(session: Session, viewer: Viewer) -> dict[UUID, tuple[Bond, str]]:
    """The viewer's bonds, each with the names of the others."""
    mine = bonds.of_member(session, viewer.member_id)
    people = bonds.people(session, [one.id for one in mine])
    return {one.id: (one, words.listed([other.name for other in people[one.id] if other.id != viewer.member_id])) for one in mine}


def _date(sent: dict[str, str], name: str) -> date:
    try:
        return date.fromisoformat(sent.get(name, ""))
    except ValueError:
        raise InvalidError("A date, please.", name) from None


HANDLERS = [show_all, new, make, show, edit, change, release, pause]
