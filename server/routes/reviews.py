"""The week gone through together: one page that moves on when those who are here do."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, URLEncodedBody

from server.actions import deciding, reviews
from server.db import Session
from server.domain.errors import ConflictError, InvalidError
from server.domain.reviews import STEPS, LineKind, kind_of, length_of, step_of
from server.errors import status_of
from server.routes import access, fields, moments, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import asking, choosing, review, review_scene, scene, week_scene
from server.routes.showing import deciding as decided
from server.routes.showing.deciding import Changed
from server.routes.showing.forms import Sent, several
from server.store import bonds, ids, promises
from server.store.asks import Ask
from server.store.moments import Moment
from server.store.reviews import Key

PATH = "/weeks/{to_on:date}/review"
Who = dict[str, Any]
Act = Callable[[Session, Key, Who], object]
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Began:
    """How long it may take, and on how many phones."""

    minutes: str = "30"
    phones: str = "two"


@dataclass(frozen=True, slots=True)
class Tapped:
    """The step that a tap was for."""

    step: str = ""


@dataclass(frozen=True, slots=True)
class Rested:
    """Whether it is to rest."""

    rests: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A line, with the id that the page gave it."""

    kind: str = ""
    text: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What becomes of a promise; for a change the fields as they are to be."""

    promise: str = ""
    decision: str = ""
    id: str = ""
    due_time: str = ""
    grace: str = ""
    days: list[str] | str = field(default_factory=list)
    times: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, and of whom where there are several."""

    ask: str = ""
    to: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """What, when and where."""

    what: str = ""
    on_date: str = ""
    at_time: str = ""
    place: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Where:
    """Who acts, and in which review: the week in the address, of the bond that was asked for."""

    desk: Desk
    viewer: Viewer
    to_on: date
    bond: UUID | None = None
    at: str = ""

    @property
    def address(self) -> str:
        """Where one comes back to: the same review, and the same step where one looked at an earlier one."""
        query = urlencode({name: value for name, value in (("bond", self.bond), ("at", self.at)) if value})
        return f"/weeks/{self.to_on}/review{'?' if query else ''}{query}"

    def key(self, session: Session) -> Key:
        """Its bond and week; NotFoundError where the bond is not theirs."""
        return choosing.chosen(bonds.of_member(session, self.viewer.member_id), self.bond).id, self.to_on


def _where(
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    to_on: FromPath[date],
    bond: FromQuery[UUID | None] = None,
    at: FromQuery[str] = "",
) -> Where:
    return Where(desk, viewer, to_on, bond, at)


WHERE: dict[str, Any] = {
    "opt": access.SIGNED_IN,
    "dependencies": {"where": Provide(_where, sync_to_thread=False)},
    "sync_to_thread": True,
}


@get(PATH, **WHERE)
def show(request: Request[Any, Any, Any], where: NamedDependency[Where], promise: FromQuery[str] = "") -> Response[Any]:
    """The review as it stands, or an earlier step once more; `promise` is the one that is to be adjusted."""
    return _page(request, where, promise=promise)


@post(PATH, **WHERE)
def begin(request: Request[Any, Any, Any], where: NamedDependency[Where], data: URLEncodedBody[Began]) -> Response[Any]:
    """Begin it, or join it."""

    def act(session: Session, key: Key, said: Who) -> None:
        reviews.begin(session, *key, minutes=length_of(data.minutes), on_one_phone=data.phones == "one", **said)

    return _do(request, where, act, asdict(data))


@post(f"{PATH}/next", **WHERE)
def go_on(request: Request[Any, Any, Any], where: NamedDependency[Where], data: URLEncodedBody[Tapped]) -> Response[Any]:
    """Say "next"."""
    return _do(request, where, lambda session, key, said: reviews.go_on(session, *key, step_of(data.step), **said))


@post(f"{PATH}/stay", **WHERE)
def stay(request: Request[Any, Any, Any], where: NamedDependency[Where], data: URLEncodedBody[Tapped]) -> Response[Any]:
    """Take "next" back."""
    return _do(request, where, lambda session, key, said: reviews.stay(session, *key, step_of(data.step), **said))


@post(f"{PATH}/pause", **WHERE)
def pause(request: Request[Any, Any, Any], where: NamedDependency[Where], data: URLEncodedBody[Rested]) -> Response[Any]:
    """Let it rest, or go on."""
    return _do(request, where, lambda session, key, said: reviews.pause(session, *key, rests=bool(data.rests), **said))


