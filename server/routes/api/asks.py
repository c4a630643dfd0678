"""What members ask of each other."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from server.actions import asks, deciding
from server.domain.errors import InvalidError, NotFoundError
from server.domain.reviews import LONGEST_ASK
from server.routes import access
from server.routes.access import Viewer
from server.routes.api import problems
from server.routes.api.bodies import Strict
from server.routes.api.promise_shapes import NewPromise
from server.routes.api.slowing import hold_back
from server.routes.api.values import Plain, Words
from server.routes.desk import Desk
from server.store import asks as store
from server.store import ids, members

Text = Annotated[Words, Meta(max_length=LONGEST_ASK)]
Offer = Annotated[Plain, Meta(max_length=LONGEST_ASK)]


class NewAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one asks of somebody in a bond; `review` is the last day of the week in whose review it is asked, one each there."""

    bond: UUID
    to: UUID
    text: Text
    review: date | None = None
    id: UUID | None = None


class AskAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the asked one says: `accepted` with the `promise` that they make of it, `countered` with what they offer, or `declined`."""

    answer: Literal["accepted", "countered", "declined"]
    counter: Offer = ""
    promise: NewPromise | None = None


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """An ask; `answer` is null as long as nothing was said to it, `promise` what the asked one made of it."""

    id: UUID
    bond: UUID
    by: UUID
    to: UUID
    text: str
    review: date | None
    answer: Literal["accepted", "countered", "declined", "taken_back"] | None
    counter: str
    promise: UUID | None


class Asks(msgspec.Struct, frozen=True):
    """What one asked and was asked that is open, or was answered within two weeks, the latest first and 60 at most."""

    asks: list[Ask]


@get("/asks", opt=access.SIGNED_IN_OR_TOKEN, responses=problems.declared(), sync_to_thread=True)
def show(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Asks:
    """What one asks and is asked."""
    with desk.database.read() as session:
        return Asks([_shown(one) for one in store.of_member(session, viewer.member_id, since=desk.now() - store.SHOWN_FOR)])


@post(
    "/asks",
    opt=access.SIGNED_IN_OR_TOKEN,
    guards=[hold_back],
    dto=Strict[NewAsk],
    return_dto=None,
    response_description="It was asked.",
    responses=problems.declared(404, 409, 413, 415, 429),
    sync_to_thread=True,
)
def ask(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: JSONBody[NewAsk]) -> Ask:
    """Ask something; the same id again changes nothing."""
    wanted = store.Ask(data.id or ids.new(), data.bond, viewer.member_id, data.to, data.text, desk.now(), data.review)
    with desk.database.write() as session:
        if data.review is None:
            return _shown(asks.ask(session, wanted, now=desk.now()))
        return _shown(deciding.ask(session, (data.bond, data.review), wanted, now=desk.now()))


@post(
    "/asks/{ask_id:uuid}/answer",
    opt=access.SIGNED_IN_OR_TOKEN,
    guards=[hold_back],
    dto=Strict[AskAnswer],
    return_dto=None,
    status_code=200,
    response_description="It was answered.",
    responses=problems.declared(404, 409, 413, 415, 429),
    sync_to_thread=True,
)
def answer(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], ask_id: FromPath[UUID], data: JSONBody[AskAnswer]) -> Ask:
    """Answer what one was asked: only so, and only by the asked one, it becomes a promise."""
    who: dict[str, Any] = {"member_id": viewer.member_id, "now": desk.now()}
    with desk.database.write() as session:
        if data.answer == "declined":
            asks.decline(session, ask_id, **who)
        elif data.answer == "countered":
            asks.counter(session, ask_id, data.counter, **who)
        elif data.promise is None:
            raise InvalidError("Say what you promise.", "promise")
        else:
            asks.accept(session, ask_id, data.promise.draft(members.get(session, viewer.member_id), desk.now()), **who)
        found = store.get(session, ask_id)
        if found is None:
            raise NotFoundError("There is no such ask.")
        return _shown(found)


@delete(
    "/asks/{ask_id:uuid}",
    opt=access.SIGNED_IN_OR_TOKEN,
    guards=[hold_back],
    status_code=204,
    responses=problems.declared(404, 409, 429),
    sync_to_thread=True,
)
def take_back(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], ask_id: FromPath[UUID]) -> None:
    """Take an open ask of one's own back."""
    with desk.database.write() as session:
        asks.take_back(session, ask_id, member_id=viewer.member_id, now=desk.now())


def _shown(one: store.Ask) -> Ask:
    return Ask(
        id=one.id,
        bond=one.bond_id,
        by=one.from_id,
        to=one.to_id,
        text=one.text,
        review=one.to_on,
        answer=one.answer.value if one.answer else None,
        counter=one.counter,
        promise=one.promise_id,
    )


HANDLERS: list[Any] = [show, ask, answer, take_back]
