"""Owning a miss in words, and what the other says to it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from server.actions import letting_go, owning, repairs
from server.domain.errors import InvalidError, NotFoundError
from server.domain.owning import Cause
from server.domain.repairs import Giving, Repair, Way
from server.routes import access, fields, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import repair, scene
from server.routes.showing.forms import Sent
from server.store.ownings import Owning
from server.store.repairs import WORDS, Mark

LETTING_GO = {"let_go": letting_go.propose, "agree_let_go": letting_go.agree}
PATH = "/promises/{promise_id:uuid}/repairs/{day:date}"


@dataclass(frozen=True, slots=True)
class Written:
    """The five answers and the reason, `way` in_person or sent, and the promise that the prevention is to become, where it is to be one."""

    id: UUID | None = None
    did: str = ""
    landed: str = ""
    mine: str = ""
    right: str = ""
    prevent: str = ""
    reason: str = ""
    way: str = Way.SENT.value
    promises_it: str = ""
    new_promise: str = ""

    @property
    def words(self) -> Repair:
        return Repair(**{name: getattr(self, name) for name in WORDS})


@dataclass(frozen=True, slots=True)
class Said:
    """One tap: which word, the id and the moment that the page gave it, and who was signed in then."""

    word: str = ""
    id: str = ""
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """What the promiser calls it and what got in the way, and whether either is shared."""

    label: str = ""
    cause: str = ""
    shares_label: str = ""
    shares_cause: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """What one notes for oneself."""

    lets_go: str = ""
    relies: str = ""
    remind_on: str = ""


@get(PATH, opt=access.SIGNED_IN, sync_to_thread=True)
def show(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    promise_id: FromPath[UUID],
    day: FromPath[date],
) -> Response[str]:
    """What was said about a missed day, and what can be said."""
    return _page(request, desk, viewer, promise_id, day)


@post(PATH, opt=access.SIGNED_IN, sync_to_thread=True)
def write(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    promise_id: FromPath[UUID],
    day: FromPath[date],
    data: URLEncodedBody[Written],
) -> Response[Any]:
    """Send it, or keep it for being said in person."""
    try:
        given = Giving(_way(data.way), data.new_promise or data.prevent if data.promises_it else "", data.id)
        with desk.database.write() as session:
            repairs.repair(session, promise_id, day, data.words, member_id=viewer.member_id, now=desk.now(), given=given)
    except InvalidError as refusal:
        return _page(request, desk, viewer, promise_id, day, sent=_sent(refusal, data))
    return _back(promise_id, day)


@post(f"{PATH}/draft", opt=access.SIGNED_IN, sync_to_thread=True)
def keep_draft(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    promise_id: FromPath[UUID],
    day: FromPath[date],
    data: URLEncodedBody[Written],
) -> Response[Any]:
    """Keep what was begun."""
    try:
        with desk.database.write() as session:
            repairs.keep_draft(session, promise_id, day, data.words, member_id=viewer.member_id, now=desk.now())
    except InvalidError as refusal:
        return _page(request, desk, viewer, promise_id, day, sent=_sent(refusal, data))
    return pages.back(f"/promises/{promise_id}")


@post(f"{PATH}/words", opt=access.SIGNED_IN, status_code=200, sync_to_thread=True)
def say(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    promise_id: FromPath[UUID],
    day: FromPath[date],
    data: URLEncodedBody[Said],
) -> Response[Any]:
    """Say one thing in one tap: sorry, that it was said in person, that it was heard, or an answer; or let it go, both of you."""
    event_id, at = fields.stamped(viewer, data)
    if data.word in LETTING_GO:
        with desk.database.write() as session:
            LETTING_GO[data.word](session, promise_id, day, member_id=viewer.member_id, now=desk.now())
        return pages.away(request, f"/promises/{promise_id}")
    if data.word not in repairs.WORDS:
        raise InvalidError("Tap one of the answers, or none.", "word")
    with desk.database.write() as session:
        repairs.WORDS[data.word](session, promise_id, day, member_id=viewer.member_id, now=desk.now(), event_id=event_id, at=at)
    return _back(promise_id, day)


@post(f"{PATH}/owning", opt=access.SIGNED_IN, sync_to_thread=True)
def describe(
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    promise_id: FromPath[UUID],
    day: FromPath[date],
    data: URLEncodedBody[Described],
) -> Response[Any]:
    """Say what a miss of one's own was, and why, for oneself or shared."""
    if data.cause and data.cause not in list(Cause):
        raise InvalidError("Tap one of the causes, or none.", "cause")
    said = Owning(data.label or None, Cause(data.cause) if data.cause else None, data.shares_label == "on", data.shares_cause == "on")
    with desk.database.write() as session:
        owning.describe(session, promise_id, day, said, member_id=viewer.member_id, now=desk.now())
    return _back(promise_id, day)


@post(f"{PATH}/mark", opt=access.SIGNED_IN, sync_to_thread=True)
def mark(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    promise_id: FromPath[UUID],
    day: FromPath[date],
    data: URLEncodedBody[Marked],
) -> Response[Any]:
    """Note something for oneself."""
    try:
        noted = Mark(data.lets_go == "on", data.relies == "on", _date(data.remind_on))
        with desk.database.write() as session:
            repairs.mark(session, promise_id, day, noted, member_id=viewer.member_id, now=desk.now())
    except InvalidError as refusal:
        return _page(request, desk, viewer, promise_id, day, sent=Sent(refusal, {"remind_on": data.remind_on}))
    return _back(promise_id, day)


def _page(
    request: Request[Any, Any, Any], desk: Desk, viewer: Viewer, promise_id: UUID, day: date, *, sent: Sent | None = None
) -> Response[str]:
    with desk.database.read() as session:
        found = scene.load(session, viewer.member_id, now=desk.now())
        promise = found.promises.get(promise_id)
        if promise is None:
            raise NotFoundError("There is no such promise.")
        view = repair.page(found, repair.load(session, found, promise, day), sent=sent)
    return pages.page(request, "repairs/page.html", view, title=view.heading, tab="promises", status=422 if sent else 200)


def _back(promise_id: UUID, day: date) -> Response[Any]:
    return pages.back(f"/promises/{promise_id}/repairs/{day}")


def _way(text: str) -> Way:
    if text not in list(Way):
        raise InvalidError("Say it in person, or send it.")
    return Way(text)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidError("A date, please.", "remind_on") from None


def _sent(refusal: InvalidError, data: Written) -> Sent:
    return Sent(refusal, {name: getattr(data, name) for name in (*WORDS, "new_promise")})


HANDLERS = [show, write, keep_draft, say, describe, mark]