@post(f"{PATH}/here", status_code=200, **WHERE)
def be_here(where: NamedDependency[Where]) -> dict[str, str | int]:
    """Say that one's page is open, and hear where it stands."""
    with where.desk.database.write() as session:
        found = reviews.be_here(session, *where.key(session), member_id=where.viewer.member_id, now=where.desk.now())
    sense = review.sense_of_time(found)
    return {"step": "closed" if found.closed_at else STEPS[found.step].value, "text": sense.text, "percent": sense.percent}


@post(f"{PATH}/lines", **WHERE)
def say(request: Request[Any, Any, Any], where: NamedDependency[Where], data: URLEncodedBody[Said]) -> Response[Any]:
    """Say a line."""

    def act(session: Session, key: Key, said: Who) -> None:
        deciding.say(session, key, _id(data.id), kind_of(data.kind), data.text, **said)

    return _do(request, where, act, {"text": data.text})


@post(f"{PATH}/decisions", **WHERE)
def decide(request: Request[Any, Any, Any], where: NamedDependency[Where], data: URLEncodedBody[Decided]) -> Response[Any]:
    """Keep, adjust or retire a promise of one's own."""

    def act(session: Session, key: Key, said: Who) -> None:
        kind = kind_of(data.decision)
        promise_id = fields.read(UUID, data.promise, "promise") or ids.new()
        wanted: dict[str, Any] = {}
        if kind is LineKind.ADJUST and (promise := promises.visible(session, said["member_id"], [promise_id]).get(promise_id)):
            wanted = decided.changes(promise, Changed(data.due_time, data.grace, data.days, data.times))
        deciding.decide(session, key, _id(data.id), promise_id, kind, wanted, **said)

    sent = {"due_time": data.due_time, "grace": data.grace, "times": data.times, "days": " ".join(several(data.days))}
    return _do(request, where, act, sent, promise=data.promise)


@post(f"{PATH}/asks", **WHERE)
def ask(request: Request[Any, Any, Any], where: NamedDependency[Where], data: URLEncodedBody[Asked]) -> Response[Any]:
    """Ask one thing."""

    def act(session: Session, key: Key, said: Who) -> None:
        me, now = said["member_id"], said["now"]
        whom = asking.whom(bonds.members_of(session, key[0]), me, fields.read(UUID, data.to, "to"))
        deciding.ask(session, key, Ask(_id(data.id), key[0], me, whom, data.ask, now, key[1]), now=now)

    return _do(request, where, act, {"ask": data.ask, "to": data.to})


@post(f"{PATH}/moments", **WHERE)
def plan(request: Request[Any, Any, Any], where: NamedDependency[Where], data: URLEncodedBody[Planned]) -> Response[Any]:
    """Plan a moment."""

    def act(session: Session, key: Key, said: Who) -> None:
        on_date, at_time = moments.day_of(data.on_date), moments.time_of(data.at_time)
        wanted = Moment(_id(data.id), key[0], said["member_id"], data.what, data.place, on_date, at_time, said["now"])
        deciding.plan(session, key, wanted, now=said["now"])

    return _do(request, where, act, {name: getattr(data, name) for name in ("what", "on_date", "at_time", "place")})


def _do(request: Request[Any, Any, Any], where: Where, act: Act, sent: Mapping[str, str] = NOTHING, *, promise: str = "") -> Response[Any]:
    """Act in one transaction and show how it stands; what was refused stands there as it was sent, with its sentence."""
    try:
        with where.desk.database.write() as session:
            act(session, where.key(session), {"member_id": where.viewer.member_id, "now": where.desk.now()})
    except (InvalidError, ConflictError) as refusal:
        said = refusal if isinstance(refusal, InvalidError) else InvalidError(str(refusal))
        return _page(request, where, promise=promise, sent=Sent(said, sent), status=status_of(refusal))
    return pages.back(where.address)


def _page(
    request: Request[Any, Any, Any],
    where: Where,
    *,
    promise: str = "",
    sent: Sent | None = None,
    status: int = 200,
) -> Response[Any]:
    with where.desk.database.read() as session:
        seen = scene.load(session, where.viewer.member_id, now=where.desk.now())
        week = week_scene.of_day(session, seen, choosing.chosen(seen.bonds, where.bond), where.to_on)
        found = review_scene.load(session, seen, week)
    if week.summary.to_on != where.to_on:
        return pages.back(found.address())
    view = review.page(found, at=where.at, promise=promise, sent=sent)
    return pages.page(request, "reviews/page.html", view, title=view.heading, tab="week", status=status)


def _id(text: str) -> UUID:
    found: UUID | None = fields.read(UUID, text, "id")
    return found or ids.new()


HANDLERS = [show, begin, go_on, stay, pause, be_here, say, decide, ask, plan]
