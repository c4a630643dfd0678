"""A week gone through together: where it stands, and what is said in it."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from server.actions import deciding, reviews
from server.db import Session
from server.domain.errors import NotFoundError
from server.domain.moments import LONGEST_PLACE, LONGEST_WHAT
from server.domain.reviews import LONGEST_LINE, STEPS, LineKind, Step
from server.routes import access
from server.routes.access import Viewer
from server.routes.api import problems
from server.routes.api.bodies import Strict
from server.routes.api.promise_shapes import PromiseChanges
from server.routes.api.slowing import hold_back
from server.routes.api.values import Clock, Plain, Words, wall
from server.routes.desk import Desk
from server.store import bonds, ids
from server.store import reviews as store
from server.store.moments import Moment
from server.store.reviews import Key

PATH = "/bonds/{bond_id:uuid}/reviews/{to_on:date}"
StepName = Literal["thanks", "held", "frayed", "adjust", "plan"]


class Begin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long it may take, and whether one phone is passed between them; for one that has begun neither matters."""

    minutes: Literal[15, 30, 60] = 30
    on_one_phone: bool = False


class Next(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Saying "next" to a step, or with `ready` false the same taken back; to a step that is over it says nothing."""

    step: StepName
    ready: bool = True


class Rest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether it is to rest."""

    rests: bool


class NewLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of thanks, or of what frayed. `id` may be made by the sender; the same one again says nothing more."""

    kind: Literal["thanks", "frayed"]
    text: Annotated[Words, Meta(max_length=LONGEST_LINE)]
    id: UUID | None = None


class NewDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes of a promise of one's own; `changes` go with adjust and hold from the next day."""

    promise: UUID
    decision: Literal["keep", "adjust", "retire"]
    changes: PromiseChanges | None = None
    id: UUID | None = None


class NewPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A moment that is planned in it; it goes where moments are."""

    what: Annotated[Words, Meta(max_length=LONGEST_WHAT)]
    on_date: date
    at_time: Clock | None = None
    place: Annotated[Plain, Meta(max_length=LONGEST_PLACE)] = ""
    id: UUID | None = None


class ReviewLine(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was said: a word, what becomes of a promise, or a moment; a change holds `from_on`."""

    id: UUID
    by: UUID
    kind: Literal["thanks", "frayed", "keep", "adjust", "retire", "moment"]
    text: str
    promise: UUID | None
    moment: UUID | None
    from_on: date | None


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """Where it stands. `here` is who has it open, `ready` who has said "next" to the step; neither is known once it is closed.

    `so_far` is in whole minutes; `goes_on_in` is the week whose review took this one up before its end.
    """

    bond: UUID
    until_on: date
    step: StepName
    minutes: int
    so_far: int
    on_one_phone: bool
    paused: bool
    closed: bool
    goes_on_in: date | None
    here: list[UUID]
    ready: list[UUID]
    lines: list[ReviewLine]


COMMON: dict[str, Any] = {
    "opt": access.SIGNED_IN_OR_TOKEN,
    "guards": [hold_back],
    "return_dto": None,
    "status_code": 200,
    "response_description": "It stands so.",
    "responses": problems.declared(404, 409, 413, 415, 429),
    "sync_to_thread": True,
}


@get(PATH, opt=access.SIGNED_IN_OR_TOKEN, responses=problems.declared(404), sync_to_thread=True)
def show(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond_id: FromPath[UUID], to_on: FromPath[date]) -> Review:
    """The review of the week that ends on a date."""
    with desk.database.read() as session:
        if (bond_id, viewer.member_id) not in bonds.seats(session, [bond_id]):
            raise NotFoundError("There is no such bond.")
        return _shown(session, (bond_id, to_on), desk)


@post(PATH, dto=Strict[Begin], **COMMON)
def begin(
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    bond_id: FromPath[UUID],
    to_on: FromPath[date],
    data: JSONBody[Begin],
) -> Review:
    """Begin it, or join it: from then on one counts as here."""
    parts: dict[str, Any] = {"minutes": data.minutes, "on_one_phone": data.on_one_phone, **_who(desk, viewer)}
    return _do(desk, (bond_id, to_on), lambda session: reviews.begin(session, bond_id, to_on, **parts))


@post(f"{PATH}/here", **COMMON | {"responses": problems.declared(404, 409, 429)})
def be_here(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond_id: FromPath[UUID], to_on: FromPath[date]) -> Review:
    """Say that one still has it open, at least once a minute; joining comes first."""
    return _do(desk, (bond_id, to_on), lambda session: reviews.be_here(session, bond_id, to_on, **_who(desk, viewer)))


@post(f"{PATH}/next", dto=Strict[Next], **COMMON)
def go_on(
    desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond_id: FromPath[UUID], to_on: FromPath[date], data: JSONBody[Next]
) -> Review:
    """Say "next", or take it back; it moves on when all who are here have said so, and after the last step it is closed."""
    act = reviews.go_on if data.ready else reviews.stay
    return _do(desk, (bond_id, to_on), lambda session: act(session, bond_id, to_on, Step(data.step), **_who(desk, viewer)))


@post(f"{PATH}/pause", dto=Strict[Rest], **COMMON)
def pause(
    desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond_id: FromPath[UUID], to_on: FromPath[date], data: JSONBody[Rest]
) -> Review:
    """Let it rest for everybody, or go on."""
    return _do(desk, (bond_id, to_on), lambda session: reviews.pause(session, bond_id, to_on, rests=data.rests, **_who(desk, viewer)))


@post(f"{PATH}/lines", dto=Strict[NewLine], **COMMON)
def say(
    desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond_id: FromPath[UUID], to_on: FromPath[date], data: JSONBody[NewLine]
) -> Review:
    """Say a line in it."""
    line = data.id or ids.new(), LineKind(data.kind), data.text
    return _do(desk, (bond_id, to_on), lambda session: deciding.say(session, (bond_id, to_on), *line, **_who(desk, viewer)))


@post(f"{PATH}/decisions", dto=Strict[NewDecision], **COMMON)
def decide(
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    bond_id: FromPath[UUID],
    to_on: FromPath[date],
    data: JSONBody[NewDecision],
) -> Review:
    """Keep, adjust or retire a promise of one's own; the change is a real one."""
    changes = data.changes.given() if data.changes else {}
    wanted = data.id or ids.new(), data.promise, LineKind(data.decision), changes
    return _do(desk, (bond_id, to_on), lambda session: deciding.decide(session, (bond_id, to_on), *wanted, **_who(desk, viewer)))


@post(f"{PATH}/moments", dto=Strict[NewPlan], **COMMON)
def plan(
    desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond_id: FromPath[UUID], to_on: FromPath[date], data: JSONBody[NewPlan]
) -> Review:
    """Plan a moment in it."""
    at_time = wall(data.at_time)
    wanted = Moment(data.id or ids.new(), bond_id, viewer.member_id, data.what, data.place, data.on_date, at_time, desk.now())
    return _do(desk, (bond_id, to_on), lambda session: deciding.plan(session, (bond_id, to_on), wanted, now=desk.now()))


def _who(desk: Desk, viewer: Viewer) -> dict[str, Any]:
    return {"member_id": viewer.member_id, "now": desk.now()}


def _do(desk: Desk, key: Key, act: Callable[[Session], object]) -> Review:
    with desk.database.write() as session:
        act(session)
        return _shown(session, key, desk)


def _shown(session: Session, key: Key, desk: Desk) -> Review:
    found = store.get(session, *key)
    if found is None:
        raise NotFoundError("Nobody has begun that.")
    seats = {} if found.closed_at else store.seats(session, key)
    return Review(
        bond=found.bond_id,
        until_on=found.to_on,
        step=STEPS[found.step].value,
        minutes=found.minutes,
        so_far=found.seconds // 60,
        on_one_phone=found.on_one_phone,
        paused=found.paused_at is not None,
        closed=found.closed_at is not None,
        goes_on_in=found.goes_on_in,
        here=sorted(one for one, seat in seats.items() if seat.here_until and seat.here_until > desk.now()),
        ready=sorted(one for one, seat in seats.items() if seat.ready >= found.step),
        lines=[_line(one) for one in store.lines(session, [key])],
    )


def _line(one: store.Line) -> ReviewLine:
    return ReviewLine(
        id=one.id,
        by=one.member_id,
        kind=one.kind.value,
        text=one.text,
        promise=one.promise_id,
        moment=one.moment_id,
        from_on=one.from_on,
    )


HANDLERS: list[Any] = [show, begin, be_here, go_on, pause, say, decide, plan]
